from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.errors import InputError
from reverie.core.presets import SIZES, parse_size


@pytest.mark.parametrize("name", SIZES)
def test_every_preset_is_known_and_a_multiple_of_eight(name: str) -> None:
    assert parse_size(name) == SIZES[name]
    assert [side % 8 for side in parse_size(name)] == [0, 0]


@given(st.integers(-(10**9) + 1, 10**9 - 1), st.integers(-(10**9) + 1, 10**9 - 1), st.sampled_from(["x", "X", " × "]))  # noqa: RUF001
def test_a_written_size_is_read_as_it_is(width: int, height: int, sign: str) -> None:
    assert parse_size(f" {width}{sign}{height} ") == (width, height)


@given(st.text(max_size=20).filter(lambda text: not any(digit in text for digit in "0123456789") and text not in SIZES))
def test_any_other_text_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"^size: .* is neither WIDTHxHEIGHT, such as 448x256, nor one of .*\.$"):
        parse_size(text)


@pytest.mark.parametrize("text", ["", "x", "256", "256x", "x256", "256x256x256", "2.5x2", "huge", "256 256", "1e3x1"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^size: .* is neither WIDTHxHEIGHT"):
        parse_size(text)
