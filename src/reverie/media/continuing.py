"""What is heard where new frames stand behind a clip: its own sound, and under the new ones what was asked for."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.audio.stream import AudioStream

from reverie.core.errors import InputError
from reverie.core.spec import Sound
from reverie.media.containers import SOUND_RATE
from reverie.media.sound import Mix, Samples, SoundReader, Track, has_sound

TAIL = 3.0
"""Seconds of a clip's end that are heard once more, backwards and fading, where its sound is to fade out."""

_LONGEST = 86_400
_BITRATE = 192_000
_END_FADE = SOUND_RATE


class Continued:
    """A clip's sound for `own` samples and what follows it for `new` ones, read from its beginning on.

    With a `tail` the end of the clip's sound is heard backwards, which begins where it ended without a click, and
    fades out. Where the clip's sound is damaged there is none from there.
    """

    def __init__(self, mix: Mix, own: int, new: int, *, tail: bool) -> None:
        self._mix, self._own, self._at = mix, own, 0
        self._length = min(round(TAIL * SOUND_RATE), own, new) if tail else 0
        self._last: Samples = np.zeros((2, 0), np.float32)

    def read(self, until: int) -> Samples:
        """Return the samples up to `until`, counted from the film's beginning."""
        first, last = self._at, max(self._at, until)
        self._at = last
        heard = np.zeros((2, last - first), np.float32)
        with suppress(InputError):
            heard += self._mix.read(last)
        if self._length:
            own = heard[:, : max(0, self._own - first)]
            self._last = np.concatenate([self._last, own], axis=1)[:, -self._length :]
            self._fade(heard, first)
        return heard

    def _fade(self, heard: Samples, first: int) -> None:
        begin, end = max(first, self._own), min(first + heard.shape[1], self._own + self._length)
        if begin < end:
            place = np.arange(begin - self._own, end - self._own)
            mirrored = self._last[:, ::-1][:, place]
            heard[:, begin - first : end - first] += (
                mirrored * np.cos(np.pi / 2 * place / self._length).astype(np.float32) ** 2
            )

    def close(self) -> None:
        """Let go of all files."""
        self._mix.close()


def continued(original: Path, sound: Sound | None, own: int, new: int) -> Continued | None:
    """Return what a clip of `own` samples with `new` ones behind it sounds like; None for silence.

    Raises InputError where the sound that was asked for can't be read.
    """
    asked, tracks = sound or Sound(), list[Track]()
    if asked.clips and has_sound(original):
        with suppress(InputError):  # one that can't be read is no sound
            SoundReader(original, Fraction(0), "clip").close()
            tracks.append(Track(original, Fraction(0), 0, own))
    if asked.input is not None:
        SoundReader(Path(asked.input), Fraction(0)).close()
        begin = own if asked.clips else 0
        offset = Fraction(asked.offset).limit_denominator(1_000_000)
        length = own + new - begin
        tracks.append(Track(Path(asked.input), offset, begin, length, 240, min(_END_FADE, length // 4)))
    if not tracks:
        return None
    return Continued(Mix(tracks, own + max(new, _LONGEST * SOUND_RATE)), own, new, tail=asked.tail == "fade")


class SoundStream:
    """A film's sound on its way into a container beside pictures that are copied; `begin` is their first second."""

    def __init__(self, target: Any, codec: str, heard: Continued, begin: Fraction) -> None:
        self._target, self._heard = target, heard
        self._stream = cast(AudioStream, target.add_stream(codec, rate=SOUND_RATE, layout="stereo"))
        self._stream.codec_context.bit_rate = _BITRATE
        self._samples, self._begin = 0, round(begin * SOUND_RATE)

    def until(self, seconds: Fraction) -> None:
        """Write what is heard up to a second of the film."""
        samples = self._heard.read(round(seconds * SOUND_RATE))
        if not samples.shape[1]:
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout="stereo")
        frame.sample_rate, frame.time_base = SOUND_RATE, Fraction(1, SOUND_RATE)
        frame.pts = self._begin + self._samples
        self._target.mux(self._stream.encode(frame))
        self._samples += samples.shape[1]

    def end(self) -> None:
        """Write what the encoder still holds."""
        self._target.mux(self._stream.encode(None))
        self._heard.close()
