"""Reading films, those of strangers too: only files, only known containers and codecs, only sizes we can hold."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import av

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media import folder, gif
from reverie.media.geometry import fit
from reverie.media.picture import check_file, open_picture
from reverie.media.sniff import sniff
from reverie.media.upright import Pictures

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

MAX_PIXELS = 34_000_000
"""Pixels of one picture of a film: 8K video, the largest that presets make, has 33 million."""

CODECS = frozenset(
    {"h264", "hevc", "av1", "libdav1d", "vp8", "libvpx", "vp9", "libvpx-vp9", "mpeg4", "mpeg2video", "mjpeg", "prores"}
    | {"gif", "png", "rawvideo"}
)
"""Decoders that a stranger's file may ask for."""

_GIVE = "give an MP4, MOV, WebM, MKV, AVI or GIF film, or a folder of PNG pictures"


class Film(Iterator[tuple[Image, Fraction]], Protocol):
    """Pictures and their times, one after the other, of something that wants to be closed."""

    def close(self) -> None:
        """Let go of what is held open."""


def read_frames(path: str | Path, field: str = "video") -> Film:
    """Return a film's pictures, `(height, width, 3)` uint8 RGB, each with its exact time in seconds from the first.

    Every picture has the size of the first and is turned as the film says. Raises InputError where the file is missing,
    no film, damaged, cut short, without pictures or too large; damage further on is found when it is reached.
    """
    return _from_folder(Path(path), field) if os.path.isdir(path) else FilmReader(path, field)


def read_metadata(path: str | Path, field: str = "video") -> dict[str, str]:
    """Return what a film says of itself, keys in lower case; raises InputError as `read_frames` does."""
    if os.path.isdir(path):
        return folder.read_about(Path(path))
    with FilmReader(path, field) as film:
        return film.metadata


def _from_folder(path: Path, field: str) -> Film:
    files = folder.pictures(path)
    if not files:
        raise InputError(field, str(path), f"is a folder without PNG pictures: {_GIVE}.")
    first = open_picture(files[0], field)
    rate = folder.rate(path)

    def pictures() -> Generator[tuple[Image, Fraction], None, None]:
        for index, file in enumerate(files):
            picture = first if index == 0 else open_picture(file, field)
            yield fit(picture, first.shape[1], first.shape[0]), index / rate

    return pictures()


class FilmReader:
    """An open film file: an iterator over `(picture, time)`, with what it says of itself in `metadata`."""

    def __init__(self, path: str | Path, field: str = "video") -> None:
        self._path, self._field = str(path), field
        self._container, self._stream = self._opened()
        self._pictures = Pictures()
        self._start: Fraction | None = None
        self._last: Fraction | None = None
        self._size: tuple[int, int] | None = None
        self._decoded = self._container.decode(self._stream)
        self.metadata = {key.lower(): value for key, value in self._container.metadata.items()}
        if self._container.format.name == "gif":
            self.metadata |= gif.read_comment(path)
        self._waiting: tuple[Image, Fraction] | None = None
        self._waiting = next(self, None)
        if self._waiting is None:
            raise self._refused("holds no pictures")

    def _opened(self) -> tuple[InputContainer, VideoStream]:
        check_file(self._path, self._field, _GIVE)
        kind, whole = sniff(self._path)
        if kind is None:
            raise self._refused("is no film that can be read")
        if not whole:
            raise self._refused("is cut short")
        try:
            # Forced reader, absolute path and only local files: a text that names other files must not be followed.
            container = av.open(
                f"file:{os.path.abspath(self._path)}",
                format=kind,
                container_options={"protocol_whitelist": "file"},
                metadata_errors="replace",
            )
        except (av.FFmpegError, OSError, ValueError):
            raise self._refused("is damaged and cannot be read") from None
        try:
            return container, self._checked(container)
        except BaseException:
            container.close()
            raise

    def _checked(self, container: InputContainer) -> VideoStream:
        if not container.streams.video:
            raise self._refused("holds no pictures")
        stream = container.streams.video[0]
        coder = stream.codec_context
        if coder is None or coder.name not in CODECS:
            raise self._refused(f"is coded in a way we don't read ({coder.name if coder else 'unknown'})")
        if coder.width * coder.height > MAX_PIXELS:
            raise self._refused("has too many pixels (over 34 million)")
        coder.options = {"max_pixels": str(MAX_PIXELS)}
        return stream

    def _refused(self, why: str) -> InputError:
        return InputError(self._field, self._path, f"{why}: {_GIVE}.")

    def __iter__(self) -> FilmReader:
        return self

    def __next__(self) -> tuple[Image, Fraction]:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            return waiting
        try:
            frame = next(self._decoded)
            return self._picture(frame), self._time(frame)
        except StopIteration:
            self.close()
            raise
        except (av.FFmpegError, ValueError):
            self.close()
            raise self._refused(
                "is damaged" + ("" if self._last is None else f" after {float(self._last):.2f} s")
            ) from None

    def end(self, most: int) -> list[tuple[Image, Fraction]]:
        """Return the last `most` pictures with their times, by way of a jump near the end where there is one.

        After a jump times count from where it landed. Nothing is left to be read afterwards.
        """
        frames: deque[av.VideoFrame] = deque(maxlen=most)
        try:
            for jump in (True, False):
                if jump and not self._jumped(most):
                    continue
                if not jump:
                    self._container.seek(0)
                frames.extend(self._container.decode(self._stream))
                if frames:
                    break
        except (av.FFmpegError, ValueError):
            raise self._refused("is damaged") from None
        self._start = self._last = None
        found = [(self._picture(frame), self._time(frame)) for frame in frames]
        self.close()
        if not found and self._waiting is not None:
            return [self._waiting]
        return found

    def _jumped(self, most: int) -> bool:
        """Jump to the key picture before the last `most` pictures; False where that can't be."""
        length, rate = self._container.duration, self._stream.average_rate
        if not length or not rate or self._container.format.name == "gif":
            return False
        start = self._container.start_time or 0
        with suppress(av.FFmpegError):
            self._container.seek(max(start, start + length - round(2 * most / rate * av.time_base)))
            return True
        return False

    def _picture(self, frame: av.VideoFrame) -> Image:
        if frame.width * frame.height > MAX_PIXELS:
            raise self._refused("has too many pixels (over 34 million)")
        upright = self._pictures.picture(frame)
        self._size = self._size or (upright.shape[1], upright.shape[0])
        return fit(upright, *self._size)

    def _time(self, frame: av.VideoFrame) -> Fraction:
        """Return a frame's exact time, brought to the film's even beat where its clock is too coarse to say it."""
        rate = self._stream.average_rate or self._stream.base_rate or Fraction(25)
        if frame.pts is None or not frame.time_base:
            time = Fraction(0) if self._last is None else self._last + 1 / rate
        else:
            time = frame.pts * frame.time_base
            self._start = time if self._start is None else self._start
            time -= self._start
            beat = round(time * rate) / rate
            time = beat if 2 * abs(beat - time) <= frame.time_base else time
        if self._last is not None and time <= self._last:
            time = self._last + 1 / rate
        self._last = time
        return time

    def close(self) -> None:
        """Let go of the file."""
        with suppress(Exception):
            self._container.close()

    def __enter__(self) -> FilmReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
