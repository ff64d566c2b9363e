"""Video for live viewers: one picture in, one packet out, no picture ever held back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import av
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from reverie.core.errors import MachineError
from reverie.core.frame import Image

CLOCK = 90_000
"""Ticks a second of a live stream's timestamps, as RTP counts them."""

LEAST_BITRATE, MOST_BITRATE = 1_500_000, 20_000_000
BITS_A_PIXEL = 0.15
"""What a dreamed picture needs: it changes everywhere all the time."""

_NO_KEY_BY_ITSELF = 1_000_000
_BUFFERED_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a codec is set up: FFmpeg's name of the encoder, and its options at a bitrate."""

    encoder: str
    options: Callable[[int], Mapping[str, str]]


def _h264(bitrate: int) -> Mapping[str, str]:
    # Baseline has no B-frames; with `zerolatency` the encoder looks at nothing ahead. Planes are BT.601, and say so.
    colours = "colorprim=smpte170m:transfer=smpte170m:colormatrix=smpte170m:range=tv"
    buffered = f"vbv-maxrate={bitrate // 1000}:vbv-bufsize={int(bitrate * _BUFFERED_SECONDS) // 1000}"
    return {
        "preset": "superfast",
        "tune": "zerolatency",
        "profile": "baseline",
        "forced-idr": "1",
        "x264-params": f"scenecut=0:bframes=0:sliced-threads=0:{buffered}:{colours}",
    }


def _vp8(bitrate: int) -> Mapping[str, str]:
    return {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "error-resilient": "default",
        "minrate": str(bitrate),
        "maxrate": str(bitrate),
        "bufsize": str(int(bitrate * _BUFFERED_SECONDS)),
        "undershoot-pct": "100",
        "overshoot-pct": "15",
    }


RECIPES: Mapping[str, Recipe] = {"H264": Recipe("libx264", _h264), "VP8": Recipe("libvpx", _vp8)}
"""The codecs that every browser takes, by the names SDP has for them."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One encoded picture; `key` is True where a viewer can begin with it, `pts` counts 90,000ths of a second."""

    packet: av.Packet[Any]
    key: bool
    pts: int

    @property
    def size(self) -> int:
        """Return its bytes."""
        return self.packet.size


def bitrate_for(width: int, height: int, fps: float) -> int:
    """Return the bits a second that look well at a size in pixels and a rate in frames a second."""
    return round(min(max(width * height * fps * BITS_A_PIXEL, LEAST_BITRATE), MOST_BITRATE))


class LiveEncoder:
    """One stream of `H264` or `VP8`; what can't be divided by two loses its last row or column.

    `bitrate` is in bits a second and held over any second, `fps` the frames a second it is shared out among. Key
    pictures come where they are asked for, and never by themselves.
    """

    def __init__(self, codec: str, width: int, height: int, fps: float, bitrate: int) -> None:
        recipe = RECIPES[codec]
        self.size, self.fps, self.bitrate = (width, height), fps, bitrate
        try:
            context = cast(VideoCodecContext, av.CodecContext.create(recipe.encoder, "w"))
        except (av.FFmpegError, ValueError):
            raise MachineError(f"This build of FFmpeg has no {recipe.encoder}: watch by MJPEG instead.") from None
        context.width, context.height = width // 2 * 2, height // 2 * 2
        context.pix_fmt = "yuv420p"
        context.bit_rate = bitrate
        context.time_base = Fraction(1, CLOCK)
        context.framerate = Fraction(fps).limit_denominator(1001)
        context.gop_size = _NO_KEY_BY_ITSELF
        context.max_b_frames = 0
        context.thread_count = 1
        context.options = dict(recipe.options(bitrate))
        self._context = context

    def encode(self, image: Image, pts: int, *, key: bool) -> Chunk:
        """Encode one picture `(height, width, 3)` uint8 RGB, shown at `pts` 90,000ths of a second, ever growing."""
        width, height = self._context.width, self._context.height
        planes: Any = cv2.cvtColor(np.ascontiguousarray(image[:height, :width]), cv2.COLOR_RGB2YUV_I420)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = pts, Fraction(1, CLOCK)
        frame.pict_type = PictureType.I if key else PictureType.NONE
        packets = self._context.encode(frame)
        if len(packets) != 1:
            raise MachineError(f"The encoder gave {len(packets)} packets for one picture.")
        packet = packets[0]
        packet.pts, packet.time_base = pts, Fraction(1, CLOCK)
        return Chunk(packet, packet.is_keyframe, pts)
