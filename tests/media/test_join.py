from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.errors import Cancelled, InputError, MachineError
from reverie.core.frame import Image
from reverie.core.spec import Transition
from reverie.media.encoding import Output
from reverie.media.join import Clip, join, length, overlaps
from reverie.media.video import read_frames
from tests.media.films import written

FPS = Fraction(12)
CROSS = Transition(kind="crossfade", duration=0.5)


def grey(value: int, width: int = 96, height: int = 64) -> Image:
    return np.full((height, width, 3), value, np.uint8)


def shot(path: Path, value: int, frames: int = 12) -> Path:
    """A clip that is grey all over, a little brighter with every frame."""
    return written(path, [grey(value + index) for index in range(frames)], FPS)


def quiet(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
    assert phase == "joining"
    assert 0 < done <= 1


def levels(path: Path) -> list[float]:
    return [float(picture.mean()) for picture, _ in read_frames(path)]


def test_shots_follow_one_another_and_pass_over_as_long_as_asked(tmp_path: Path) -> None:
    one, two, three = (shot(tmp_path / f"{value}.mp4", value) for value in (20, 120, 200))
    film = tmp_path / "film.mp4"
    written_frames = join([Clip(one, 12, CROSS), Clip(two, 12), Clip(three, 12)], Output(film, 96, 64, FPS), quiet)
    seen = levels(film)
    assert written_frames == len(seen) == 30
    assert seen[:6] == pytest.approx(range(20, 26), abs=2)
    assert seen[6:12] == pytest.approx([26 + step + (94 * (step + 1) / 7) for step in range(6)], abs=2)
    assert seen[12:18] == pytest.approx(range(126, 132), abs=2)
    assert seen[18:] == pytest.approx(range(200, 212), abs=2)
    assert "film.mp4.part" not in os.listdir(tmp_path)


@given(
    st.lists(st.tuples(st.integers(1, 90), st.floats(0, 3)), min_size=1, max_size=12),
    st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(60)]),
)
def test_no_clip_is_asked_for_more_frames_than_it_has(shots: list[tuple[int, float]], fps: Fraction) -> None:
    clips = [Clip(Path("x"), frames, Transition(kind="crossfade", duration=share)) for frames, share in shots]
    shared = overlaps(clips, fps)
    alone = [clip.frames - after - before for clip, after, before in zip(clips, shared, (0, *shared[:-1]), strict=True)]
    assert min(alone) >= 0
    assert shared[-1] == 0
    assert length(clips, fps) == sum(alone) + sum(shared)


def test_a_clip_that_is_shorter_than_it_should_be_is_told_and_no_film_is_left(tmp_path: Path) -> None:
    one = shot(tmp_path / "one.mp4", 20)
    with pytest.raises(MachineError, match="12 frames instead of 13"):
        join([Clip(one, 13)], Output(tmp_path / "film.mp4", 96, 64, FPS), quiet)
    assert os.listdir(tmp_path) == ["one.mp4"]


def test_a_film_can_be_stopped_and_none_is_left(tmp_path: Path) -> None:
    one = shot(tmp_path / "one.mp4", 20)

    def stop(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
        assert preview is not None
        assert preview().shape == (64, 96, 3)
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        join([Clip(one, 12)], Output(tmp_path / "film.mp4", 96, 64, FPS), stop)
    assert os.listdir(tmp_path) == ["one.mp4"]


@pytest.mark.parametrize("content", [b"", b"words, no film", None])
def test_what_is_no_clip_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"clip\.mp4"):
        join([Clip(path, 3)], Output(tmp_path / "film.mp4", 96, 64, FPS), quiet)
