"""What a stranger's file is, found out by reading it: readers can break, so this is for a process of its own."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.stream import Disposition
from PIL import Image as Pillow

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.facts import Facts
from reverie.media.film import FilmReader
from reverie.media.geometry import fit
from reverie.media.jpeg import encode_jpeg
from reverie.media.picture import FORMATS, check_file, open_picture
from reverie.media.sniff import sniff

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

MOST_DECODED = 60
"""Pictures of a film that are decoded; beyond them its frames are counted by its packets."""

MOST_SECONDS = 4.0
"""Seconds of work after which no further picture is decoded."""

PREVIEW_SIDE = 320

SOUND_CODECS = frozenset(
    {"aac", "mp3", "mp3float", "flac", "opus", "libopus", "vorbis", "libvorbis", "alac", "ac3", "eac3"}
    | {"pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_s16be", "pcm_s24be"}
)
"""Decoders of sound that a stranger's file may ask for."""

_LAYER_THREE = (b"\xfb", b"\xfa", b"\xf3", b"\xf2", b"\xe3", b"\xe2")
_SOUNDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("wav", lambda head: head.startswith(b"RIFF") and head[8:12] == b"WAVE"),
    ("flac", lambda head: head.startswith(b"fLaC")),
    ("ogg", lambda head: head.startswith(b"OggS")),
    ("mp3", lambda head: head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in _LAYER_THREE)),
    ("aac", lambda head: head[:2] in (b"\xff\xf1", b"\xff\xf9")),
)

_STILLS = tuple(b"ftyp" + brand for brand in (b"avif", b"avis", b"mif1", b"msf1", b"heic", b"heix", b"hevc", b"heim"))

GIVE = (
    "give a picture (PNG, JPEG, WebP …), a film (MP4, MOV, WebM, MKV, AVI, GIF) or a sound (WAV, MP3, FLAC, OGG, M4A)"
)


def examine(path: str | Path, field: str = "file") -> Facts:
    """Read a file as far as it takes to know what it is; InputError where it is nothing that can be worked with."""
    check_file(path, field, GIVE)
    form = _picture_format(path)
    if form is not None and not (form == "GIF" and _moves(path)):
        return _picture(path, form, field)
    if _still(path):
        raise InputError(
            field, str(path), "is a picture that can't be read here: save it as PNG or JPEG and give that."
        )
    if sniff(path)[0] is not None:
        return _film(path, field)
    return _sound(path, _sound_reader(path, field), field)


def _picture_format(path: str | Path) -> str | None:
    """Return which kind of picture a file begins like, None where it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(path, formats=FORMATS) as opened:
                return opened.format
    except Pillow.DecompressionBombError:
        return "bomb"  # opening it says so in a sentence
    except Exception:  # whatever else its reader says, it is not one that can be read
        return None


def _still(path: str | Path) -> bool:
    """True where a file in boxes, as films are too, says that it is a picture."""
    with open(path, "rb") as file:
        return file.read(12)[4:] in _STILLS


def _moves(path: str | Path) -> bool:
    """True for a GIF of several pictures; a damaged one is left to the picture's reader, which says so."""
    try:
        with Pillow.open(path, formats=("GIF",)) as opened:
            return bool(getattr(opened, "is_animated", False))
    except Exception:
        return False


def _picture(path: str | Path, form: str, field: str) -> Facts:
    picture = open_picture(path, field)
    height, width = picture.shape[:2]
    named = form.lower()
    shown = _preview(picture)
    return Facts(kind="image", container=named, codec=named, width=width, height=height, frames=1, preview=shown)


def _preview(picture: Image) -> bytes:
    height, width = picture.shape[:2]
    scale = min(1.0, PREVIEW_SIDE / max(width, height))
    small = fit(picture, max(1, round(width * scale)), max(1, round(height * scale)))
    return encode_jpeg(small, quality=80)


def _film(path: str | Path, field: str) -> Facts:
    with _opened(path, str(sniff(path)[0]), field) as container:
        form, sound = container.format.name, bool(container.streams.audio)
        if not any(_shows(stream) for stream in container.streams.video):
            return _sound(path, str(sniff(path)[0]), field)
        codec = container.streams.video[0].codec_context.name
        rate = container.streams.video[0].average_rate
    with FilmReader(path, field) as film:
        picture, _ = next(film)
    (height, width), preview = picture.shape[:2], _preview(picture)
    count, last = _counted(path, field)
    step = 1 / float(rate) if rate else (last / (count - 1) if count > 1 else 1 / 25)
    last = last or (count - 1) * step
    fps = (count - 1) / last if count > 1 else 1 / step
    return Facts(
        kind="video",
        container=form,
        codec=codec,
        width=width,
        height=height,
        frames=count,
        fps=round(fps, 6),
        duration=round(last + step, 6),
        has_sound=sound,
        preview=preview,
    )


def _shows(stream: VideoStream) -> bool:
    """True unless a stream of pictures is a cover that a sound carries."""
    return not bool(stream.disposition & Disposition.attached_pic)


def _counted(path: str | Path, field: str) -> tuple[int, float]:
    """Return how many pictures a film holds, and when the last one is shown, in seconds from the first.

    The first of them are decoded, since a header may lie; the others are counted by their packets.
    """
    moments: list[float] = []
    packets, decoded, whole, open_end = 0, 0, True, time.process_time() + MOST_SECONDS
    with _opened(path, str(sniff(path)[0]), field) as container:
        try:
            for packet in container.demux(container.streams.video[0]):
                moment = packet.dts if packet.pts is None else packet.pts
                if packet.size and moment is not None and packet.time_base is not None:
                    moments.append(float(moment * packet.time_base))
                packets += bool(packet.size)
                whole = whole and decoded < MOST_DECODED and time.process_time() < open_end
                decoded += len(packet.decode()) if whole else 0
        except (av.FFmpegError, ValueError):
            raise _damaged(path, field) from None
    count = decoded if whole else packets
    return count, max(moments, default=0.0) - min(moments, default=0.0)


def _sound_reader(path: str | Path, field: str) -> str:
    with open(path, "rb") as file:
        head = file.read(16)
    reader = next((name for name, recognised in _SOUNDS if recognised(head)), None)
    if reader is None:
        raise InputError(field, str(path), f"is nothing that can be read here: {GIVE}.")
    return reader


def _sound(path: str | Path, reader: str, field: str) -> Facts:
    with _opened(path, reader, field) as container:
        if not container.streams.audio:
            raise InputError(field, str(path), f"holds neither pictures nor sound: {GIVE}.")
        stream = container.streams.audio[0]
        codec = stream.codec_context.name if stream.codec_context else "unknown"
        if codec not in SOUND_CODECS:
            raise InputError(field, str(path), f"is coded in a way we don't read ({codec}): {GIVE}.")
        heard = 0.0
        try:
            for frame in container.decode(stream):
                heard += frame.samples / max(frame.sample_rate, 1)
                if heard >= MOST_SECONDS:
                    break
        except (av.FFmpegError, ValueError):
            raise _damaged(path, field) from None
        if not heard:
            raise InputError(field, str(path), f"holds no sound: {GIVE}.")
        told = container.duration / av.time_base if container.duration else heard
        length = max(told, heard) if heard >= MOST_SECONDS else heard
        form = container.format.name
        return Facts(kind="audio", container=form, codec=codec, duration=round(length, 6), has_sound=True)


def _opened(path: str | Path, reader: str, field: str) -> InputContainer:
    try:
        # Forced reader, absolute path and only local files: a text that names other files must not be followed.
        return av.open(
            f"file:{os.path.abspath(path)}",
            format=reader,
            container_options={"protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except (av.FFmpegError, OSError, ValueError):
        raise _damaged(path, field) from None


def _damaged(path: str | Path, field: str) -> InputError:
    return InputError(field, str(path), f"is damaged and cannot be read: {GIVE} that is whole.")
