from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.spec import RenderSpec
from reverie.engine.schedule import Stretch, delivered, stretches


def spec(*durations: float | None, fps: float = 24, paint_fps: float = 12, filters: bool = True) -> RenderSpec:
    scene: dict[str, Any] = {"keyframes": [{"prompt": "a reef"}], "backend": {"name": "placeholder"}}
    return RenderSpec.model_validate(
        {
            "fps": fps,
            "paint_fps": paint_fps,
            "scenes": [{**scene, "duration": duration} for duration in durations],
            "filters": [{"name": "interpolate"}] if filters else [],
        }
    )


def test_enough_is_painted_for_the_last_delivered_frame() -> None:
    assert stretches(spec(10.0)) == (Stretch(Fraction(0), 0, 121),)
    assert stretches(spec(10.0, paint_fps=24)) == (Stretch(Fraction(0), 0, 240),)
    assert delivered(spec(10.0)) == 240


def test_without_filters_what_is_painted_is_delivered() -> None:
    assert delivered(spec(10.0, filters=False)) == 120
    assert stretches(spec(10.0, filters=False)) == (Stretch(Fraction(0), 0, 120),)


def test_scenes_follow_without_gap_or_overlap() -> None:
    first, second, third = stretches(spec(1.25, 2.0, 1.0, paint_fps=10, fps=10))
    assert (first.first, first.end) == (0, 13)
    assert (second.start, second.first, second.end) == (Fraction(5, 4), 13, 33)
    assert (third.first, third.end) == (33, 42)


def test_a_dream_without_end_has_none() -> None:
    assert stretches(spec(None)) == (Stretch(Fraction(0), 0, None),)
    assert delivered(spec(None)) is None


@given(
    st.lists(st.floats(0.05, 30), min_size=1, max_size=4),
    st.sampled_from([5.0, 7.5, 10.0, 12.0, 24000 / 1001]),
    st.sampled_from([12.0, 24.0, 30000 / 1001, 60.0]),
)
def test_every_delivered_frame_lies_between_two_painted_ones(lengths: list[float], paint: float, fps: float) -> None:
    film = spec(*lengths, fps=fps, paint_fps=paint)
    parts, count = stretches(film), delivered(film)
    assert count is not None
    assert parts[0].first == 0
    assert all(one.end == two.first for one, two in pairwise(parts))
    last = parts[-1].end
    assert last is not None
    assert Fraction(last - 1) / Fraction(paint).limit_denominator(1001) >= Fraction(count - 1) / Fraction(
        fps
    ).limit_denominator(1001)


@pytest.mark.parametrize("seconds", [0.01, 0.04])
def test_the_shortest_film_has_a_frame(seconds: float) -> None:
    assert delivered(spec(seconds)) == 1
    assert stretches(spec(seconds))[0].end == 1
