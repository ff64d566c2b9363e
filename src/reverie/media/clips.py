"""Scenes that are made, read again as the planes they lie in, frame by frame, whatever their length."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import av
import numpy as np
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.film import CODECS
from reverie.media.picture import check_file
from reverie.media.planes import FORMAT, to_planes, to_rgb
from reverie.media.sniff import sniff

MOST_THREADS = 4
"""Every thread of a decoder holds a frame or two: 4K frames are 12 MB each."""

_OUR_CODECS = CODECS | {"ffv1"}
_OUR_COLOURS = (1, 2)
"""BT.709, and nothing said."""

_GIVE = "give a film that is whole"


class PlaneReader:
    """A clip's frames in order, `width` x `height` yuv420p, decoded as they are asked for.

    Raises InputError where the file is missing, damaged or no film.
    """

    def __init__(self, path: str | Path, width: int, height: int) -> None:
        self._path, self._size = str(path), (width, height)
        check_file(self._path, "clip", _GIVE)
        kind, whole = sniff(path)
        if kind is None or not whole:
            raise self._refused("is no film" if kind is None else "is cut short")
        self._colours = VideoReformatter()
        with self._told():
            self._container = av.open(
                f"file:{os.path.abspath(path)}", format=kind, container_options={"protocol_whitelist": "file"}
            )
        try:
            self._frames = self._opened()
        except BaseException:
            self.close()
            raise

    def _opened(self) -> Iterator[VideoFrame]:
        if not self._container.streams.video:
            raise self._refused("holds no pictures")
        stream = self._container.streams.video[0]
        if stream.codec_context.name not in _OUR_CODECS:
            raise self._refused(f"is coded in a way we don't read ({stream.codec_context.name})")
        stream.codec_context.thread_type = "AUTO"
        stream.codec_context.thread_count = threads(MOST_THREADS)
        return self._container.decode(stream)

    def read(self) -> VideoFrame | None:
        """Return the next frame, None after the last."""
        with self._told():
            frame = next(self._frames, None)
        return None if frame is None else self._planes(frame)

    def picture(self) -> Image | None:
        """Return the next frame as a picture `(height, width, 3)` uint8 RGB, None after the last.

        One that lies there as a picture of the size that is asked for is not changed by a bit.
        """
        with self._told():
            frame = next(self._frames, None)
        if frame is None:
            return None
        if frame.format.is_rgb and (frame.width, frame.height) == self._size:
            return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
        return to_rgb(self._planes(frame))

    def _planes(self, frame: VideoFrame) -> VideoFrame:
        if frame.format.is_rgb:
            frame = to_planes(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), self._colours)
        frame.pict_type = PictureType.NONE  # else the encoder repeats the choices of whoever encoded the clip
        ours = frame.format.name == FORMAT and frame.colorspace in _OUR_COLOURS
        if ours and (frame.width, frame.height) == self._size:
            return frame
        return self._colours.reformat(
            frame, *self._size, FORMAT, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (av.FFmpegError, ValueError):
            raise self._refused("is damaged") from None

    def _refused(self, why: str) -> InputError:
        return InputError("clip", self._path, f"{why}: {_GIVE}.")

    def close(self) -> None:
        """Let go of the file; never raises."""
        with suppress(Exception):
            self._container.close()


def threads(most: int) -> int:
    """Return how many threads are worth having: as many as this program may use cores, `most` at most."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(most, cores)
