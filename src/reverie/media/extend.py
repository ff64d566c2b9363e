"""A clip with new frames behind it: its own packets copied as they are where its codec allows, the new ones encoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
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
from reverie.media.continuing import Continued, SoundStream, continued
from reverie.media.encoding import Output
from reverie.media.film import read_frames
from reverie.media.geometry import fit
from reverie.media.part import Part, writing
from reverie.media.planes import to_planes, to_rgb
from reverie.media.priority import as_before
from reverie.media.sniff import sniff
from reverie.media.video import LOUD, VideoWriter

Frames = Iterator[av.VideoFrame]
Share = Callable[[int], None]

_HIGH_DEFINITION = 720
_UNKNOWN_SPACE, _FULL = 2, 2
_VISUALLY_CLEAN = "16"
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


def extended(original: Path, frames: Frames, output: Output, share: Share, count: int = 0) -> bool:
    """Write a clip with `frames` (upright, yuv420p, BT.709) behind it; True where its own part is copied untouched.

    `share` is told how many new frames are written, and may raise Cancelled; `count` is how many there will be. What
    the codec or the container does not allow to be copied, or is asked for in another form, is decoded and encoded
    anew, with exactly as many frames. Where the output asks for a sound the pictures are copied and the sound is
    encoded anew. Raises InputError where the clip can't be read, MachineError where the film can't be written.
    """
    first = next(frames)
    frames = chain([first], frames)
    if output.sound == Sound():  # which asks for nothing but the clip's own
        output = replace(output, sound=None)
    try:
        with av.open(f"file:{original.absolute()}", format=sniff(original)[0]) as source:
            if _reshaped(source, output):
                raise _Unfit
            copy = _Copy(source, output, _heard(original, output, count))
            copy.written(frames, share)
            return True
    except _Unfit:
        pass
    except av.FFmpegError:
        raise InputError("extend", str(original), "is damaged and cannot be read: give a clip that is whole.") from None
    _anew(original, frames, output, share, count)
    return False


def reshaped(original: Path, output: Output) -> bool:
    """True where a film is asked for in another form than the clip has: another size, a codec or a bitrate."""
    try:
        with av.open(f"file:{original.absolute()}", format=sniff(original)[0]) as source:
            return _reshaped(source, output)
    except av.FFmpegError:
        return False


def _reshaped(source: Any, output: Output) -> bool:
    how = output.encoding
    if how.codec is not None or how.bitrate is not None or how.crf is not None:
        return True
    frame = next(source.decode(video=0), None)
    source.seek(source.start_time or 0)
    if frame is None:
        return False
    size = (frame.width, frame.height) if round(frame.rotation / 90) % 2 == 0 else (frame.height, frame.width)
    return any(abs(own - asked) > 1 for own, asked in zip(size, (output.width, output.height), strict=True))


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

    def __init__(self, source: Any, output: Output, heard: Continued | None) -> None:
        self._source, self._output, self._heard = source, output, heard
        self._sound: SoundStream | None = None
        self._way = _way(source, output.path.suffix.lower())
        self._stream: VideoStream = source.streams.video[0]
        self._own = avc.read_headers(self._stream.codec_context.extradata or b"") if self._avc else None
        if self._avc and (self._own is None or self._own.free() is None):
            raise _Unfit
        self._colours = VideoReformatter()
        self._turn = self._own_frames = 0
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
            if self._heard is not None:
                begin = (self._stream.start_time or 0) * cast(Fraction, self._stream.time_base)
                codec = "aac" if form == "mp4" else "libopus"
                self._sound = SoundStream(target, codec, self._heard, begin)
            self._copy(target, stream)
            self._append(target, stream, encoder, frames, share)
            if self._sound is not None:
                self._sound.end()

    def _copy(self, target: Any, stream: Any) -> None:
        own = self._source.streams.audio[:1] if self._output.sound is None else []
        sounds = {sound.index: target.add_stream_from_template(sound, opaque=True) for sound in own}
        wanted, shown = [self._stream, *own], 0
        for packet in _ordered(self._source.demux(wanted), self._stream.index, self._beat()):
            if packet.stream.index == self._stream.index:
                if packet.is_discard or packet.is_corrupt:  # cut away by an edit, or damaged: nobody sees it as it is
                    raise _Unfit
                self._last_dts = packet.dts
                pts = packet.dts if packet.pts is None else packet.pts
                self._end = max(self._end, pts + (packet.duration or self._beat()))
                packet.stream = stream
                shown += 1
                self._sounds(shown)
            else:
                packet.stream = sounds[packet.stream.index]
            target.mux(packet)
        self._own_frames = shown

    def _sounds(self, frames: int) -> None:
        """Write the sound that goes with so many frames."""
        if self._sound is not None:
            self._sound.until(frames / self._output.fps)

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
            self._sounds(self._own_frames + count)
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
        with as_before():
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


def _anew(original: Path, frames: Frames, output: Output, share: Share, wanted: int) -> None:
    """Encode a clip's own frames and the new ones as one film of the size that is asked for, with its sound."""
    colours, count, mix = VideoReformatter(), 0, _mix(original, output, wanted)
    own = read_frames(original, "extend")
    writer = VideoWriter.of(output, loud=mix is not None)
    try:
        for frame, new in chain(
            ((to_planes(_sized(picture, output), colours), False) for picture, _ in own),
            ((frame, True) for frame in frames),
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


def _sized(picture: Image, output: Output) -> Image:
    height, width = picture.shape[:2]
    alike = (width + width % 2, height + height % 2) == (output.width, output.height)
    return picture if alike else fit(picture, output.width, output.height)


def _hear(writer: VideoWriter, mix: Continued | None, fps: Fraction) -> None:
    if mix is not None:
        writer.hear(mix.read(round(writer.frames * SOUND_RATE / fps)))


def _heard(original: Path, output: Output, count: int) -> Continued | None:
    """Return the sound that is encoded beside copied pictures: where one is asked for; it is copied otherwise."""
    return None if output.sound is None else _mix(original, output, count)


def _mix(original: Path, output: Output, count: int) -> Continued | None:
    """Return what a clip with `count` frames behind it sounds like; None where its kind of file has no sound."""
    if output.path.suffix.lower() not in LOUD:
        return None
    own = round(frames_in(original) * SOUND_RATE / output.fps)
    return continued(original, output.sound, own, round(count * SOUND_RATE / output.fps))


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
