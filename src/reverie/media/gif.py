"""GIF films: a palette of 256 colours made for every picture, and what the file says of itself in a comment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
from av.filter import Graph

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.part import Part, writing

FASTEST = 50
"""Frames a second; viewers show a GIF that asks for more at ten a second."""

_TRAILER = b";"
_EXTENSION, _COMMENT, _PICTURE = 0x21, 0xFE, 0x2C
_LARGEST_COMMENT = 16 * 2**20


class GifWriter:
    """One film on its way into a GIF, picture by picture, whatever its length; times are hundredths of a second.

    Bayer dither lies still on the screen where error diffusion would crawl.
    """

    def __init__(self, part: Part, width: int, height: int, fps: Fraction, metadata: Mapping[str, str]) -> None:
        if fps > FASTEST:
            raise InputError(
                "fps", float(fps), f"is more than a GIF can show: use at most {FASTEST}, or another suffix."
            )
        self._part, self._fps, self._metadata, self._count = part, fps, metadata, 0
        with self._told():
            self._graph = _palettes(width, height, fps)
            self._container = av.open(str(part.part), "w", format="gif")
            self._stream = self._container.add_stream("gif", rate=fps)
            self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "pal8"
            self._stream.codec_context.time_base = 1 / fps

    def write(self, image: Image) -> None:
        """Add one picture `(height, width, 3)` uint8."""
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame.pts, frame.time_base = self._count, 1 / self._fps
        self._count += 1
        with self._told():
            self._graph.push(frame)
            self._pass_on()

    def _pass_on(self) -> None:
        with suppress(av.BlockingIOError, av.EOFError):
            while True:
                self._container.mux(self._stream.encode(self._graph.vpull()))

    def finish(self) -> None:
        """Write what is still held, end the file and put the metadata into its comment."""
        with self._told():
            self._graph.push(None)
            self._pass_on()
            self._container.mux(self._stream.encode(None))
            self._container.close()
            if self._metadata:
                _append_comment(self._part.part, json.dumps(dict(self._metadata)).encode())

    def abandon(self) -> None:
        """Let go of the file, whatever state it is in; never raises."""
        with suppress(Exception):
            self._container.close()

    def _told(self) -> AbstractContextManager[None]:
        return writing(self._part.path, av.FFmpegError)


def _palettes(width: int, height: int, fps: Fraction) -> Graph:
    """Return a chain that gives every picture the palette made from it."""
    graph = Graph()
    source = graph.add_buffer(width=width, height=height, format=av.VideoFormat("rgb24"), time_base=1 / fps)
    split, sink = graph.add("split"), graph.add("buffersink")
    palette = graph.add("palettegen", "stats_mode=single:reserve_transparent=0")
    use = graph.add("paletteuse", "new=1:dither=bayer:bayer_scale=4")
    source.link_to(split)
    split.link_to(use, 0, 0)
    split.link_to(palette, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    return graph


def _append_comment(path: Path, text: bytes) -> None:
    with path.open("rb+") as file:
        file.seek(-len(_TRAILER), 2)
        file.write(bytes([_EXTENSION, _COMMENT]))
        for start in range(0, len(text), 255):
            piece = text[start : start + 255]
            file.write(bytes([len(piece)]) + piece)
        file.write(b"\0" + _TRAILER)


def read_comment(path: str | Path) -> dict[str, str]:
    """Return what one of our GIFs says of itself; nothing where it is another's."""
    with open(path, "rb") as file:
        for comment in _comments(file):
            with suppress(ValueError):
                said = json.loads(comment)
                if isinstance(said, dict):
                    return {str(key).lower(): str(value) for key, value in said.items()}
    return {}


def _comments(file: BinaryIO) -> Iterator[bytes]:
    """Walk a GIF's blocks without decoding any and give its comments; ends where the file does."""
    head = file.read(13)
    _skip_palette(file, head[10] if len(head) == 13 else 0)
    while kind := file.read(1):
        if kind[0] == _EXTENSION:
            label = file.read(1)
            blocks = b"".join(_blocks(file))
            if label == bytes([_COMMENT]):
                yield blocks
        elif kind[0] == _PICTURE:
            place = file.read(9)
            _skip_palette(file, place[8] if len(place) == 9 else 0)
            file.read(1)
            for _ in _blocks(file):
                pass
        else:
            return


def _skip_palette(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        file.seek(3 * 2 ** ((flags & 7) + 1), 1)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    total = 0
    while (size := file.read(1)) and size[0] and total < _LARGEST_COMMENT:
        total += size[0]
        yield file.read(size[0])
