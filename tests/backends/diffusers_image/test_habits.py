"""What a prompt leaves open is added in words, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.backends.diffusers_image.habits import FILE, Habit, Habits
from reverie.core.errors import InputError
from training.export import habits

STYLE = Habits([Habit(add="digital painting", unless=("oil", "low poly", "stained-glass window"))])
OURS = Habits(Habit.model_validate(row) for row in habits())


@pytest.mark.parametrize(
    "named", ["a reef in oil", "Oil, a reef", "low-poly hills", "a stained glass  window", "LOW POLY"]
)
def test_what_is_named_is_left_alone(named: str) -> None:
    assert STYLE.completed(named) == named


@pytest.mark.parametrize("open_", ["a reef", "a turmoil of waves", "oily", "a slow polygon"])
def test_what_is_open_is_added(open_: str) -> None:
    assert STYLE.completed(open_) == f"{open_}, digital painting"


@pytest.mark.parametrize("silent", ["", "  "])
def test_silence_stays_silence(silent: str) -> None:
    assert STYLE.completed(silent) == silent


@given(st.text(max_size=60))
def test_a_prompt_is_completed_once(prompt: str) -> None:
    done = OURS.completed(prompt)
    assert done.startswith(prompt)
    assert OURS.completed(done) == done


def test_our_own_model_hears_every_style_by_name() -> None:
    for prompt in (
        "a reef in watercolour",
        "an etching of a forest",
        "neon hills",
        "a volcano, impasto",
        "a photo of dunes",
    ):
        assert OURS.missing(prompt) == []
    assert OURS.missing("a coral reef at dusk") == ["digital painting"]


def test_habits_lie_beside_the_model(tmp_path: Path) -> None:
    assert Habits.beside(tmp_path).completed("a reef") == "a reef"
    (tmp_path / FILE).write_text('[{"add": "in oil", "unless": ["oil"]}]')
    assert Habits.beside(tmp_path).completed("a reef") == "a reef, in oil"
    for text in ("{}", '[{"add": ""}]', "["):
        (tmp_path / FILE).write_text(text)
        with pytest.raises(InputError, match=r"habits\.json"):
            Habits.beside(tmp_path)
