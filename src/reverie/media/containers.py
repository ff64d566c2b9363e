"""Films in a container: pictures or planes in, sound where there is some; as it comes fast enough for a live dream."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, suppress
from fractions import Fraction
from typing import cast

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.video.reformatter import ColorPrimaries, ColorRange, ColorTrc, VideoReformatter
from av.video.stream import VideoStream

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.clips import threads
from reverie.media.encoding import LARGE, MP4, Codec, Format, Output, codec_of, options_of
from reverie.media.part import Part, writing
from reverie.media.planes import to_planes
from reverie.media.priority import as_before
from reverie.media.provenance import note_in_mp4

AVCOL_SPC_BT709 = 1
"""The number that H.264 and VP9 call the BT.709 matrix by; PyAV names only the scaler's own numbers."""

_SECONDS_A_KEY_PICTURE = 2


SOUND_RATE = 48_000
"""Samples a second of every film's sound, in stereo."""

_SOUND_BITRATE = 192_000
_MOST_THREADS = 8
"""Every thread of an encoder holds some frames: 4K frames are 12 MB each."""


class ContainerWriter:
    """One film on its way into a container; pictures are BT.709 in limited range, and say so.

    `metadata` is looked at when the first frame comes, and again at the end: until then it may change.
    Frames are a whole number of frame lengths apart, exactly in MP4; WebM rounds times to the millisecond.
    """

    def __init__(self, part: Part, output: Output, form: Format, *, loud: bool = False) -> None:
        self._part, self._form, self._fps, self._metadata = part, form, output.fps, output.metadata
        self._encoding = output.encoding
        self._grow = (output.height % 2, output.width % 2) if form.even else (0, 0)
        self._count = self._samples = 0
        self._written: dict[str, str] = {}
        self._colours = VideoReformatter()
        codec = codec_of(form, output.encoding)
        with self._told():
            self._container = av.open(str(part.part), "w", format=form.container, container_options=dict(form.options))
            self._stream = self._opened(codec, output.width + self._grow[1], output.height + self._grow[0])
            self._sound = self._heard() if loud else None

    def _opened(self, codec: Codec, width: int, height: int) -> VideoStream:
        # SVT-AV1 speaks to the terminal about itself unless it is told not to.
        os.environ.setdefault("SVT_LOG", "1")
        try:
            stream = cast(VideoStream, self._container.add_stream(codec.encoder, rate=self._fps))
        except (av.FFmpegError, ValueError):
            raise InputError("codec", codec.encoder, "is not in this build of FFmpeg: use another codec.") from None
        coder = stream.codec_context
        coder.width, coder.height, coder.pix_fmt = width, height, "yuv420p"
        coder.time_base = 1 / self._fps
        coder.gop_size = max(1, round(self._fps * _SECONDS_A_KEY_PICTURE))
        # Frames beyond that size keep more than one core busy; below it threads cost more than they bring.
        coder.thread_count = 1 if width * height <= 512 * 512 else threads(_MOST_THREADS)
        coder.color_range, coder.colorspace = ColorRange.MPEG, AVCOL_SPC_BT709
        coder.color_primaries, coder.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        # Whole frames side by side are quicker than slices of one, and take a frame's memory for every thread.
        coder.thread_type = "SLICE" if width * height > LARGE else "AUTO"
        coder.options = options_of(codec, self._encoding, width * height)
        if codec.tag and self._form.container == MP4.container:
            coder.codec_tag = codec.tag
        try:
            with as_before():
                coder.open()
        except av.FFmpegError as error:
            raise InputError(
                "size", f"{width}x{height}", f"cannot be encoded ({error.strerror}): use another."
            ) from None
        return stream

    def _heard(self) -> AudioStream:
        stream = cast(AudioStream, self._container.add_stream(self._form.sound, rate=SOUND_RATE, layout="stereo"))
        stream.codec_context.bit_rate = _SOUND_BITRATE
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

    def hear(self, samples: npt.NDArray[np.float32]) -> None:
        """Add sound, `(2, n)` float32 of -1..1 at 48,000 a second, to a film that was opened `loud`."""
        if self._sound is None or not samples.shape[1]:
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, self._samples, Fraction(1, SOUND_RATE)
        with self._told():
            self._container.mux(self._sound.encode(frame))
        self._samples += samples.shape[1]

    def _frame(self, image: Image) -> av.VideoFrame:
        return to_planes(image, self._colours)

    def finish(self) -> None:
        """Write what the encoder still holds and end the file; metadata that changed since are put in by a copy."""
        with self._told():
            self._container.mux(self._stream.encode(None))
            if self._sound is not None:
                self._container.mux(self._sound.encode(None))
            self._container.close()
            if dict(self._metadata) != self._written:
                self._retell()
            if self._form.container == MP4.container:
                note_in_mp4(self._part.part, self._encoding.origin)

    def _retell(self) -> None:
        """Copy the finished film, packet by packet, into one that says something else of itself."""
        copy = self._part.part.with_name(f"{self._part.part.name}.part")
        form = self._form
        try:
            with (
                av.open(str(self._part.part), format=form.container) as source,
                av.open(str(copy), "w", format=form.container, container_options=dict(form.options)) as target,
            ):
                target.metadata.update(self._metadata)
                streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
                for packet in source.demux():
                    if packet.dts is not None:
                        packet.stream = streams[packet.stream.index]
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
