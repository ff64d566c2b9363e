"""What is known of an output before anything is painted: that it can be written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from reverie.core.errors import InputError, MachineError
from reverie.core.spec import ComponentSpec, RenderSpec

LEAST_SPACE = 16 * 2**20
"""Bytes that must be free before a render starts."""


def into_film(spec: RenderSpec, path: Path) -> RenderSpec:
    """Return the spec with a film as its only sink, its kind chosen by the suffix; a film of that name is replaced."""
    sink = ComponentSpec(name="file", options={"path": str(path), "overwrite": True})
    return spec.model_copy(update={"sinks": (sink,)})


def check_folder(path: Path, field: str) -> None:
    """Raise InputError where the folder of `path` is missing, MachineError where it is full or not to be written to."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        pass
    except (OSError, ValueError):
        raise InputError(field, str(path), "is no name that a file can have: choose a shorter, plainer one.") from None
    folder = path.absolute().parent
    if not folder.exists():
        raise InputError(field, str(path), f"cannot be written: make the folder {folder} first.")
    if not folder.is_dir():
        raise InputError(field, str(path), f"cannot be written: {folder} is no folder, choose another place.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise MachineError(f"{field}: '{path}' cannot be written: you may not write to its folder, choose another.")
    if shutil.disk_usage(folder).free < LEAST_SPACE:
        raise MachineError(f"{field}: '{path}' cannot be written: the disk is full, make room or choose another.")
