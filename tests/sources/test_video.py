from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from reverie.core import registry
from reverie.core.errors import InputError
from reverie.core.frame import STILL
from reverie.core.protocols import Source, SourcePlugin
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.media.video import VideoWriter


def filmed(path: Path, frames: int, fps: Fraction) -> str:
    """Write a film whose frame `n` is the tone `n * 10`."""
    writer = VideoWriter(path, 64, 48, fps)
    for index in range(frames):
        writer.write(np.full((48, 64, 3), index * 10, np.uint8))
    writer.close()
    return str(path)


def started(path: str, **options: object) -> Source:
    spec = RenderSpec.model_validate(
        {"width": 32, "height": 32, "scenes": [{"keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}}]}
    )
    plugin: SourcePlugin = registry.create("sources", ComponentSpec(name="video", options={"path": path, **options}))
    return plugin.start(spec, spec.scenes[0])


def shown(source: Source, *times: Fraction) -> list[int]:
    frames = [source.at(time, None, STILL) for time in times]
    source.close()
    assert all(frame is not None and frame.image.shape == (32, 32, 3) for frame in frames)
    return [round(float(frame.image.mean()) / 10) for frame in frames if frame is not None]


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif", ""])
def test_a_film_runs_by_its_own_clock(tmp_path: Path, suffix: str) -> None:
    path = filmed(tmp_path / f"a{suffix}", 12, Fraction(12))
    assert shown(started(path), *(Fraction(index, 12) for index in range(12))) == list(range(12))
    assert shown(started(path), *(Fraction(index, 24) for index in range(8))) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert shown(started(path), *(Fraction(index, 6) for index in range(4))) == [0, 2, 4, 6]


def test_a_film_can_begin_later_and_run_slower_and_its_last_picture_stays(tmp_path: Path) -> None:
    path = filmed(tmp_path / "a.mp4", 12, Fraction(12))
    assert shown(started(path, start=0.5), Fraction(0), Fraction(1, 12)) == [6, 7]
    assert shown(started(path, speed=0.5), *(Fraction(index, 12) for index in range(5))) == [0, 0, 1, 1, 2]
    assert shown(started(path), Fraction(0), Fraction(5), Fraction(90)) == [0, 11, 11]


def test_going_back_in_time_shows_what_was_shown(tmp_path: Path) -> None:
    path = filmed(tmp_path / "a.mp4", 12, Fraction(12))
    assert shown(started(path), Fraction(0), Fraction(3, 4), Fraction(1, 12), Fraction(1, 2)) == [0, 9, 1, 6]


def test_a_film_begins_when_its_scene_does(tmp_path: Path) -> None:
    path = filmed(tmp_path / "a.mp4", 12, Fraction(12))
    assert shown(started(path), Fraction(7), 7 + Fraction(1, 12), 7 + Fraction(1, 2)) == [0, 1, 6]


def test_a_film_that_is_none_is_known_before_the_first_step(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="video: "):
        started(str(tmp_path / "none.mp4"))
    with pytest.raises(InputError, match=r"sources\.video\.speed"):
        started("a.mp4", speed=0)
