from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.clock import duration, exact_rate, exact_seconds, frame_count
from reverie.core.spec import RenderSpec


def spec(*durations: float | None) -> RenderSpec:
    scenes = [{"duration": d, "keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}} for d in durations]
    return RenderSpec.model_validate({"scenes": scenes})


@pytest.mark.parametrize(
    ("fps", "exact"),
    [(24.0, Fraction(24)), (7.5, Fraction(15, 2)), (30000 / 1001, Fraction(30000, 1001)), (0.1, Fraction(1, 10))],
)
def test_a_rate_is_the_fraction_that_was_meant(fps: float, exact: Fraction) -> None:
    assert exact_rate(fps) == exact


@given(st.integers(1, 240_000), st.integers(1, 1001))
def test_a_fraction_survives_being_written_as_a_float(numerator: int, denominator: int) -> None:
    rate = Fraction(numerator, denominator)
    assert exact_rate(float(rate)) == rate


def test_the_lengths_of_scenes_add_up_exactly() -> None:
    assert duration(spec(0.1, 0.2)) == Fraction(3, 10)
    assert duration(spec(1.0, None)) is None


def test_a_float_that_is_a_hair_too_long_makes_no_extra_frame() -> None:
    assert frame_count(exact_seconds(0.1 + 0.2), exact_rate(30.0)) == 9
    assert frame_count(Fraction(1, 1000), Fraction(24)) == 1
