from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.card import BackendCard, Range
from reverie.core.errors import InputError

CARD = BackendCard(
    id="test",
    title="A model",
    inputs=frozenset({"text"}),
    size_multiple=16,
    ranges={"width": Range(256, 64, 512), "strength": Range(0.5, 0.1, 1.0)},
)


def test_the_ends_of_a_range_belong_to_it() -> None:
    CARD.check({"width": 64, "strength": 0.1})
    CARD.check({"width": 512, "strength": 1.0})


@given(st.floats())
def test_a_value_is_refused_exactly_where_it_lies_outside(value: float) -> None:
    if 0.1 <= value <= 1.0:
        CARD.ranges["strength"].check("strength", value)
    else:
        with pytest.raises(InputError, match=r"^strength: .* use 0\.1 to 1\.$"):
            CARD.ranges["strength"].check("strength", value)


def test_a_value_outside_names_what_would_do() -> None:
    with pytest.raises(InputError, match=r"^strength: 1\.5 is outside this model's range: use 0\.1 to 1\.$"):
        CARD.check({"strength": 1.5})


@pytest.mark.parametrize(("width", "near"), [(250, "240 or 256"), (257, "256 or 272")])
def test_a_size_that_is_no_multiple_names_the_near_ones(width: int, near: str) -> None:
    with pytest.raises(InputError, match=f"^width: {width} is not a multiple of 16: use {near}"):
        CARD.check({"width": width})


@pytest.mark.parametrize("height", [9, -5])
def test_a_height_without_range_must_still_be_a_multiple(height: int) -> None:
    with pytest.raises(InputError, match=rf"^height: {height} is not a multiple of 16: use 16\.$"):
        CARD.check({"height": height})


def test_a_setting_the_model_does_not_have_has_the_others_default() -> None:
    assert CARD.default("strength", 9) == 0.5
    assert CARD.default("guidance_scale", 9) == 9
