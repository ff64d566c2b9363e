"""The studio's secret: made on first use, kept beside its data, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from reverie.core.errors import MachineError

NAME = "secret"
SIZE = 32


def studio_secret(folder: Path) -> bytes:
    """Return the secret kept in a folder, made where there is none; links and tokens outlive a restart through it.

    Raises MachineError where it can't be made or read, is cut short, or others may read it.
    """
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make(path)
        mode, found = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise MachineError(f"The studio's secret {path} can't be kept ({error.strerror}).") from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise MachineError(f"Others may read the studio's secret {path}: `chmod 600` it, or take it away.")
    if len(found) < SIZE:
        raise MachineError(f"The studio's secret {path} is cut short: take it away and a new one is made.")
    return found


def _make(path: Path) -> None:
    """Write a secret that is whole from the moment it has its name; whoever was first wins."""
    if path.exists():
        return
    draft = path.with_name(f"{NAME}.{secrets.token_hex(4)}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SIZE))
        if os.name == "posix":
            _name_once(draft, path)
        else:
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _name_once(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        draft.replace(path)
