"""Decoded frames as pictures: their colours as they say or as is usual for their size, and turned as they say."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from reverie.core.frame import Image
from reverie.media.hdr import HLG, PQ, to_screen

_SHARP = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
_QUICK = Interpolation.AREA
_BT601, _BT709, _UNKNOWN_SPACE = Colorspace.ITU601, Colorspace.ITU709, 2
_HIGH_DEFINITION = 720


class Decoded(Protocol):
    """A frame of PyAV's, for whoever may not name it."""

    @property
    def width(self) -> int: ...  # noqa: D102
    @property
    def height(self) -> int: ...  # noqa: D102


class Pictures:
    """Makes pictures of one stream's frames, whatever their sizes and kinds of pixels; not for several threads.

    What is more than twice as large as `most` (width, height) both ways is shrunk on the way, which costs less than
    shrinking it afterwards; None leaves every pixel.
    """

    def __init__(self, most: tuple[int, int] | None = None) -> None:
        self._colours, self._most = VideoReformatter(), most

    def picture(self, frame: Decoded) -> Image:
        """Return a frame as `(height, width, 3)` uint8 RGB; ValueError or PyAV's own error where it is damaged."""
        assert isinstance(frame, VideoFrame)
        width, height = self._size(frame)
        shrunk = (width, height) != (frame.width, frame.height)
        unknown = frame.colorspace == _UNKNOWN_SPACE
        space = (_BT709 if frame.height >= _HIGH_DEFINITION else _BT601) if unknown else None
        deep = frame.color_trc in (PQ, HLG)
        picture = self._colours.reformat(
            frame,
            width=width,
            height=height,
            format="rgb48le" if deep else "rgb24",
            src_colorspace=space,
            dst_color_range=ColorRange.JPEG,
            interpolation=_QUICK if shrunk else _SHARP,
        ).to_ndarray()
        shown = to_screen(np.asarray(picture, np.uint16), int(frame.color_trc)) if deep else picture
        return np.ascontiguousarray(np.rot90(shown, round(frame.rotation / 90) % 4), np.uint8)

    def sized(self, frame: Decoded) -> tuple[Image, tuple[int, int]]:
        """Return a frame's picture, and the width and height it had, turned as the picture is."""
        picture = self.picture(frame)
        size = (frame.width, frame.height)
        lies = (picture.shape[0] > picture.shape[1]) != (size[1] > size[0])
        return picture, size[::-1] if lies else size

    def _size(self, frame: VideoFrame) -> tuple[int, int]:
        if self._most is None:
            return frame.width, frame.height
        share = max(max(self._most) / side for side in (frame.width, frame.height))
        if share >= 1 / 2:
            return frame.width, frame.height
        return max(2, round(frame.width * share)), max(2, round(frame.height * share))
