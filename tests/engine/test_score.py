"""A performed timeline: the past folded away, wishes for one step made one, and never another answer for it."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reverie.core.timeline import Conditioning, Keyframe, MotionSpec, Timeline
from reverie.engine.score import Score

FIRST = Keyframe(prompt="a reef", strength=0.5)
RATE = 10
KEYS = st.builds(
    Keyframe,
    prompt=st.none() | st.sampled_from(["a city", "a forest", "a reef"]),
    negative_prompt=st.none() | st.sampled_from(["fog", "rain"]),
    strength=st.none() | st.floats(0, 1),
    guidance_scale=st.none() | st.floats(0, 20),
    motion=st.none() | st.builds(MotionSpec, zoom=st.floats(0.5, 2), rotate=st.floats(-90, 90)),
    blend=st.sampled_from([0.0, 0.1, 0.3, 1.0]),
    spark=st.booleans(),
    freeze=st.none() | st.booleans(),
    options=st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 3), max_size=2),
)
STEPS = st.lists(st.lists(KEYS, max_size=4), min_size=1, max_size=30)


def due(number: int) -> Fraction:
    return Fraction(number, RATE)


def placed(key: Keyframe, number: int) -> Keyframe:
    early = due(number) - Fraction(1, 2 * RATE) if key.blend and number else due(number)
    return key.model_copy(update={"time": float(early)})


@given(STEPS)
def test_folding_the_past_changes_no_bit(steps: list[list[Keyframe]]) -> None:
    score, asked = Score(Timeline((FIRST,))), list[object]()
    for number, keys in enumerate(steps):
        for key in keys:
            score.insert(placed(key, number), due(number))
        told = score.at(due(number))
        asked.append((told.cond, told.frozen, told.spark))
    whole = Timeline(score.keyframes)
    before = [None, *map(due, range(len(steps)))]
    again = [
        (whole.at(due(number)), whole.frozen(due(number)), whole.sparks(before[number], due(number)))
        for number in range(len(steps))
    ]
    assert asked == again


@given(st.lists(KEYS, min_size=1, max_size=40))
def test_however_many_wishes_for_one_step_are_a_few_keyframes_and_the_newest_wins(keys: list[Keyframe]) -> None:
    score = Score(Timeline((FIRST,)))
    score.at(due(0))
    for key in keys:
        score.insert(placed(key, 1), due(1))
    assert len(score.keyframes) <= 1 + 4
    late = score.at(due(100)).cond
    strengths = [key.strength for key in keys if key.strength is not None]
    prompts = [key.prompt for key in keys if key.prompt is not None]
    assert late.strength == (strengths[-1] if strengths else FIRST.strength)
    assert late.prompts == (((prompts[-1] if prompts else "a reef"), 1.0),)
    assert dict(late.options) == {name: value for key in keys for name, value in key.options.items()}


def test_a_slider_does_not_undo_the_blend_of_a_prompt() -> None:
    score = Score(Timeline((FIRST,)))
    score.at(due(0))
    score.insert(placed(Keyframe(prompt="a city", blend=1.0), 1), due(1))
    score.insert(placed(Keyframe(strength=0.8), 1), due(1))
    told = score.at(due(1)).cond
    assert 0 < dict(told.prompts)["a city"] < 0.2
    assert told.strength == 0.8


def test_a_wish_for_later_is_kept_for_later() -> None:
    score = Score(Timeline((FIRST,)))
    score.insert(Keyframe(time=0.5, strength=0.9), due(0))
    assert [score.at(due(number)).cond.strength for number in (0, 4, 5, 6)] == [0.5, 0.5, 0.9, 0.9]


def test_a_night_of_wishes_leaves_the_next_step_as_light_as_the_first() -> None:
    timeline = Timeline((FIRST,), Conditioning(prompts=()))
    score = Score(timeline)
    for number in range(3000):
        score.insert(placed(Keyframe(strength=(number % 90) / 100, blend=0.2), number), due(number))
        score.at(due(number))
    assert len(score.keyframes) == 3001
    assert len(score._timeline.keyframes) < 8
