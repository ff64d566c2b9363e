"""A clip with new frames behind it: its own packets copied as they are where its codec allows, the new ones encoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, cast

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Image
from reverie.core.spec import Sound
from reverie.media import avc
from reverie.media.containers import SOUND_RATE
from reverie.media.encoding import Output
from reverie.media.film import read_frames
from reverie.media.part import Part, writing
from reverie.media.planes import to_planes, to_rgb
from reverie.media.sniff import sniff
from reverie.media.sound import Mix, Track
from reverie.media.video import VideoWriter

Frames = Iterator[av.VideoFrame]
Share = Callable[[int], None]

_HIGH_DEFINITION = 720
_UNKNOWN_SPACE, _FULL = 2, 2
_VISUALLY_CLEAN = "16"
_LONGEST = 86_400
"""Seconds that may be added to a clip."""

_EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND


class _Unfit(Exception):
    """This clip can't be copied and gone on from: it is encoded anew."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How a codec is gone on in: the encoder, its options, and in which containers the copy may lie."""

    encoder: str
    options: Mapping[str, str]
    suffixes: tuple[str, ...]
    sounds: frozenset[str]


_IN_MP4 = frozenset({"aac", "mp3", "mp3float", "ac3", "eac3", "opus", "libopus", "flac", "alac"})
_IN_WEBM = frozenset({"opus", "libopus", "vorbis", "libvorbis"})
_FAST = {"deadline": "realtime", "cpu-used": "6", "crf": _VISUALLY_CLEAN, "b": "0", "lag-in-frames": "0"}
_WAYS: Mapping[str, _Way] = {
    "h264": _Way("libx264", {"preset": "veryfast", "mbtree": "0", "crf": _VISUALLY_CLEAN}, (".mp4", ".mov"), _IN_MP4),
    "vp9": _Way("libvpx-vp9", _FAST, (".webm",), _IN_WEBM),
    "vp8": _Way("libvpx", {**_FAST, "b": "20M"}, (".webm",), _IN_WEBM),
}
_CODECS = {"libvpx-vp9": "vp9", "libvpx": "vp8"}


def extended(original: Path, frames: Frames, output: Output, share: Share) -> bool:
    """Write a clip with `frames` (upright, yuv420p, BT.709) behind it; True where its own part is copied untouched.

    `share` is told how many new frames are written, and may raise Cancelled. What the codec or the container does not
    allow to be copied is decoded and encoded anew, with exactly as many frames. Raises InputError where the clip can't
    be read, MachineError where the film can't be written.
    """
    first = next(frames)
    frames = chain([first], frames)
    try:
        with av.open(f"file:{original.absolute()}", format=sniff(original)[0]) as source:
            copy = _Copy(source, output)
            copy.written(frames, share)
            return True
    except _Unfit:
        pass
    except av.FFmpegError:
        raise InputError("extend", str(original), "is damaged and cannot be read: give a clip that is whole.") from None
    _anew(original, frames, output, share)
    return False


def copied(original: Path, suffix: str) -> bool:
    """True where a clip's own part can be copied into a film of that suffix."""
    with suppress(av.FFmpegError, _Unfit, OSError), av.open(str(original), format=sniff(original)[0]) as source:
        _way(source, suffix)
        return True
    return False


def _way(source: Any, suffix: str) -> _Way:
    stream = source.streams.video[0]
    coder = stream.codec_context
    name = _CODECS.get(coder.name, coder.name)
    way = _WAYS.get(name)
    if way is None or suffix not in way.suffixes or coder.pix_fmt not in ("yuv420p", "yuvj420p"):
        raise _Unfit
    if any(sound.codec_context.name not in way.sounds for sound in source.streams.audio):
        raise _Unfit
    return way


class _Copy:
    """A clip on its way into a longer one."""

    def __init__(self, source: Any, output: Output) -> None:
        self._source, self._output = source, output
        self._way = _way(source, output.path.suffix.lower())
        self._stream: VideoStream = source.streams.video[0]
        self._own = avc.read_headers(self._stream.codec_context.extradata or b"") if self._avc else None
        if self._avc and (self._own is None or self._own.free() is None):
            raise _Unfit
        self._colours = VideoReformatter()
        self._turn = 0
        self._last_dts, self._end = -(2**62), 0

    @property
    def _avc(self) -> bool:
        return self._way.encoder == "libx264"

    def written(self, frames: Frames, share: Share) -> None:
        """Copy the clip, then encode the frames behind it."""
        self._turn = self._rotation()
        if self._source.format.name == "avi" and self._stream.codec_context.has_b_frames:
            raise _Unfit  # it does not say when pictures are shown that are decoded in another order
        part = Part(self._output.path, overwrite=self._output.overwrite)
        try:
            with writing(part.path, av.FFmpegError):
                self._fill(part.part, frames, share)
            part.land()
        finally:
            part.drop()

    def _rotation(self) -> int:
        for frame in self._source.decode(self._stream):
            turn = int(round(frame.rotation / 90) % 4)
            self._source.seek(self._source.start_time or 0)
            return turn
        raise _Unfit

    def _fill(self, path: Path, frames: Frames, share: Share) -> None:
        encoder = self._encoder()
        form = "mp4" if self._output.path.suffix.lower() in (".mp4", ".mov") else "webm"
        options = {"movflags": "+faststart+use_metadata_tags"} if form == "mp4" else {"fflags": "+bitexact"}
        with av.open(str(path), "w", format=form, container_options=options) as target:
            target.metadata.update(self._output.metadata)
            stream = target.add_stream_from_template(self._stream, opaque=True)
            stream.time_base = self._stream.time_base
            if self._own is not None:
                told = avc.read_headers(bytes(encoder.extradata or b""))
                if told is None:
                    raise _Unfit
                stream.codec_context.extradata = self._own.with_others(told)
            self._copy(target, stream)
            self._append(target, stream, encoder, frames, share)

    def _copy(self, target: Any, stream: Any) -> None:
        sounds = {
            sound.index: target.add_stream_from_template(sound, opaque=True) for sound in self._source.streams.audio[:1]
        }
        wanted = [self._stream, *self._source.streams.audio[:1]]
        for packet in _ordered(self._source.demux(wanted), self._stream.index, self._beat()):
            if packet.stream.index == self._stream.index:
                if packet.is_discard or packet.is_corrupt:  # cut away by an edit, or damaged: nobody sees it as it is
                    raise _Unfit
                self._last_dts = packet.dts
                pts = packet.dts if packet.pts is None else packet.pts
                self._end = max(self._end, pts + (packet.duration or self._beat()))
                packet.stream = stream
            else:
                packet.stream = sounds[packet.stream.index]
            target.mux(packet)

    def _beat(self) -> int:
        return max(1, round(1 / self._output.fps / cast(Fraction, self._stream.time_base)))

    def _append(self, target: Any, stream: Any, encoder: Any, frames: Frames, share: Share) -> None:
        base, count, begin = cast(Fraction, self._stream.time_base), 0, max(self._end, self._last_dts + 1)
        late = max(0, begin - self._last_dts - self._beat())
        for frame in chain(frames, [None]):
            if frame is not None:
                frame = self._fitted(frame)
                frame.pts, frame.time_base = count, 1 / self._output.fps
                count += 1
            for packet in encoder.encode(frame):
                place = int(packet.pts)
                moved = av.Packet(self._as_copied(bytes(packet)))
                moved.pts = begin + round(place / self._output.fps / base)
                moved.dts = min(moved.pts, max(moved.pts - late, self._last_dts + 1))
                self._last_dts = moved.dts
                moved.duration = self._beat()
                moved.time_base = base
                moved.is_keyframe = packet.is_keyframe
                moved.stream = stream
                target.mux(moved)
            share(count)

    def _as_copied(self, packet: bytes) -> bytes:
        if self._own is None:
            return packet
        units = avc.pictures(packet)
        if self._own.prefixed:
            return avc.with_lengths(units)
        return b"".join(b"\0\0\0\1" + unit for unit in units)

    def _encoder(self) -> Any:
        """Return an encoder whose pictures are shown as the clip's are: same size, shape of pixels, and colours."""
        like = self._stream.codec_context
        coder = cast(Any, av.CodecContext.create(self._way.encoder, "w"))
        coder.width, coder.height, coder.pix_fmt = like.width, like.height, like.pix_fmt
        coder.time_base, coder.framerate = 1 / self._output.fps, self._output.fps
        coder.color_range, coder.colorspace = like.color_range, like.colorspace
        coder.color_primaries, coder.color_trc = like.color_primaries, like.color_trc
        if like.sample_aspect_ratio:
            coder.sample_aspect_ratio = like.sample_aspect_ratio
        coder.max_b_frames, coder.gop_size = 0, max(1, round(self._output.fps * 2))
        options = dict(self._way.options)
        if self._own is not None:
            options["x264-params"] = f"sps-id={self._own.free()}:bframes=0"
            coder.flags |= 1 << 22  # the parameter sets apart from the pictures
        coder.options = options
        coder.open()
        return coder

    def _fitted(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Turn a frame as the clip lies and give it the clip's colours."""
        like = self._stream.codec_context
        space = like.colorspace
        if space == _UNKNOWN_SPACE:
            space = Colorspace.ITU709 if like.height >= _HIGH_DEFINITION else Colorspace.ITU601
        full = like.color_range == _FULL or like.pix_fmt == "yuvj420p"
        if not self._turn and space in (1, Colorspace.ITU709) and not full and frame.width == like.width:
            return frame
        picture = np.ascontiguousarray(np.rot90(to_rgb(frame), -self._turn))[: like.height, : like.width]
        if full:
            return av.VideoFrame.from_ndarray(_in_full_range(picture, space), format=str(like.pix_fmt))
        return self._colours.reformat(
            av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24"),
            format=like.pix_fmt,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=space,
            interpolation=_EXACT,
        )


def _in_full_range(picture: Image, space: int) -> npt.NDArray[np.uint8]:
    """Return a picture's planes in full range, `(height * 3 / 2, width)`; FFmpeg's own cut off half a level of colour.

    By the definitions of BT.601 and BT.709.
    """
    red, blue = (0.2126, 0.0722) if space == Colorspace.ITU709 else (0.299, 0.114)
    pixels = picture.astype(np.float32)
    light = pixels @ np.array([red, 1 - red - blue, blue], np.float32)
    height, width = light.shape
    planes = [light]
    for channel, share in ((2, blue), (0, red)):
        colour = (pixels[..., channel] - light) / (2 * (1 - share)) + 128
        planes.append(np.asarray(cv2.resize(colour, (width // 2, height // 2), interpolation=cv2.INTER_AREA)))
    flat = np.concatenate([plane.ravel() for plane in planes])
    return np.asarray(np.clip(np.rint(flat), 0, 255), np.uint8).reshape(height * 3 // 2, width)


def _ordered(packets: Iterator[Any], index: int, beat: int) -> Iterator[Any]:
    """Return packets with something in them, those of the pictures that lack a moment of decoding given one.

    Matroska leaves it out for the first pictures of a stream that shows them in another order.
    """
    waiting: list[Any] = []
    for packet in packets:
        if not packet.size:
            continue
        if packet.stream.index != index and packet.dts is None:
            raise _Unfit
        if packet.stream.index == index and packet.dts is None:
            waiting.append(packet)
            continue
        if packet.stream.index == index:
            for place, late in enumerate(waiting):
                late.dts = packet.dts - beat * (len(waiting) - place)
                yield late
            waiting.clear()
        yield packet
    if waiting:
        raise _Unfit


def _anew(original: Path, frames: Frames, output: Output, share: Share) -> None:
    """Encode a clip's own frames and the new ones as one film, with the clip's sound."""
    colours, count, mix = VideoReformatter(), 0, _mix(original, output)
    own = read_frames(original, "extend")
    writer = VideoWriter.of(output, loud=mix is not None)
    try:
        for frame, new in chain(
            ((to_planes(picture, colours), False) for picture, _ in own), ((frame, True) for frame in frames)
        ):
            writer.take(frame)
            _hear(writer, mix, output.fps)
            count += new
            share(count)
        writer.close()
    finally:
        own.close()
        writer.abandon()
        if mix is not None:
            mix.close()


def _hear(writer: VideoWriter, mix: Mix | None, fps: Fraction) -> None:
    """Give a film the sound that goes with its frames so far; where the clip's is damaged there is none from there."""
    if mix is not None:
        with suppress(InputError):
            writer.hear(mix.read(round(writer.frames * SOUND_RATE / fps)))


def _mix(original: Path, output: Output) -> Mix | None:
    """Return a clip's own sound, silent after its end; None where it has none that can be read."""
    if output.path.suffix.lower() not in (".mp4", ".webm") or sound_of(original) is None:
        return None
    own = round(frames_in(original) * SOUND_RATE / output.fps)
    with suppress(InputError):
        return Mix([Track(original, Fraction(0), 0, own, 0, 0)], own + _LONGEST * SOUND_RATE)
    return None


def sound_of(original: Path) -> Sound | None:
    """Return a clip's own sound, None where it has none."""
    with suppress(av.FFmpegError, OSError), av.open(str(original), format=sniff(original)[0]) as source:
        return Sound(input=str(original)) if source.streams.audio else None
    return None


def frames_in(path: Path) -> int:
    """Return how many pictures a film's packets hold; MachineError where it can't be read."""
    try:
        with av.open(str(path)) as container:
            return sum(1 for packet in container.demux(container.streams.video[0]) if packet.size)
    except av.FFmpegError as error:
        raise MachineError(f"The film can't be read again ({error.strerror}): render it anew.") from error
