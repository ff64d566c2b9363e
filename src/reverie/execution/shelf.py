"""Finished pieces of work on disk, by what they were made from: written whole or not at all, and kept within limits."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from reverie.media.part import writing

UNFINISHED = "unfinished"
MOST_BYTES, OLDEST = 16 * 2**30, 30 * 86_400.0
"""What a person's own shelf may take, and for how many seconds it keeps what is not used."""

CLIP, NOTES, STATE = ".mkv", ".json", ".state"
"""What scenes are kept as between two steps, and what lies beside a result: notes, and where the next one goes on."""

BESIDE = frozenset({NOTES, STATE})


class Shelf:
    """A folder of results; any number of threads and processes may use it at once.

    A result is a file, or a folder for a film of pictures. Beside it may lie files of the same name, such as notes in
    JSON, which are written before it: a result that is there has its notes.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._unfinished = root / UNFINISHED

    def path(self, fingerprint: str) -> Path | None:
        """Return where the whole result of a fingerprint is, None where there is none; it counts as used just now."""
        for found in self._folder(fingerprint).glob(f"{fingerprint}*"):
            if found.suffix not in BESIDE:
                os.utime(found)
                return found
        return None

    def notes(self, fingerprint: str) -> str | None:
        """Return the notes beside a result, None where there are none."""
        path = self.beside(fingerprint, NOTES)
        return None if path is None else path.read_text("utf-8")

    def beside(self, fingerprint: str, suffix: str) -> Path | None:
        """Return a file beside a result, None where there is none."""
        path = self._folder(fingerprint) / f"{fingerprint}{suffix}"
        return path if path.is_file() else None

    @contextmanager
    def writing(self, fingerprint: str, suffix: str) -> Iterator[Path]:
        """Give a temporary path to write to; when the block ends well what is there becomes the result.

        It is on disk before it has its name: file, then rename, then folder. Where the block raises nothing is left.
        Raises MachineError where the disk says no.
        """
        target = self._folder(fingerprint) / f"{fingerprint}{suffix}"
        part = self._unfinished / f"{fingerprint[:16]}-{uuid4().hex}{suffix}"
        with writing(target):
            part.parent.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with writing(target):
                yield part
                self._flush(part)
                self._land(part, target)
        finally:
            _drop(part)

    def sweep(
        self, most_bytes: int | None = None, oldest: float | None = None, leased: Collection[str] = ()
    ) -> list[str]:
        """Throw away what was used longest ago until both limits hold, and return the fingerprints thrown away.

        `most_bytes` is for all results, `oldest` seconds since the last use; what is `leased` stays whatever the
        limits. What was left unfinished for a day is thrown away too.
        """
        now, kept, gone = time.time(), 0, []
        for part in self._unfinished.glob("*"):
            if now - part.stat().st_mtime > _DAY:
                _drop(part)
        found = sorted(self._results(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in found:
            fingerprint = path.name.partition(".")[0]
            kept += self._weight(path)
            too_old = oldest is not None and now - path.stat().st_mtime > oldest
            if fingerprint not in leased and (too_old or (most_bytes is not None and kept > most_bytes)):
                kept -= self._weight(path)
                self.remove(fingerprint)
                gone.append(fingerprint)
        return gone

    def remove(self, fingerprint: str) -> None:
        """Throw away one result and its notes; nothing happens where there is none."""
        for found in sorted(self._folder(fingerprint).glob(f"{fingerprint}*"), key=lambda path: path.suffix in BESIDE):
            _drop(found)

    def size(self) -> int:
        """Return how many bytes all results take."""
        return sum(self._weight(path) for path in self._results())

    def _weight(self, path: Path) -> int:
        known = self.beside(path.name.partition(".")[0], STATE)
        return _size(path) + (0 if known is None else known.stat().st_size)

    def _results(self) -> Iterator[Path]:
        return (path for path in self.root.glob("??/*") if path.suffix not in BESIDE)

    def _folder(self, fingerprint: str) -> Path:
        return self.root / fingerprint[:2]

    def _flush(self, path: Path) -> None:
        for file in [path] if path.is_file() else [inner for inner in path.rglob("*") if inner.is_file()]:
            with file.open("rb+") as opened:
                os.fsync(opened.fileno())

    def _land(self, part: Path, target: Path) -> None:
        """Give a whole result its name; somebody else may have made the same meanwhile, which is as good."""
        if part.is_dir() and target.is_dir():
            return
        part.replace(target)
        if os.name == "posix":
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def usual_shelf(environment: Mapping[str, str], home: Path) -> Path:
    """Return the folder that a person's own films are kept in between two renders."""
    cache = environment.get("REVERIE_SHELF")
    if cache:
        return Path(cache)
    root = environment.get("XDG_CACHE_HOME") or environment.get("LOCALAPPDATA")
    return (Path(root) if root else home / ".cache") / "reverie" / "shelf"


_DAY = 86_400.0


def _drop(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(inner.stat().st_size for inner in path.rglob("*") if inner.is_file())
    return path.stat().st_size
