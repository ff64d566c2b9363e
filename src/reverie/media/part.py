"""Files and folders that get their name only when they are whole."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reverie.core.errors import InputError, MachineError, ReverieError

FIELD = "output"

_FAULTS: dict[int | None, str] = {
    errno.ENOSPC: "the disk is full, make room or choose another place",
    errno.EDQUOT: "your share of the disk is used up, make room or choose another place",
    errno.EFBIG: "the file grows too large for this disk or account, choose another place",
    errno.EACCES: "you may not write there, choose another place",
    errno.EPERM: "you may not write there, choose another place",
    errno.EROFS: "the disk is read-only, choose another place",
    errno.EIO: "the disk reports an error, choose another place",
}


@contextmanager
def writing(path: Path, *kinds: type[Exception]) -> Iterator[None]:
    """Turn what the system (and exceptions of other `kinds`) says of writing `path` into one sentence."""
    try:
        yield
    except ReverieError:
        raise
    except Exception as error:
        if not isinstance(error, (OSError, *kinds)):
            raise
        number = getattr(error, "errno", None)
        if number == errno.ENAMETOOLONG:
            raise InputError(FIELD, str(path), "is too long a name: choose a shorter one.") from None
        why = _FAULTS.get(number) or f"{getattr(error, 'strerror', None) or error}; choose another place"
        raise MachineError(f"{FIELD}: '{path}' cannot be written: {why}.") from error


def checked(path: Path) -> Path:
    """Return the path of an output whose folder exists; InputError otherwise."""
    if "\0" in str(path) or not path.name:
        raise InputError(FIELD, str(path), "is no name for a file: give one such as dream.mp4.")
    folder = path.absolute().parent
    with writing(path):
        if not folder.is_dir():
            raise InputError(FIELD, str(path), f"cannot be written: make the folder {folder} first.")
    return path


class Part:
    """A file that is written beside its final name, as `NAME.part`, and renamed when it is whole.

    Made empty at once, so that a place that cannot be written to is known before any work is done. Raises InputError
    where the name is taken (unless `overwrite`), MachineError where the place cannot be written to.
    """

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self.path = checked(path)
        self.part = path.with_name(f"{path.name}.part")
        with writing(path):
            if path.is_dir():
                raise InputError(FIELD, str(path), "is a folder: give the name of a file.")
            if path.exists() and not overwrite:
                raise InputError(FIELD, str(path), "exists: choose another name, or allow overwriting (--overwrite).")
            self.part.open("wb").close()

    def land(self) -> None:
        """Give the file its name, once all of it is on disk."""
        with writing(self.path):
            with self.part.open("rb+") as file:
                os.fsync(file.fileno())
            self.part.replace(self.path)

    def drop(self) -> None:
        """Leave nothing behind; never raises."""
        with suppress(OSError):
            self.part.unlink(missing_ok=True)


class PartFolder:
    """A folder that is filled beside its final name, as `NAME.part`, and renamed when it is whole.

    With `overwrite` a folder of that name is replaced, but only where it holds nothing except what `ours` (a pattern
    of names) matches; InputError otherwise.
    """

    def __init__(self, path: Path, ours: tuple[str, ...], *, overwrite: bool = False) -> None:
        self.path = checked(path)
        self.part = path.with_name(f"{path.name}.part")
        with writing(path):
            if path.exists():
                self._check_replaceable(ours, overwrite)
            shutil.rmtree(self.part, ignore_errors=True)
            self.part.mkdir()

    def _check_replaceable(self, ours: tuple[str, ...], overwrite: bool) -> None:
        if not self.path.is_dir():
            raise InputError(FIELD, str(self.path), "exists and is no folder: choose another name.")
        names = [entry for entry in self.path.iterdir() if entry.is_dir() or not any(map(entry.match, ours))]
        if names:
            raise InputError(FIELD, str(self.path), f"holds other things ({names[0].name}): choose another folder.")
        if not overwrite and any(self.path.iterdir()):
            raise InputError(
                FIELD, str(self.path), "holds pictures: choose another, or allow overwriting (--overwrite)."
            )

    def land(self) -> None:
        """Give the folder its name, in place of one that was to be overwritten."""
        with writing(self.path):
            if self.path.exists():
                shutil.rmtree(self.path)
            self.part.replace(self.path)

    def drop(self) -> None:
        """Leave nothing behind; never raises."""
        shutil.rmtree(self.part, ignore_errors=True)
