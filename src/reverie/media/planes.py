"""From pictures to the planes that video holds: BT.709 in limited range, half the colour each way."""

from __future__ import annotations

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from reverie.core.frame import Image

_SOFT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND


def to_planes(image: Image, colours: VideoReformatter) -> av.VideoFrame:
    """Return a picture `(height, width, 3)` uint8 as a yuv420p frame; an odd side gets its last row or column twice."""
    grow = image.shape[0] % 2, image.shape[1] % 2
    if any(grow):
        image = np.asarray(cv2.copyMakeBorder(image, 0, grow[0], 0, grow[1], cv2.BORDER_REPLICATE), np.uint8)
    return colours.reformat(
        av.VideoFrame.from_ndarray(image, format="rgb24"),
        format="yuv420p",
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        dst_colorspace=Colorspace.ITU709,
        interpolation=_SOFT,
        threads=1,
    )
