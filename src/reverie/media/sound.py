"""What a film sounds like: the sound of its clips, faded where they pass into one another, and one laid under it all.

Nothing is kept but the block that is being mixed, so memory stays flat whatever the length.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import numpy.typing as npt

from reverie.core.errors import InputError
from reverie.core.spec import Sound
from reverie.media.containers import SOUND_RATE
from reverie.media.picture import check_file

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

Samples = npt.NDArray[np.float32]
"""`(2, n)`, -1..1, at 48,000 a second."""

SEAM = 240
"""Samples of fade at a hard cut (5 ms): without them it clicks."""

DUCKED = 0.4
"""How loud the sound below is (of 1) where a clip is heard."""

_SWELL = 0.5
_END_FADE = 1.0
_KNEE = 0.9
_JUMP_FROM = 10.0
_LONGEST_GAP = SOUND_RATE // 10

_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,wav,flac,ogg,mp3,aac",
}
"""A text that names other files is not followed, whatever its name."""

_GIVE = "give a WAV, MP3, FLAC, OGG or M4A file, or a film that has sound"


def has_sound(path: Path) -> bool:
    """True where a file can be opened and holds sound."""
    try:
        with av.open(f"file:{os.path.abspath(path)}", container_options=_OPTIONS) as container:
            return bool(container.streams.audio)
    except (av.FFmpegError, OSError, ValueError):
        return False


class SoundReader:
    """A file's sound in stereo from `offset` seconds of its pictures on (of itself, where it has none), then silence.

    Raises InputError where the file is missing, damaged or mute.
    """

    def __init__(self, path: Path, offset: Fraction = Fraction(0), field: str = "sound") -> None:
        self._path, self._field, self._offset = path, field, offset
        check_file(path, field, _GIVE)
        with self._told():
            self._container: InputContainer = av.open(f"file:{os.path.abspath(path)}", container_options=_OPTIONS)
        if not self._container.streams.audio:
            self.close()
            raise InputError(field, str(path), f"has no sound: {_GIVE}.")
        self._left: Samples = np.zeros((2, 0), np.float32)
        self._blocks: Iterator[Samples] | None = self._decoded(self._container.streams.audio[0])

    @property
    def seconds(self) -> float:
        """How long it sounds from the offset on, as the file says; without end where it says nothing."""
        length = self._container.duration
        return length / av.time_base - float(self._offset) if length else inf

    def read(self, count: int) -> Samples:
        """Return the next `count` samples."""
        parts, have = [self._left], self._left.shape[1]
        while have < count:
            block = self._next(count - have)
            parts.append(block)
            have += block.shape[1]
        whole = np.concatenate(parts, axis=1)
        self._left = whole[:, count:]
        return whole[:, :count]

    def _next(self, missing: int) -> Samples:
        if self._blocks is not None:
            with self._told():
                block = next(self._blocks, None)
            if block is not None:
                return block
            self._blocks = None
            self.close()
        return np.zeros((2, missing), np.float32)

    def _decoded(self, stream: AudioStream) -> Iterator[Samples]:
        """Yield blocks without gaps from the offset on; what was recorded later begins with silence."""
        mono = stream.codec_context.channels == 1
        resampler = av.AudioResampler(format="fltp", layout="mono" if mono else "stereo", rate=SOUND_RATE)
        origin = self._origin(stream)
        if self._offset > _JUMP_FROM:
            self._container.seek(int((origin + self._offset - 2) * av.time_base))
        place: int | None = None
        for frame in self._container.decode(stream):
            at = place or 0
            if frame.pts is not None and frame.time_base is not None:
                at = round((frame.pts * frame.time_base - origin - self._offset) * SOUND_RATE)
            silence = 0 if place is not None and at - place < _LONGEST_GAP else max(0, at - (place or 0))
            place = at if place is None and at < 0 else (place or 0) + silence
            if silence:
                yield np.zeros((2, silence), np.float32)
            for resampled in resampler.resample(frame):
                block = _in_stereo(resampled)
                yield block[:, max(0, -place) :]
                place += block.shape[1]
        for resampled in resampler.resample(None):
            yield _in_stereo(resampled)

    def _origin(self, stream: AudioStream) -> Fraction:
        """Return when the file begins: with its first picture, else with its sound."""
        shown = self._container.streams.video
        leading = shown[0] if shown and shown[0].start_time is not None else stream
        return (leading.start_time or 0) * Fraction(leading.time_base or 1)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (av.FFmpegError, ValueError):
            raise InputError(self._field, str(self._path), f"is damaged or no sound: {_GIVE}.") from None

    def close(self) -> None:
        """Let go of the file; never raises."""
        with suppress(Exception):
            self._container.close()


def _in_stereo(frame: av.AudioFrame) -> Samples:
    block = np.asarray(frame.to_ndarray(), np.float32)
    return np.repeat(block, 2, axis=0) if block.shape[0] == 1 else block


@dataclass(frozen=True, slots=True)
class Track:
    """One file's part in a film, in samples: from `start` on for `length`, swelling and fading at its ends."""

    path: Path
    offset: Fraction
    start: int
    length: int
    fade_in: int = 0
    fade_out: int = 0

    def gain(self, first: int, count: int) -> npt.NDArray[np.float32]:
        """Return how loud each sample is, counted from the track's first; two that cross keep the power even."""
        place = np.arange(first, first + count) + 0.5
        rising = np.clip(place / max(1, self.fade_in), 0, 1) if self.fade_in else np.ones(count)
        falling = np.clip((self.length - place) / max(1, self.fade_out), 0, 1) if self.fade_out else np.ones(count)
        return np.sin(np.pi / 2 * rising) * np.sin(np.pi / 2 * falling).astype(np.float32)


class Mix:
    """A film's sound of exactly `total` samples, read from its beginning to its end."""

    def __init__(self, tracks: Sequence[Track], total: int, under: Sound | None = None) -> None:
        self._tracks, self._total, self._at = tracks, total, 0
        self._readers: dict[int, SoundReader] = {}
        self._under = None
        self._fades = False
        if under is not None and under.input is not None:
            self._under = SoundReader(Path(under.input), Fraction(under.offset).limit_denominator(1_000_000))
            self._fades = self._under.seconds * SOUND_RATE > total + SOUND_RATE // 10

    def read(self, until: int) -> Samples:
        """Return the samples up to `until`, counted from the film's beginning; none beyond its end."""
        first, last = self._at, min(until, self._total)
        self._at = max(first, last)
        mixed = np.zeros((2, max(0, last - first)), np.float32)
        if not mixed.size:
            return mixed
        if self._under is not None:
            mixed += self._under.read(last - first) * self._below(first, last)
        for number, track in enumerate(self._tracks):
            self._add(mixed, number, track, first)
        return _limited(mixed)

    def _add(self, mixed: Samples, number: int, track: Track, first: int) -> None:
        begin, end = max(first, track.start), min(first + mixed.shape[1], track.start + track.length)
        if begin < end:
            if number not in self._readers:
                self._readers[number] = SoundReader(track.path, track.offset, "clip")
            heard = self._readers[number].read(end - begin)
            mixed[:, begin - first : end - first] += heard * track.gain(begin - track.start, end - begin)
        if end >= track.start + track.length and number in self._readers:
            self._readers.pop(number).close()

    def _below(self, first: int, last: int) -> npt.NDArray[np.float32]:
        """Return how loud the sound below is: less where clips are heard, and out at the end."""
        place, swell = np.arange(first, last), _SWELL * SOUND_RATE
        heard = np.zeros(last - first)
        for track in self._tracks:
            if track.start - last < swell and first - track.start - track.length < swell:
                away = np.maximum(track.start - place, place - track.start - track.length)
                heard = np.maximum(heard, np.clip(1 - away / swell, 0, 1))
        loud = 1 - (1 - DUCKED) * heard * heard * (3 - 2 * heard)
        if self._fades:
            over = min(_END_FADE * SOUND_RATE, self._total / 4)
            loud = loud * np.sin(np.pi / 2 * np.clip((self._total - place) / over, 0, 1))
        return loud.astype(np.float32)

    def close(self) -> None:
        """Let go of all files."""
        for reader in (*self._readers.values(), *([self._under] if self._under else [])):
            reader.close()


def _limited(samples: Samples) -> Samples:
    """Bend what is louder than 0.9 so that nothing goes beyond 1; what is quieter is left as it is."""
    loud = np.abs(samples)
    if float(loud.max()) <= _KNEE:
        return samples
    bent = _KNEE + (1 - _KNEE) * np.tanh((loud - _KNEE) / (1 - _KNEE))
    return np.where(loud > _KNEE, np.sign(samples) * bent, samples).astype(np.float32)
