"""Films in a container: MP4 with H.264 and WebM with VP9, encoded fast enough for a live dream."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import av
import cv2
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.part import Part, writing

AVCOL_SPC_BT709 = 1
"""The number that H.264 and VP9 call the BT.709 matrix by; PyAV names only the scaler's own numbers."""

_SECONDS_A_KEY_PICTURE = 2
_SOFT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of film is written: FFmpeg's names of container and codec, and their options.

    `even` is True where sides must be even: an odd one gets its last row or column twice.
    """

    container: str
    codec: str
    codec_options: Mapping[str, str]
    container_options: Mapping[str, str]
    even: bool


# Measured on one core of an EPYC 9005, 256x256 and 448x256, whole write: ultrafast 0.5 and 0.9 ms (and half as large
# again, blocky), superfast 0.9 and 1.7, veryfast 1.4 and 2.4 (a quarter smaller, no better at the same crf).
MP4 = Format(
    container="mp4",
    codec="libx264",
    codec_options={"preset": "superfast", "crf": "18"},
    container_options={"movflags": "+faststart+use_metadata_tags"},
    even=True,
)
# Measured as above: 1.8 and 2.1 ms; VP8 is no faster at the same quality, the deadline `good` takes ten times as long.
WEBM = Format(
    container="webm",
    codec="libvpx-vp9",
    codec_options={"deadline": "realtime", "cpu-used": "8", "crf": "20", "b": "0", "row-mt": "1"},
    container_options={},
    even=False,
)


class ContainerWriter:
    """One film on its way into a container; pictures are BT.709 in limited range, and say so.

    `metadata` is looked at when the first frame comes, and again at the end: until then it may change.
    Frames are a whole number of frame lengths apart, exactly in MP4; WebM rounds times to the millisecond.
    """

    def __init__(
        self, part: Part, width: int, height: int, fps: Fraction, metadata: Mapping[str, str], form: Format
    ) -> None:
        self._part, self._form, self._fps, self._metadata = part, form, fps, metadata
        self._grow = (height % 2, width % 2) if form.even else (0, 0)
        self._count = 0
        self._written: dict[str, str] = {}
        self._colours = VideoReformatter()
        with self._told():
            self._container = av.open(
                str(part.part), "w", format=form.container, container_options=dict(form.container_options)
            )
            self._stream = self._opened(width + self._grow[1], height + self._grow[0])

    def _opened(self, width: int, height: int) -> VideoStream:
        stream = cast(VideoStream, self._container.add_stream(self._form.codec, rate=self._fps))
        coder = stream.codec_context
        coder.width, coder.height, coder.pix_fmt = width, height, "yuv420p"
        coder.time_base = 1 / self._fps
        coder.gop_size = max(1, round(self._fps * _SECONDS_A_KEY_PICTURE))
        coder.max_b_frames = 0
        # Frames beyond that size keep more than one core busy; below it threads cost more than they bring.
        coder.thread_count = 1 if width * height <= 512 * 512 else 0
        coder.color_range, coder.colorspace = ColorRange.MPEG, AVCOL_SPC_BT709
        coder.color_primaries, coder.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        coder.options = dict(self._form.codec_options)
        try:
            coder.open()
        except av.FFmpegError as error:
            raise InputError(
                "size", f"{width}x{height}", f"cannot be encoded ({error.strerror}): use another."
            ) from None
        return stream

    def write(self, image: Image) -> None:
        """Add one picture `(height, width, 3)` uint8."""
        with self._told():
            frame = self._frame(image)
        self.take(frame)

    def take(self, frame: av.VideoFrame) -> None:
        """Add one frame, yuv420p of the stream's size, as it is."""
        frame.pts, frame.time_base = self._count, 1 / self._fps
        with self._told():
            if self._count == 0:
                self._written = dict(self._metadata)
                self._container.metadata.update(self._written)
            self._container.mux(self._stream.encode(frame))
        self._count += 1

    def _frame(self, image: Image) -> av.VideoFrame:
        if any(self._grow):
            image = np.asarray(
                cv2.copyMakeBorder(image, 0, self._grow[0], 0, self._grow[1], cv2.BORDER_REPLICATE), np.uint8
            )
        return self._colours.reformat(
            av.VideoFrame.from_ndarray(image, format="rgb24"),
            format="yuv420p",
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
            interpolation=_SOFT,
            threads=1,
        )

    def finish(self) -> None:
        """Write what the encoder still holds and end the file; metadata that changed since are put in by a copy."""
        with self._told():
            self._container.mux(self._stream.encode(None))
            self._container.close()
            if dict(self._metadata) != self._written:
                self._retell()

    def _retell(self) -> None:
        """Copy the finished film, packet by packet, into one that says something else of itself."""
        copy = self._part.part.with_name(f"{self._part.part.name}.part")
        form = self._form
        try:
            with (
                av.open(str(self._part.part), format=form.container) as source,
                av.open(
                    str(copy), "w", format=form.container, container_options=dict(form.container_options)
                ) as target,
            ):
                target.metadata.update(self._metadata)
                stream = target.add_stream_from_template(source.streams.video[0])
                for packet in source.demux(source.streams.video[0]):
                    if packet.dts is not None:
                        packet.stream = stream
                        target.mux(packet)
            copy.replace(self._part.part)
        finally:
            copy.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Let go of the file, whatever state it is in; never raises."""
        with suppress(Exception):
            self._container.close()

    def _told(self) -> AbstractContextManager[None]:
        return writing(self._part.path, av.FFmpegError)
