"""Motion JPEG as a client takes it: parts with their lengths over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import BinaryIO, cast

from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.media.jpeg import decode_jpeg
from reverie.server.viewer.address import Address
from reverie.server.viewer.watch import Pictures

_LONGEST_LINE = 1024


def pictures(address: Address, job: str) -> Pictures:
    """Return what opens a job's stream by Motion JPEG."""

    @contextmanager
    def opened(over: Event) -> Iterator[Iterator[Image]]:
        line = address.open()
        try:
            line.request("GET", f"/api/jobs/{job}/preview.mjpeg", headers=address.headers)
            answer = line.getresponse()
            if answer.status != 200:
                raise MachineError(f"preview.mjpeg answers {answer.status}: {answer.read(200)!r}")
            yield (decode_jpeg(part) for part in parts(cast(BinaryIO, answer), over))
        finally:
            line.close()

    return opened


def parts(stream: BinaryIO, over: Event) -> Iterator[bytes]:
    """Give the bodies of a multipart stream; each part must say how long it is."""
    while not over.is_set():
        length = _length(stream)
        if length is None:
            return
        body = stream.read(length)
        if len(body) < length:
            return
        yield body


def _length(stream: BinaryIO) -> int | None:
    """Read a part's head and return its length, None at the end."""
    length = None
    while (line := stream.readline(_LONGEST_LINE)).endswith(b"\n"):
        name, _, said = line.decode("latin-1").partition(":")
        if name.strip().lower() == "content-length":
            length = int(said)
        elif not line.strip() and length is not None:
            return length
    return None
