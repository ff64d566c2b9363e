"""What a film file is, by its first bytes and never by its name, and whether all of it is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"
_MOST_BOXES = 100_000


def _whole_boxes(file: BinaryIO, size: int) -> bool:
    """True unless a box at the top of an MP4 or QuickTime file reaches past its end."""
    place = 0
    for _ in range(_MOST_BOXES):
        file.seek(place)
        head = file.read(16)
        length = int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(head[8:16])
        if len(head) < 8 or length < 8:
            return True
        place += length
        if place > size:
            return False
    return True


def _whole_segment(file: BinaryIO, size: int) -> bool:
    """True unless a Matroska file ends before its segment does; one whose length is left open counts as whole."""
    file.seek(4)
    header = _variable(file)
    if header is None:
        return True
    file.seek(header, 1)
    if file.read(4) != _SEGMENT:
        return True
    length = _variable(file)
    return length is None or file.tell() + length <= size


def _variable(file: BinaryIO) -> int | None:
    """Read EBML's number of variable length; None where it is missing or stands for "unknown"."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    width = 9 - first[0].bit_length()
    data = file.read(width - 1)
    value = int.from_bytes(bytes([first[0] & (0xFF >> width)]) + data)
    return None if len(data) < width - 1 or value == (1 << 7 * width) - 1 else value


def _whole_gif(file: BinaryIO, size: int) -> bool:
    """True where a GIF ends with its trailer, whatever zeros follow."""
    file.seek(max(0, size - 4096))
    return file.read().rstrip(b"\0").endswith(b";")


def _whole(_file: BinaryIO, _size: int) -> bool:
    return True


_KINDS: tuple[tuple[str, Callable[[bytes], bool], Callable[[BinaryIO, int], bool]], ...] = (
    ("mov", lambda head: head[4:8] in _BOXES, _whole_boxes),
    ("matroska", lambda head: head.startswith(_EBML), _whole_segment),
    ("gif", lambda head: head.startswith((b"GIF87a", b"GIF89a")), _whole_gif),
    ("avi", lambda head: head.startswith(b"RIFF") and head[8:12] == b"AVI ", _whole),
)


def sniff(path: str | Path) -> tuple[str | None, bool]:
    """Return the name of FFmpeg's reader for a file, None where we read no such files, and whether it is whole."""
    with open(path, "rb") as file:
        head = file.read(16)
        size = os.fstat(file.fileno()).st_size
        for name, recognised, whole in _KINDS:
            if recognised(head):
                return name, whole(file, size)
    return None, True
