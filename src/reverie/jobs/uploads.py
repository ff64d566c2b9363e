"""Files that people bring: sent in parts, checked one by one and as a whole, read by a process of its own, kept by id.

Every upload has a folder of its own, named by us: `about.json`, `data` (`data.part` until it is whole) and a preview.
What the sender calls the file is kept as words and is no name of anything here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore, RLock
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reverie.core.errors import InputError, MachineError
from reverie.execution.probe import probe
from reverie.jobs.files import JOB_ID, LEAST_SPACE
from reverie.jobs.job import new_id, now
from reverie.media.facts import Facts, Kind
from reverie.media.part import writing

MOST_BYTES = 500 * 2**20
PART_BYTES = 8 * 2**20
MOST_UNFINISHED = 100
FORGOTTEN = timedelta(days=1)
"""After how long what was never sent to its end is taken away."""

PROBES = 2
"""Files that are read at once."""

LONGEST_NAME = 255
SHA256 = r"^[0-9a-f]{64}$"
ABOUT, DATA, UNFINISHED, PREVIEW, INCOMING = "about.json", "data", "data.part", "preview.jpg", "incoming-"

Probe = Callable[[Path, str], Facts]


class TooLarge(InputError):
    """A file is over the limit of this studio."""


class NoRoom(MachineError):
    """The disk has no room for a file."""


class Unknown(InputError):
    """There is no upload of that id."""


class Unfinished(InputError):
    """An upload is not there whole yet, or is whole already."""


class Upload(BaseModel):
    """A file that somebody brought, or is bringing.

    It is sent in parts of `part_bytes` bytes, the last one shorter; `parts` are those that are here, counted from 0.
    What it is (pixels, pictures, seconds) is known once it is ready.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    bytes: int
    sha256: Annotated[str | None, Field(pattern=SHA256)] = None
    state: Literal["receiving", "ready"] = "receiving"
    created_at: datetime
    part_bytes: int
    parts: tuple[int, ...] = ()
    kind: Kind | None = None
    container: str | None = None
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    fps: float | None = None
    duration: float | None = None
    has_sound: bool = False

    @property
    def count(self) -> int:
        """How many parts it has when it is whole."""
        return -(-self.bytes // self.part_bytes)

    def length(self, number: int) -> int:
        """Return how many bytes a part has."""
        return min(self.part_bytes, self.bytes - number * self.part_bytes)


class _Record(BaseModel):
    """What is written down of an upload: what is told of it, and the hash of every part that is here."""

    upload: Upload
    hashes: dict[int, str] = Field(default_factory=dict)


class PartWriter:
    """One part on its way to the disk: `write` pieces, `finish`, and `close` whatever happened."""

    def __init__(self, upload: Upload, number: int, path: Path, landed: Callable[[str, int, str], Upload]) -> None:
        self._id, self._number, self._landed = upload.id, number, landed
        self._left, self._hash = upload.length(number), hashlib.sha256()
        self._descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
        self._place = number * upload.part_bytes

    def write(self, piece: bytes) -> None:
        """Write the next bytes; TooLarge where a part has more of them than it may."""
        if len(piece) > self._left:
            raise TooLarge("part", self._number, "has more bytes than a part of this upload: send part_bytes a part.")
        with _room():
            os.lseek(self._descriptor, self._place, os.SEEK_SET)
            os.write(self._descriptor, piece)
        self._hash.update(piece)
        self._place += len(piece)
        self._left -= len(piece)

    def finish(self, sha256: str | None) -> Upload:
        """Count the part as received; InputError where it came short, or its hash is not the one that was told."""
        if self._left:
            raise InputError("part", self._number, f"came {self._left} bytes short: send it again.")
        found = self._hash.hexdigest()
        if sha256 is not None and found != sha256:
            raise InputError("content-digest", sha256, f"is not what came ({found}): send the part again.")
        return self._landed(self._id, self._number, found)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


@contextmanager
def _room() -> Iterator[None]:
    """Say in words that the disk is full, or what else keeps a file from being written."""
    try:
        with writing(Path("upload")):
            yield
    except MachineError as error:
        if "disk" in str(error):
            raise NoRoom("The data folder's disk is full: make room and send it again.") from None
        raise


class Uploads:
    """The uploads of one data folder; every method may be called from any thread but the event loop's."""

    def __init__(
        self, root: Path, most_bytes: int = MOST_BYTES, read: Probe = probe, part_bytes: int = PART_BYTES
    ) -> None:
        self.root, self.most_bytes, self.part_bytes, self._read = root / "uploads", most_bytes, part_bytes, read
        self._lock, self._reading = RLock(), BoundedSemaphore(PROBES)
        self._completing: set[str] = set()
        with writing(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        for piece in self.root.glob(f"{INCOMING}*"):
            piece.unlink(missing_ok=True)
        self.sweep()

    # What there is

    def get(self, upload_id: str) -> Upload:
        """Return an upload; Unknown where there is none."""
        return self._record(upload_id).upload

    def listed(self) -> list[Upload]:
        """Return all uploads that are whole, newest first."""
        found = (self._known(name) for name in sorted(os.listdir(self.root), reverse=True))
        return [record.upload for record in found if record is not None and record.upload.state == "ready"]

    def path(self, upload_id: str) -> Path:
        """Return where a whole upload is; Unknown or Unfinished where it is not."""
        if self.get(upload_id).state != "ready":
            raise Unfinished("id", upload_id, "is not here whole yet: send its parts, then POST …/complete.")
        return self.root / upload_id / DATA

    def preview(self, upload_id: str) -> Path:
        """Return a small picture of an upload; Unknown where there is none."""
        path = self.path(upload_id).with_name(PREVIEW)
        if not path.is_file():
            raise Unknown("id", upload_id, "has no picture: it is a sound.")
        return path

    def holds(self, path: Path) -> str | None:
        """Return the id of the upload whose file a path is, links followed; None where it is none of ours."""
        with suppress(OSError, ValueError):
            inside = path.resolve().relative_to(self.root.resolve())
            if len(inside.parts) == 2 and inside.parts[1] == DATA and JOB_ID.fullmatch(inside.parts[0]):
                return inside.parts[0]
        return None

    # What is sent

    def begin(self, name: str, size: int, sha256: str | None = None) -> Upload:
        """Open an upload; TooLarge, NoRoom or InputError say why not."""
        self._fits(size)
        with self._lock:
            if sum(1 for _ in self.root.glob(f"*/{UNFINISHED}")) >= MOST_UNFINISHED:
                raise MachineError(f"{MOST_UNFINISHED} uploads are unfinished: complete or delete some of them.")
            upload = self._new(name, size, sha256)
            folder = self.root / upload.id
            try:
                with _room():
                    folder.mkdir()
                    with (folder / UNFINISHED).open("wb") as file:
                        file.truncate(size)
                    self._note(_Record(upload=upload))
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        return upload

    def _new(self, name: str, size: int, sha256: str | None) -> Upload:
        moment, part = now(), self.part_bytes
        return Upload(id=new_id(), name=_plain(name), bytes=size, sha256=sha256, created_at=moment, part_bytes=part)

    def _fits(self, size: int) -> None:
        if size > self.most_bytes:
            most = f"{self.most_bytes / 2**20:g} MB"
            raise TooLarge("bytes", size, f"is over {most}, the most this studio takes: shorten it or make it smaller.")
        if size < 1:
            raise InputError("bytes", size, "is an empty file: give one with something in it.")
        if shutil.disk_usage(self.root).free - size < LEAST_SPACE:
            raise NoRoom(f"The data folder's disk has no room for {size / 2**20:.0f} MB: make room and send it again.")

    def part(self, upload_id: str, number: int) -> PartWriter:
        """Return what writes one part; it counts as received when it is finished."""
        upload = self.get(upload_id)
        if upload.state != "receiving":
            raise Unfinished("id", upload_id, "is whole already: begin another upload.")
        if not 0 <= number < upload.count:
            raise InputError("part", number, f"is no part of this upload: it has 0 to {upload.count - 1}.")
        try:
            return PartWriter(upload, number, self.root / upload_id / UNFINISHED, self._landed)
        except OSError:
            raise Unknown("id", upload_id, "is no upload here: begin it again.") from None

    def _landed(self, upload_id: str, number: int, sha256: str | None) -> Upload:
        """Write down that a part is here, or where it has no hash that it is not."""
        with self._lock:
            record = self._record(upload_id)
            hashes = {one: known for one, known in record.hashes.items() if one != number}
            if sha256 is not None:
                hashes[number] = sha256
            upload = record.upload.model_copy(update={"parts": tuple(sorted(hashes))})
            self._note(_Record(upload=upload, hashes=hashes))
        return upload

    def complete(self, upload_id: str) -> Upload:
        """Make an upload whole: every byte is checked again, then it is read; one that is refused is taken away."""
        with self._lock:
            record = self._record(upload_id)
            if record.upload.state == "ready":
                return record.upload
            missing = [number for number in range(record.upload.count) if number not in record.hashes]
            if missing:
                raise Unfinished("parts", missing[:20], "are missing: send them, then complete the upload.")
            if upload_id in self._completing:
                raise Unfinished("id", upload_id, "is being read just now: ask for it again in a moment.")
            self._completing.add(upload_id)
        try:
            return self._completed(record)
        finally:
            self._completing.discard(upload_id)

    def _completed(self, record: _Record) -> Upload:
        folder = self.root / record.upload.id
        # A server that died between giving the file its name and writing that down has left it under its last name.
        path = folder / (DATA if (folder / DATA).exists() else UNFINISHED)
        self._check(record, path)
        try:
            found = self._examined(path, record.upload.name)
        except InputError:
            self.remove(record.upload.id)
            raise
        return self._land(record, found, path)

    def _examined(self, path: Path, name: str) -> Facts:
        """Return what a file is; InputError calls it by its sender's name."""
        try:
            with self._reading:
                return self._read(path, "file")
        except InputError as error:
            raise InputError("file", name, error.fix) from None

    def _land(self, record: _Record, found: Facts, path: Path) -> Upload:
        """Give a file that was read its name, on the disk and in its record."""
        folder, facts = self.root / record.upload.id, found.model_dump(exclude={"preview"})
        ready = Upload.model_validate({**record.upload.model_dump(), **facts, "state": "ready"})
        with self._lock, _room():
            if found.preview:
                (folder / PREVIEW).write_bytes(found.preview)
            with path.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(path, folder / DATA)
            self._note(_Record(upload=ready))
        return ready

    def _check(self, record: _Record, path: Path) -> None:
        """Compare what is on the disk with what was told and with what was received."""
        whole = hashlib.sha256()
        try:
            with path.open("rb") as file:
                for number in range(record.upload.count):
                    data = file.read(record.upload.length(number))
                    whole.update(data)
                    if hashlib.sha256(data).hexdigest() != record.hashes[number]:
                        self._landed(record.upload.id, number, None)
                        raise InputError("part", number, "is not on the disk as it came: send it again.")
        except OSError:
            raise Unknown("id", record.upload.id, "is no upload here: begin it again.") from None
        if record.upload.sha256 not in {None, whole.hexdigest()}:
            self.remove(record.upload.id)
            raise InputError("sha256", record.upload.sha256, "is not what came: the file changed, send it again.")

    def incoming(self) -> Path:
        """Return where a file that comes in one piece can be put, for `taken`; whoever asks takes it away again."""
        return self.root / f"{INCOMING}{new_id()}"

    def taken(self, name: str, path: Path) -> Upload:
        """Take a whole file from where `incoming` had it put."""
        size = path.stat().st_size
        self._fits(size)
        found = self._examined(path, _plain(name))
        upload = self._new(name, size, None)
        folder = self.root / upload.id
        with _room():
            folder.mkdir()
            os.replace(path, folder / UNFINISHED)
        return self._land(_Record(upload=upload), found, folder / UNFINISHED)

    # What goes

    def remove(self, upload_id: str) -> None:
        """Take an upload away for good; Unknown where there is none."""
        self.get(upload_id)
        shutil.rmtree(self.root / upload_id, ignore_errors=True)

    def sweep(self) -> None:
        """Take away what was begun long ago and never sent to its end, and what has no record."""
        oldest = (now() - FORGOTTEN).timestamp()
        for folder in self.root.iterdir():
            record = self._known(folder.name)
            with suppress(OSError):
                unfinished = record is None or record.upload.state == "receiving"
                if unfinished and folder.stat().st_mtime < oldest:
                    shutil.rmtree(folder, ignore_errors=True)

    # Records

    def _record(self, upload_id: str) -> _Record:
        record = self._known(upload_id) if JOB_ID.fullmatch(upload_id) else None
        if record is None:
            raise Unknown("id", upload_id, "is no upload here: send the file to /api/uploads.")
        return record

    def _known(self, upload_id: str) -> _Record | None:
        try:
            text = (self.root / upload_id / ABOUT).read_text("utf-8")
            return _Record.model_validate_json(text)
        except (OSError, ValueError, ValidationError):
            return None

    def _note(self, record: _Record) -> None:
        path = self.root / record.upload.id / ABOUT
        fresh = path.with_name(f"{ABOUT}.part")
        with _room():
            fresh.write_text(record.model_dump_json(), "utf-8")
            os.replace(fresh, path)


def _plain(name: str) -> str:
    """Return a sender's name for a file as words: short, and valid Unicode."""
    return name.encode("utf-8", "replace").decode("utf-8")[:LONGEST_NAME]
