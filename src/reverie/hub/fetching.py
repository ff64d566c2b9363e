"""One file from the hub: gone on with where it was cut, and its bytes checked before it has its name."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

from reverie.core.errors import MachineError
from reverie.hub.wire import Cut, Hub, Listing, RemoteFile

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between tries that brought nothing; any byte that comes begins them anew."""

_PIECE = 2**20
_PARTIAL = 206

Told = Callable[[int], None]
"""Called with how many bytes of a file are here."""


def fetch(
    hub: Hub, listing: Listing, file: RemoteFile, target: Path, told: Told, pauses: Sequence[float] = PAUSES
) -> str:
    """Bring a file to `target` and return its sha256.

    What came lies in `target` with `.part` added, until it is whole. Raises `Cut` where the network gives up and
    MachineError where the bytes are not the hub's, which are thrown away then.
    """
    part = target.with_name(f"{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    _complete(hub, listing, file, part, told, pauses)
    told(file.size)
    digest = checked(part, listing.repository, file)
    os.replace(part, target)
    return digest


def checked(path: Path, repository: str, file: RemoteFile) -> str:
    """Return a file's sha256; MachineError, and the file is gone, where its size or hash is not the hub's."""
    size = path.stat().st_size
    large, small = sha256(), sha1(b"blob %d\0" % size, usedforsecurity=False)
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            large.update(piece)
            small.update(piece)
    wrong = {
        "size": size != file.size,
        "sha256": file.sha256 is not None and large.hexdigest() != file.sha256,
        "git hash": file.sha256 is None and file.git is not None and small.hexdigest() != file.git,
    }
    if any(wrong.values()):
        path.unlink()
        which = next(name for name, is_so in wrong.items() if is_so)
        raise MachineError(
            f"{file.path} of {repository} came damaged (its {which} is not the hub's): pull the model again."
        )
    return large.hexdigest()


def _complete(hub: Hub, listing: Listing, file: RemoteFile, part: Path, told: Told, pauses: Sequence[float]) -> None:
    left = list(pauses)
    here = _size(part)
    if here > file.size:
        part.unlink()
        here = 0
    part.touch()
    while here < file.size:
        fault: MachineError | None = None
        try:
            _go_on(hub, listing, file, part, told)
        except Cut as error:
            fault = error
        now = _size(part)
        if now > here:
            left = list(pauses)
        elif not left:
            short = f"{hub.host} sends only {now} of {file.size} bytes of {file.path}: give the same command again."
            raise fault or Cut(short)
        else:
            time.sleep(left.pop(0))
        here = now


def _go_on(hub: Hub, listing: Listing, file: RemoteFile, part: Path, told: Told) -> None:
    here = _size(part)
    with hub.opened(listing, file.path, here) as response, part.open("r+b") as stream:
        stream.seek(here if response.status_code == _PARTIAL else 0)
        stream.truncate()
        _copy(response, stream, file, told)
        stream.flush()
        if file.size >= _PIECE:  # what took long to come outlives a power cut
            os.fsync(stream.fileno())


def _copy(response: Any, stream: Any, file: RemoteFile, told: Told) -> None:
    try:
        for piece in response.iter_raw():
            stream.write(piece)
            told(stream.tell())
            if stream.tell() > file.size:
                raise MachineError(f"The hub sends more of {file.path} than it said: pull the model again.")
    except OSError as error:
        raise MachineError(f"{file.path} can't be written ({error.strerror}): make room, and pull it again.") from None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
