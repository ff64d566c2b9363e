"""A journey shows what the words name, goes on as the camera goes, and goes on elsewhere from where it was."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from reverie.core.errors import InputError
from reverie.core.frame import STILL, Frame, Image, Motion
from reverie.core.registry import create
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.sources.journey import Journey, JourneyOptions, JourneyRun

INWARDS = Motion(1.63)
SPEC = RenderSpec(
    width=64,
    height=48,
    paint_fps=10,
    scenes=(Scene(duration=2, keyframes=(Keyframe(prompt="a volcano"),), backend=ComponentSpec(name="worlds")),),
)


def begun() -> JourneyRun:
    return Journey(JourneyOptions()).start(SPEC, SPEC.scenes[0])


def said(words: str, seed: int = 5, strength: float = 0.25) -> Conditioning:
    return Conditioning(((words, 1.0),), seed=seed, strength=strength)


def travelled(run: JourneyRun, frames: int, words: str = "a volcano", since: int = 0) -> list[Image]:
    last: Frame | None = None
    shown = []
    for index in range(since, since + frames):
        run.heed(said(words, seed=5 + index))
        last = run.at(Fraction(index, 10), last, INWARDS)
        assert last is not None
        shown.append(last.image)
    return shown


def test_nothing_is_shown_before_anything_is_said() -> None:
    assert begun().at(Fraction(0), None, STILL) is None


def test_one_world_is_gone_into() -> None:
    first, *_, last = travelled(begun(), 6)
    assert first.shape == (48, 64, 3)
    assert first.dtype == np.uint8
    assert not np.array_equal(first, last)
    assert np.array_equal(first, travelled(begun(), 1)[0])


def test_how_much_is_repainted_changes_nothing_here() -> None:
    light, heavy = begun(), begun()
    light.heed(said("a reef", strength=0.1))
    heavy.heed(said("a reef", strength=1.0))
    one, other = light.at(Fraction(0), None, STILL), heavy.at(Fraction(0), None, STILL)
    assert one is not None
    assert other is not None
    assert np.array_equal(one.image, other.image)


def test_it_says_once_who_renders_and_what_it_did_not_understand() -> None:
    run = begun()
    travelled(run, 1, "a zzyzx of nothing")
    told = [event.reason for event in run.events()]
    assert told[0] == "What is repainted is rendered by worlds, no network."
    assert any("zzyzx" in reason for reason in told[1:])
    assert run.events() == []


def test_it_goes_on_elsewhere_from_where_it_was() -> None:
    whole = begun()
    travelled(whole, 3)
    state = whole.state()
    rest = travelled(whole, 2, since=3)
    again = begun()
    again.restore(state)
    assert all(np.array_equal(*pair) for pair in zip(rest, travelled(again, 2, since=3), strict=True))


def test_only_worlds_are_travelled() -> None:
    with pytest.raises(InputError, match="backend"):
        create("sources", ComponentSpec(name="journey", options={"backend": "placeholder"}))
