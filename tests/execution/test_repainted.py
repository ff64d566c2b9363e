"""A clip repainted from end to end: as many frames at the same moments, and it is heard as before."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from reverie.authoring.film import film_spec
from reverie.core.spec import ComponentSpec, Sound
from reverie.execution.production import produce
from reverie.execution.shelf import Shelf
from reverie.media.encoding import Output
from reverie.media.join import Clip, join
from reverie.media.lossless import LosslessWriter
from tests.media.films import film

RATE, FRAMES = 48_000, 30
WIDE, TALL = 96, 64


def quiet(phase: str, done: float, preview: object = None) -> None:
    """Say nothing."""


def clip(folder: Path, fps: Fraction) -> Path:
    """Write a clip in which something is heard that is nowhere like itself."""
    rising = np.cumsum(np.linspace(200, 2000, 2 * RATE)) / RATE
    with wave.open(str(folder / "rising.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.sin(2 * np.pi * rising) * 16_000).astype("<i2").tobytes())
    writer = LosslessWriter(folder / "silent.mkv", WIDE, TALL, fps, "planes")
    for picture in film(FRAMES, WIDE, TALL):
        writer.write(picture)
    writer.close()
    sound = Sound(input=str(folder / "rising.wav"))
    join([Clip(folder / "silent.mkv", FRAMES)], Output(folder / "clip.mp4", WIDE, TALL, fps, {}, sound=sound), quiet)
    return folder / "clip.mp4"


def moments(path: Path) -> tuple[list[Fraction], Fraction | None]:
    """Return when each frame is shown, and the rate."""
    with av.open(str(path)) as container:
        (stream,) = container.streams.video
        return [frame.pts * frame.time_base for frame in container.decode(stream)], stream.average_rate  # type: ignore[operator, misc]


def heard(path: Path) -> npt.NDArray[np.float32]:
    with av.open(str(path)) as container:
        (stream,) = container.streams.audio
        assert stream.start_time == 0
        parts = [frame.to_ndarray().mean(0) for frame in container.decode(stream)]
    return np.concatenate(parts).astype(np.float32)


@pytest.mark.parametrize("fps", [Fraction(30_000, 1001), Fraction(12)])
def test_a_repainted_clip_keeps_its_length_its_timing_and_its_sound(tmp_path: Path, fps: Fraction) -> None:
    given, made = clip(tmp_path, fps), tmp_path / "made.mp4"
    wish = {"scenes": [{"prompt": "oils", "clip": str(given)}], "model": "placeholder", "seed": 3}
    sinks = (ComponentSpec(name="file", options={"path": str(made)}),)
    produce(film_spec(wish).model_copy(update={"sinks": sinks}), Shelf(tmp_path / "shelf"))
    assert moments(made) == moments(given)
    assert len(moments(made)[0]) == FRAMES
    before, after = heard(given), heard(made)
    assert len(after) == pytest.approx(len(before), abs=1024)  # a frame of sound
    length = min(len(before), len(after))
    before, after = before[:length], after[:length]
    alike = np.fft.irfft(np.fft.rfft(before, 2 * length) * np.conj(np.fft.rfft(after, 2 * length)))
    assert int(np.argmax(alike)) == 0, "not a sample earlier or later"
    assert float(before @ after / (before @ before)) == pytest.approx(1.0, abs=0.02), "as loud"
    assert np.corrcoef(before, after)[0, 1] > 0.995
