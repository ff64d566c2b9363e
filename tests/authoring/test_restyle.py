"""A live restyle asked for: what is chosen, and what is refused by name."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.authoring.budgets import parse_budget
from reverie.authoring.restyle import restyle_spec
from reverie.core.errors import InputError
from reverie.core.spec import LEAST_BUDGET, MOST_BUDGET


def test_what_is_not_asked_is_chosen_for_speed() -> None:
    spec = restyle_spec("a watercolour garden")
    scene = spec.scenes[0]
    assert (spec.live, spec.width, spec.height, spec.fps, spec.paint_fps) == (True, 256, 256, 30.0, 30.0)
    assert (scene.source.name, scene.duration) == ("mailbox", None)
    assert scene.backend.options["num_inference_steps"] == 1
    assert [part.name for part in spec.correctors] == ["memory"]
    assert not spec.vitality.spark.enabled
    assert (scene.keyframes[0].strength, scene.keyframes[0].guidance_scale) == (0.2, 1.5)
    assert spec.filters == ()


def test_what_is_asked_is_granted() -> None:
    spec = restyle_spec(
        "neon", size="640x360", steps=2, strength=0.6, seed=4, fps=12.5, memory=False, negative_prompt="people"
    )
    assert (spec.width * spec.height) <= 2 * 256 * 256
    assert spec.filters[0].options == {"width": 640, "height": 360}
    assert (spec.seed, spec.paint_fps, spec.correctors) == (4, 12.5, ())
    first = spec.scenes[0].keyframes[0]
    assert (first.strength, first.negative_prompt) == (0.6, "people")
    assert spec.scenes[0].backend.options["num_inference_steps"] == 2


@pytest.mark.parametrize(
    ("budget", "milliseconds"), [("100ms", 100), (100, 100), (" 33.4 ms", 33.4), ("0.25s", 250), ("7", 7)]
)
def test_a_budget_is_asked_for_in_milliseconds(budget: Any, milliseconds: float) -> None:
    assert restyle_spec("neon", budget=budget).budget == milliseconds


@pytest.mark.parametrize("budget", ["0", "-5", "NaN", "abc", "1h", "", "inf", "0.5ms", "2000s", 0, -5.0, "1e3"])
def test_a_budget_that_is_none_is_refused_in_a_sentence(budget: Any) -> None:
    with pytest.raises(InputError) as caught:
        restyle_spec("neon", budget=budget)
    assert caught.value.field == "budget"
    assert str(caught.value).count(".") >= 1
    assert "ms" in caught.value.fix


def test_a_budget_wants_a_model_that_can_hold_it() -> None:
    with pytest.raises(InputError, match="can't be held by worlds"):
        restyle_spec("neon", model="worlds", budget=100)


@given(st.text(max_size=12))
def test_any_text_is_a_budget_or_a_sentence(text: str) -> None:
    with suppress(InputError):
        assert LEAST_BUDGET <= parse_budget(text) <= MOST_BUDGET


@pytest.mark.parametrize("size", [(360, 640), (1280, 720), (64, 64), (1080, 1920)])
def test_any_shape_is_painted_at_what_the_model_is_quick_at(size: tuple[int, int]) -> None:
    spec = restyle_spec("neon", size=size)
    assert spec.width * spec.height <= 2 * 256 * 256
    assert spec.width / spec.height == pytest.approx(size[0] / size[1], rel=0.15)


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"strength": 1.5}, "strength"),
        ({"fps": 0}, "fps"),
        ({"fps": 1000}, "fps"),
        ({"size": (255, 256)}, "width"),
        ({"steps": 99}, "steps"),
        ({"guidance_scale": 90}, "guidance_scale"),
        ({"model": "unknown"}, "model"),
        ({"nonsense": 1}, "nonsense"),
        ({"prompt": ""}, "prompt"),
    ],
)
def test_what_can_not_be_is_refused_by_name(wishes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        restyle_spec(**{"prompt": "neon", **wishes})
    assert caught.value.field == field
