from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from reverie.core.frame import Frame, Image
from reverie.core.timeline import Conditioning
from reverie.correctors.limit import LimitCorrection, LimitOptions, allowed

COND = Conditioning(prompts=(("a reef", 1.0),))
pictures = arrays(np.uint8, (6, 7, 3))


def limited(image: Image, source: Image, **options: float) -> Image:
    return LimitCorrection(LimitOptions.model_validate(options)).correct(image, Frame(source, Fraction(0), 0), COND)


@given(pictures, pictures)
def test_no_pixel_goes_further_than_the_limit_nor_the_wrong_way(image: Image, source: Image) -> None:
    result = limited(image, source).astype(int)
    assert (np.abs(result - source) <= round(255 * 0.35)).all()
    assert ((result - source) * (image.astype(int) - source) >= 0).all()
    assert (np.abs(result - source) <= np.abs(image.astype(int) - source)).all()


@given(pictures, st.integers(-38, 38))
def test_small_changes_pass_untouched(source: Image, change: int) -> None:
    image = np.clip(source.astype(int) + change, 0, 255).astype(np.uint8)
    assert (limited(image, source) == image).all()


def test_the_table_rises_smoothly_and_levels_off() -> None:
    table = allowed(LimitOptions()).astype(int)
    assert (np.diff(table) >= 0).all()
    assert (np.diff(table) <= 1).all()
    assert table[255] == round(255 * 0.35)


def test_a_limit_of_everything_limits_nothing() -> None:
    assert (allowed(LimitOptions(knee=1, limit=1)) == np.arange(256)).all()


def test_without_a_source_the_picture_is_as_painted() -> None:
    image = np.full((4, 4, 3), 200, dtype=np.uint8)
    correction = LimitCorrection(LimitOptions())
    assert correction.correct(image, None, COND) is image
    assert correction.correct(image, Frame(np.zeros((5, 5, 3), dtype=np.uint8), Fraction(0), 0), COND) is image


def test_a_knee_over_the_limit_is_refused() -> None:
    with pytest.raises(ValidationError, match="swap them"):
        LimitOptions(knee=0.5, limit=0.2)
