"""The planes that video holds: BT.709 in limited range, half the colour each way."""

from __future__ import annotations

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from reverie.core.frame import Image

Plane = npt.NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]
"""`(H, W)`, and twice `(ceil(H / 2), ceil(W / 2))`: light 16..235, blue and red difference 16..240."""

FORMAT = "yuv420p"

_SOFT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND
_SHARP = _SOFT | Interpolation.FULL_CHR_H_INT
"""Without it pictures come back a level darker than they were."""


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


def blank(width: int, height: int) -> av.VideoFrame:
    """Return a frame to be written into; what it shows is left over from earlier."""
    return av.VideoFrame(width, height, FORMAT)


def planes_of(frame: av.VideoFrame) -> Planes:
    """Return a frame's three planes without copying: what is written into them is written into the frame."""
    light, blue, red = (_seen(plane) for plane in frame.planes[:3])
    return light, blue, red


def _seen(plane: VideoPlane) -> Plane:
    rows = np.frombuffer(memoryview(plane), np.uint8)[: plane.line_size * plane.height]
    return rows.reshape(plane.height, plane.line_size)[:, : plane.width]


def to_rgb(frame: av.VideoFrame) -> Image:
    """Return a yuv420p frame as a picture `(height, width, 3)` uint8 RGB."""
    shown = VideoReformatter().reformat(
        frame,
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.JPEG,
        interpolation=_SHARP,
    )
    return np.asarray(shown.to_ndarray(), np.uint8)
