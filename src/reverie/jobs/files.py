"""A job's folder: names that we make, files that count only when they are whole."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG

from reverie.core.errors import InputError, MachineError
from reverie.jobs.job import FileKind, JobFile

PATTERN = re.compile(r"(recording|snapshot|render|report|poster|film|sprite|input)(?:-(\d{1,12}))?(\.[a-z0-9]{2,5})")
JOB_ID = re.compile(r"[0-9a-z]{16}")
KINDS: Mapping[str, FileKind] = {
    "recording": "recording",
    "snapshot": "snapshot",
    "render": "render",
    "report": "report",
    "poster": "poster",
    "film": "film",
    "sprite": "sprite",
    "input": "input",
}
OTHERS: Mapping[tuple[str, str], FileKind] = {("film", ".gif"): "gif", ("film", ".zip"): "png"}
"""A film in another form is of another kind."""

LEAST_SPACE = 64 * 2**20
"""Bytes that must be free before a recording begins."""

FIX = "make it yours, or choose another with --data"


class Home:
    """A data folder: the database, the lock, and one folder for every job that has files."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.jobs = self.root / "jobs"
        try:
            self.jobs.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".write-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise MachineError(f"--data: '{root}' can't be written to ({error.strerror}): {FIX}.") from None

    @property
    def database(self) -> Path:
        """Where the rows are."""
        return self.root / "reverie.db"

    def folder(self, job_id: str) -> Path:
        """Return a job's folder, made where it is missing; MachineError where it can't be."""
        folder = self.jobs / _plain(job_id)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MachineError(f"The data folder can't be written to ({error.strerror}): {FIX}.") from None
        return folder

    def room(self) -> None:
        """Raise MachineError where too little of the disk is free for a film."""
        free = self.free()
        if free < LEAST_SPACE:
            raise MachineError(f"Only {free / 2**20:.0f} MiB of disk are free in the data folder: make room and retry.")

    def free(self) -> int:
        """Return the bytes that are free on the data folder's disk."""
        return shutil.disk_usage(self.root).free

    def numbered(self, job_id: str, kind: FileKind, suffix: str) -> Path:
        """Return the path of the next file of a kind: `recording-001.mp4` and so on."""
        folder = self.folder(job_id)
        taken = [int(match[2]) for name in os.listdir(folder) if (match := _named(name)) and match[1] == kind]
        return folder / f"{kind}-{max(taken, default=0) + 1:03}{suffix}"

    def listed(self, job_id: str) -> tuple[JobFile, ...]:
        """Return a job's whole files by name; links and anything we did not name are not among them."""
        try:
            entries = sorted(os.scandir(self.jobs / _plain(job_id)), key=lambda entry: entry.name)
        except OSError:
            return ()
        return tuple(file for entry in entries for file in _whole(entry))

    def find(self, job_id: str, name: str) -> Path:
        """Return the path of a whole file of a job; InputError where there is none of that name."""
        path = self.jobs / _plain(job_id) / name
        if PATTERN.fullmatch(name):
            with suppress(OSError):
                if S_ISREG(os.lstat(path).st_mode):
                    return path
        raise InputError("name", name, "is no file of this job: GET the job to see its files.")

    def remove(self, job_id: str) -> None:
        """Take a job's folder away for good."""
        shutil.rmtree(self.jobs / _plain(job_id), ignore_errors=True)

    def sweep(self) -> None:
        """Take away the parts of files that a server which died left behind."""
        for part in self.jobs.glob("*/*.part"):
            with suppress(OSError):
                shutil.rmtree(part) if part.is_dir() and not part.is_symlink() else part.unlink()

    def holds(self, path: Path) -> bool:
        """True where a path is a file of one of our jobs, links followed."""
        with suppress(OSError, ValueError):
            inside = path.resolve().relative_to(self.jobs.resolve())
            return len(inside.parts) == 2 and bool(PATTERN.fullmatch(inside.parts[1]))
        return False


def _whole(entry: os.DirEntry[str]) -> Iterator[JobFile]:
    """Give what an entry of a folder is to a job: nothing, where it is no whole file, or has just gone."""
    match = PATTERN.fullmatch(entry.name)
    with suppress(OSError):
        if match and entry.is_file(follow_symlinks=False):
            size = entry.stat(follow_symlinks=False).st_size
            kind = OTHERS.get((match[1], match[3]), KINDS[match[1]])
            yield JobFile(name=entry.name, bytes=size, kind=kind)


def _plain(job_id: str) -> str:
    if not JOB_ID.fullmatch(job_id):
        raise InputError("id", job_id, "is no job's id.")
    return job_id


def _named(name: str) -> re.Match[str] | None:
    """Match names with a number, those of files that are not whole yet included."""
    match = PATTERN.fullmatch(name.removesuffix(".part"))
    return match if match and match[2] else None
