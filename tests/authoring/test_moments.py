"""Moments and the words that go with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.authoring.moments import parse_moment
from reverie.core.errors import InputError

WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20).map(lambda word: f"a {word}")


@pytest.mark.parametrize(
    ("text", "seconds", "prompt"),
    [
        ("6s: an underwater city", 6, "an underwater city"),
        ("6: an underwater city", 6, "an underwater city"),
        (" 6 s :city", 6, "city"),
        ("0:dawn", 0, "dawn"),
        ("2.5s: a forest", 2.5, "a forest"),
        ("90: a desert", 90, "a desert"),
        ("1m30s: a desert", 90, "a desert"),
        ("1m 30s: a desert", 90, "a desert"),
        ("2m: a desert", 120, "a desert"),
        ("2min: a desert", 120, "a desert"),
        ("1:30: a desert", 90, "a desert"),
        ("1:05.25: a desert", 65.25, "a desert"),
        ("75:00: late", 4500, "late"),
        ("6s: a sign that says: 5:30", 6, "a sign that says: 5:30"),
        ("1: 30 cities", 1, "30 cities"),
    ],
)
def test_forms_people_type(text: str, seconds: float, prompt: str) -> None:
    assert parse_moment(text) == (seconds, prompt)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "6s",
        "6s:",
        "6s:   ",
        "soon: a city",
        "-6s: a city",
        "6h: a city",
        "1e9: a city",
        "s: a city",
        "x",
        "٦s: a city",
        "nan: a city",
        "6 6: a city",
        "1:75 a city",
        "1:75: a city",
        "1:30:5: a city",
        "6.: a city",
        "99999999: a city",
        "\x00",
        "6s a city",
    ],
)
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match=r"^at: .* cannot be read"):
        parse_moment(text)


@given(st.integers(0, 99_999), st.integers(0, 59), WORDS)
def test_clock_and_units_say_the_same(minutes: int, seconds: int, words: str) -> None:
    expected = (60.0 * minutes + seconds, words)
    assert parse_moment(f"{minutes}:{seconds:02}: {words}") == expected
    assert parse_moment(f"{minutes}m{seconds}s: {words}") == expected


@given(st.decimals(0, 999_999, places=3), WORDS)
def test_seconds_come_back_exactly(seconds: object, words: str) -> None:
    assert parse_moment(f"{seconds}s: {words}") == (float(str(seconds)), words)


@given(st.text(max_size=60))
def test_no_text_does_more_than_parse_or_be_refused(text: str) -> None:
    try:
        seconds, prompt = parse_moment(text)
    except InputError:
        return
    assert seconds >= 0
    assert prompt == prompt.strip() != ""
