"""What this machine's owner has settled once: environment and `reverie.toml` become one frozen object."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reverie.core.errors import InputError
from reverie.core.places import SETTINGS, usual_data

FILE = SETTINGS
PREFIX = "REVERIE_"
_NO_PORT = "is no port: use a whole number from 0 to 65535."
_NUMBERS = dict.fromkeys(
    ("int_parsing", "int_type", "int_from_float", "greater_than_equal", "less_than_equal"), _NO_PORT
)
AMOUNTS = frozenset({"keep_uploads_days", "keep_uploads_gib"})
_AMOUNT = dict.fromkeys(
    ("float_parsing", "float_type", "greater_than_equal", "finite_number"),
    "is no amount: use a number, 0 for no limit.",
)


class Settings(BaseModel):
    """What holds where a command says nothing else.

    `films` is the folder that films go to; `data` the one where the studio keeps its jobs, None for the usual place of
    this system; `models` the one for models that were pulled, None for `models` in `data`; `host` and `port` are where
    it is reached; `device`, `dtype` and `runtime` are the model's, as `reverie dream --help` lists them, None for
    whatever suits the machine. What people bring to the studio is thrown away when nothing has used it for
    `keep_uploads_days`, and the longest unused first when it is more than `keep_uploads_gib`; 0 is no limit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    films: Path = Path()
    data: Path | None = None
    models: Path | None = None
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=0, le=65_535)
    device: str | None = Field(default=None, min_length=1)
    dtype: str | None = Field(default=None, min_length=1)
    runtime: str | None = Field(default=None, min_length=1)
    keep_uploads_days: float = Field(default=30.0, ge=0, allow_inf_nan=False)
    keep_uploads_gib: float = Field(default=20.0, ge=0, allow_inf_nan=False)


def load_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """Read the settings: `REVERIE_FILMS` and the like before `reverie.toml` in `folder`, and that before the defaults.

    Variables that are empty, or not a setting's, are left alone. Raises InputError where the file is not TOML, names
    something that is not a setting, or a value is not of its kind.
    """
    stored = _stored(folder / FILE)
    said = {name: environment[key] for name in Settings.model_fields if environment.get(key := PREFIX + name.upper())}
    try:
        return Settings.model_validate({**stored, **said})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        origin = PREFIX + name.upper() if name in said else f"{FILE}: {name}"
        known = ", ".join(Settings.model_fields)
        fixes = {"extra_forbidden": f"is not a setting: use {known}.", **(_AMOUNT if name in AMOUNTS else _NUMBERS)}
        fix = fixes.get(first["type"], "is not text: put it in quotes.")
        raise InputError(origin, first["input"], fix) from None


def _stored(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InputError(FILE, str(path), f"can't be read ({error}): mend it or take it away.") from None


def data_folder(settings: Settings, environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return the folder that the studio keeps its jobs in: the settled one, else this system's usual place."""
    return usual_data(environment, platform) if settings.data is None else settings.data


def model_folder(settings: Settings, environment: Mapping[str, str]) -> Path:
    """Return the folder that pulled models lie in: the settled one, else `models` among what lasts."""
    return data_folder(settings, environment) / "models" if settings.models is None else settings.models
