"""One server for one data folder: the second is told so."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from reverie.core.errors import MachineError


class FolderLock:
    """Holds a data folder for this process until `release`, or until the process ends however it does."""

    def __init__(self, folder: Path) -> None:
        path = folder / "server.lock"
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise MachineError(f"--data: '{folder}' can't be written to ({error.strerror}): choose another.") from None
        try:
            _hold(self._descriptor)
        except OSError:
            os.close(self._descriptor)
            raise MachineError(
                f"--data: another Reverie serves from '{folder}' already: use that one, or another folder."
            ) from None

    def release(self) -> None:
        """Let another server have the folder."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _hold(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
