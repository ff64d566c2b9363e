"""Where things lie on a machine: the folder that keeps what lasts, and the one for models within it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

SETTINGS = "reverie.toml"
"""The file of settings in the folder that somebody works in."""

MODELS = "REVERIE_MODELS"
"""The variable that says where pulled models lie; the command line sets it from `reverie.toml`."""

_USUAL = {
    "linux": ("reverie", "XDG_DATA_HOME", ".local/share"),
    "win32": ("Reverie", "LOCALAPPDATA", "AppData/Local"),
    "darwin": ("Reverie", "REVERIE_LIBRARY", "Library/Application Support"),
}
"""By system: the folder's name, the variable that says where it is, and where it is under a person's home."""


def usual_data(environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return this system's usual folder for what lasts."""
    name, variable, usual = _USUAL.get(platform, _USUAL["linux"])
    root = environment.get(variable)
    return (Path(root) if root else Path.home() / usual) / name


def models_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return the folder of pulled models: `REVERIE_MODELS`, else `models` in `REVERIE_DATA` or the usual folder."""
    said = os.environ if environment is None else environment
    if said.get(MODELS):
        return Path(said[MODELS]).expanduser()
    data = said.get("REVERIE_DATA")
    return (Path(data).expanduser() if data else usual_data(said)) / "models"
