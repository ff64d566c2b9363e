from __future__ import annotations

import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.core.spec import Sound, Transition
from reverie.media.encoding import Output
from reverie.media.join import Clip, join
from reverie.media.sound import DUCKED, Mix, SoundReader, Track, has_sound
from tests.media.films import film, written

RATE = 48_000
FPS = Fraction(12)


def quiet(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None: ...


def tone(path: Path, seconds: float, level: float = 0.5, rate: int = RATE, channels: int = 2, hertz: int = 440) -> Path:
    moments = np.arange(round(seconds * rate)) / rate
    values = np.rint(level * 32767 * np.sin(2 * np.pi * hertz * moments)).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(values[:, None], channels, axis=1).tobytes())
    return path


def loudness(samples: npt.NDArray[np.float32], begin: float, end: float) -> float:
    part = samples[:, round(begin * RATE) : round(end * RATE)]
    return float(np.sqrt(2 * np.mean(part.astype(np.float64) ** 2)))


def heard(path: Path) -> npt.NDArray[np.float32]:
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        blocks = [
            block.to_ndarray() for frame in (*container.decode(audio=0), None) for block in resampler.resample(frame)
        ]
    return np.concatenate(blocks, axis=1).astype(np.float32)


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 2), (44_100, 1), (16_000, 2)])
def test_a_sound_is_read_from_where_it_is_asked_for_as_loud_as_it_is_and_then_is_silent(
    tmp_path: Path, rate: int, channels: int
) -> None:
    path = tone(tmp_path / "a.wav", 1.5, 0.5, rate, channels)
    reader = SoundReader(path, Fraction(1, 2))
    samples = np.concatenate([reader.read(count) for count in (1, 7000, 29_999, 35_000)], axis=1)
    reader.close()
    assert samples.shape == (2, 72_000)
    assert loudness(samples, 0, 0.9) == pytest.approx(0.5, abs=0.01)
    assert np.abs(samples[:, round(1.01 * RATE) :]).max() < 0.001
    moments = np.arange(20_000) / RATE + 0.5
    assert np.abs(samples[0, :20_000] - 0.5 * np.sin(2 * np.pi * 440 * moments)).max() < 0.02


def test_far_into_a_sound_it_is_the_same_as_when_all_of_it_is_read(tmp_path: Path) -> None:
    moments = np.arange(30 * RATE) / RATE
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(30_000 * moments / 30).astype(np.int16).tobytes())
    reader = SoundReader(path, Fraction(20))
    assert reader.read(10)[0] == pytest.approx(np.full(10, 20_000 / 32768), abs=1e-4)


def test_where_two_clips_cross_the_power_stays_even_and_the_length_is_exact(tmp_path: Path) -> None:
    one, two = tone(tmp_path / "a.wav", 2, 0.4, hertz=440), tone(tmp_path / "b.wav", 2, 0.4, hertz=1000)
    mix = Mix([Track(one, Fraction(0), 0, 96_000, 0, 24_000), Track(two, Fraction(0), 72_000, 96_000, 24_000)], 168_000)
    samples = np.concatenate([mix.read(place) for place in (5, 70_000, 100_000, 168_000, 170_000)], axis=1)
    assert samples.shape == (2, 168_000)
    for begin in (0.2, 1.5, 1.6, 1.75, 1.9, 2.5, 3.2):
        assert loudness(samples, begin, begin + 0.1) == pytest.approx(0.4, abs=0.04)
    mix.close()


def test_a_sound_below_gives_way_to_clips_and_ends_with_the_film(tmp_path: Path) -> None:
    clip, below = tone(tmp_path / "a.wav", 2, 0.0), tone(tmp_path / "b.wav", 30, 0.5)
    mix = Mix([Track(clip, Fraction(0), 4 * RATE, 2 * RATE)], 10 * RATE, Sound(input=str(below), offset=1))
    samples = mix.read(10 * RATE)
    assert loudness(samples, 0, 3) == pytest.approx(0.5, abs=0.01)
    assert loudness(samples, 4.2, 5.8) == pytest.approx(0.5 * DUCKED, abs=0.01)
    assert loudness(samples, 7, 8.5) == pytest.approx(0.5, abs=0.01)
    assert np.abs(samples[:, -20:]).max() < 0.001
    mix.close()


def test_what_is_too_loud_is_bent_and_never_cut_off(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.wav", 1, 0.95)
    mix = Mix([Track(path, Fraction(0), 0, RATE), Track(path, Fraction(0), 0, RATE)], RATE)
    samples = mix.read(RATE)
    assert 0.9 < np.abs(samples).max() <= 1
    mix.close()


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_a_film_has_the_sound_of_its_clips_as_long_as_it_is(tmp_path: Path, suffix: str) -> None:
    shots = [written(tmp_path / f"{name}.mp4", film(24), FPS) for name in "ab"]
    sounds = [tone(tmp_path / "a.wav", 2, 0.5), None]
    cross = Transition(kind="crossfade", duration=0.5)
    clips = [Clip(shot, 24, cross, sound) for shot, sound in zip(shots, sounds, strict=True)]
    path = tmp_path / f"film{suffix}"
    assert join(clips, Output(path, 96, 64, FPS), quiet) == 42
    assert has_sound(path)
    samples = heard(path)
    assert samples.shape[1] == pytest.approx(3.5 * RATE, abs=2100)
    assert loudness(samples, 0.2, 1.4) == pytest.approx(0.5, abs=0.03)
    assert 0.2 < loudness(samples, 1.7, 1.8) < 0.45
    assert loudness(samples, 2.2, 3.4) < 0.01
    with av.open(str(path)) as container:
        assert container.duration == pytest.approx(3.5e6, abs=45_000)


def test_the_sound_of_one_film_is_carried_into_the_next(tmp_path: Path) -> None:
    silent, sound = written(tmp_path / "a.mp4", film(24), FPS), tone(tmp_path / "a.wav", 2, 0.5)
    once, twice = tmp_path / "once.mp4", tmp_path / "twice.mp4"
    join([Clip(silent, 24, None, sound)], Output(once, 96, 64, FPS), quiet)
    join([Clip(once, 24)], Output(twice, 96, 64, FPS), quiet)
    first, second = heard(once), heard(twice)
    assert loudness(second, 0.1, 1.9) == pytest.approx(0.5, abs=0.02)
    assert abs(float(np.argmax(np.abs(first) > 0.1)) - float(np.argmax(np.abs(second) > 0.1))) < 200


def test_a_film_without_sound_has_no_stream_of_it_and_a_gif_never(tmp_path: Path) -> None:
    silent, sound = written(tmp_path / "a.mp4", film(6), FPS), tone(tmp_path / "a.wav", 1)
    join([Clip(silent, 6)], Output(tmp_path / "b.mp4", 96, 64, FPS), quiet)
    join([Clip(silent, 6, None, sound)], Output(tmp_path / "b.gif", 96, 64, FPS), quiet)
    assert not has_sound(tmp_path / "b.mp4")
    assert not has_sound(tmp_path / "b.gif")


def test_clips_are_not_heard_where_they_are_to_be_silent(tmp_path: Path) -> None:
    shot, sound = written(tmp_path / "a.mp4", film(24), FPS), tone(tmp_path / "a.wav", 2, 0.5)
    below, path = tone(tmp_path / "b.wav", 2, 0.25), tmp_path / "film.mp4"
    for said, loud in ((Sound(input=str(below)), 0.6), (Sound(input=str(below), clips=False), 0.25)):
        join([Clip(shot, 24, None, sound)], Output(path, 96, 64, FPS, sound=said, overwrite=True), quiet)
        assert loudness(heard(path), 0.2, 1.8) == pytest.approx(loud, abs=0.03)
    join([Clip(shot, 24, None, sound)], Output(path, 96, 64, FPS, sound=Sound(clips=False), overwrite=True), quiet)
    assert not has_sound(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [("none.wav", None), ("words.wav", b"ffconcat version 1.0\nfile a.mp4\n"), ("list.m3u8", b"#EXTM3U\na.ts\n")],
)
def test_what_is_no_sound_is_refused_by_name(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    silent = written(tmp_path / "a.mp4", film(6), FPS)
    for bad in (tmp_path / name, silent):
        output = Output(tmp_path / "film.mp4", 96, 64, FPS, sound=Sound(input=str(bad)))
        with pytest.raises(InputError, match=bad.name):
            join([Clip(silent, 6)], output, quiet)
        assert not list(tmp_path.glob("film*"))
