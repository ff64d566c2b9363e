from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reverie.core.frame import STILL, Motion
from reverie.core.timeline import (
    MAX_PROMPT,
    Conditioning,
    Keyframe,
    MotionSpec,
    Timeline,
    blend_prompts,
    strongest,
    unadjusted,
)

WORDS = ("a reef", "a forest", "a city at night", "snow", "stars")

times = st.one_of(st.sampled_from([0.0, 1.0, 2.5]), st.floats(0, 100))
blends = st.one_of(st.just(0.0), st.floats(0, 20))
keyframes = st.builds(
    Keyframe,
    time=times,
    prompt=st.none() | st.sampled_from(WORDS),
    negative_prompt=st.none() | st.sampled_from(["", "people"]),
    strength=st.none() | st.floats(0, 1),
    guidance_scale=st.none() | st.floats(0, 50),
    motion=st.none() | st.builds(MotionSpec, zoom=st.floats(0.5, 2), rotate=st.floats(-90, 90)),
    blend=blends,
    spark=st.booleans(),
    freeze=st.none() | st.booleans(),
)
timelines = st.builds(
    lambda first, rest: Timeline((first.model_copy(update={"time": 0.0, "prompt": "the sea"}), *rest)),
    keyframes,
    st.lists(keyframes, max_size=6),
)
moments = st.one_of(times, st.fractions(0, 100, max_denominator=240))


def told(*keys: Keyframe, at: float) -> Conditioning:
    return Timeline((Keyframe(prompt="the sea"), *keys)).at(at)


# Whatever the keyframes


@given(timelines, moments)
def test_weights_are_shares_of_one(timeline: Timeline, moment: Fraction | float) -> None:
    weights = [weight for _, weight in timeline.at(moment).prompts]
    assert sum(weights) == pytest.approx(1)
    assert all(0 < weight <= 1 + 1e-9 for weight in weights)


@given(timelines, moments)
def test_every_prompt_is_named_once(timeline: Timeline, moment: Fraction | float) -> None:
    texts = [text for text, _ in timeline.at(moment).prompts]
    assert len(texts) == len(set(texts))


@given(timelines, moments)
def test_blends_stay_between_what_was_and_what_is_wished(timeline: Timeline, moment: Fraction | float) -> None:
    heard = timeline.until(moment)
    strengths = [timeline.defaults.strength, *(key.strength for key in heard if key.strength is not None)]
    zooms = [1.0, *(key.motion.zoom for key in heard if key.motion)]
    now = timeline.at(moment)
    assert min(strengths) - 1e-9 <= now.strength <= max(strengths) + 1e-9
    assert min(zooms) - 1e-9 <= now.motion.zoom <= max(zooms) + 1e-9


@given(timelines, keyframes, moments)
def test_a_keyframe_changes_nothing_before_its_moment(
    timeline: Timeline, key: Keyframe, moment: Fraction | float
) -> None:
    if moment < key.time:
        assert timeline.inserted(key).at(moment) == timeline.at(moment)


@given(timelines, moments)
def test_asking_changes_nothing(timeline: Timeline, moment: Fraction | float) -> None:
    assert timeline.at(moment) == timeline.at(moment)


@given(st.permutations([Keyframe(time=time, prompt=words) for time, words in zip(range(5), WORDS, strict=True)]))
def test_the_order_of_insertion_of_different_moments_does_not_matter(keys: list[Keyframe]) -> None:
    timeline = Timeline(())
    for key in keys:
        timeline = timeline.inserted(key)
    assert [key.time for key in timeline.keyframes] == [0, 1, 2, 3, 4]
    assert timeline.at(2.5).prompts == (("a city at night", 1.0),)


def test_of_two_keyframes_at_one_moment_the_later_inserted_wins() -> None:
    first, second = Keyframe(time=1, prompt="a reef", strength=0.1), Keyframe(time=1, prompt="snow")
    now = Timeline((Keyframe(prompt="the sea"),)).inserted(first).inserted(second).at(1)
    assert now.prompts == (("snow", 1.0),)
    assert now.strength == 0.1


# Blending


@given(st.floats(0.01, 60), st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_a_blend_only_ever_grows(blend: float, shares: list[float]) -> None:
    timeline = Timeline((Keyframe(prompt="the sea"), Keyframe(time=5, prompt="snow", blend=blend)))
    weights = [dict(timeline.at(5 + share * blend).prompts).get("snow", 0.0) for share in sorted(shares)]
    assert weights == sorted(weights)


def test_a_blend_is_half_way_in_its_middle_and_whole_at_its_end() -> None:
    key = Keyframe(time=2, prompt="snow", strength=0.9, guidance_scale=3, motion=MotionSpec(zoom=4, rotate=10), blend=2)
    start, middle, end = (told(key, at=at) for at in (2, 3, 4))
    assert start.prompts == (("the sea", 1.0),)
    assert middle.prompts == (("the sea", 0.5), ("snow", 0.5))
    assert (middle.strength, middle.guidance_scale) == pytest.approx((0.7, 2))
    assert (middle.motion.zoom, middle.motion.rotate) == pytest.approx((2, 5))
    assert end.prompts == (("snow", 1.0),)
    assert (end.strength, end.guidance_scale, end.motion) == (0.9, 3, Motion(4, (0, 0), 10))


def test_a_prompt_typed_while_another_blends_in_starts_from_their_mixture() -> None:
    now = told(Keyframe(time=0, prompt="snow", blend=4), Keyframe(time=2, prompt="stars", blend=4), at=4)
    assert dict(now.prompts) == {"snow": pytest.approx(0.5), "stars": pytest.approx(0.5)}


def test_a_prompt_that_comes_back_is_one_prompt() -> None:
    now = told(Keyframe(time=1, prompt="snow", blend=4), Keyframe(time=3, prompt="the sea", blend=2), at=4)
    assert dict(now.prompts) == {"the sea": pytest.approx(0.625), "snow": pytest.approx(0.375)}


def test_without_blend_a_prompt_changes_at_its_moment() -> None:
    key = Keyframe(time=2, prompt="snow")
    assert told(key, at=1.999).prompts == (("the sea", 1.0),)
    assert told(key, at=2).prompts == (("snow", 1.0),)


def test_the_first_prompt_needs_no_blend() -> None:
    assert blend_prompts((), "snow", 0.0) == (("snow", 1.0),)


# Each field takes effect, and only where it is said


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        (Keyframe(time=1, prompt="snow"), "prompts", (("snow", 1.0),)),
        (Keyframe(time=1, negative_prompt="people"), "negative_prompt", "people"),
        (Keyframe(time=1, strength=0.25), "strength", 0.25),
        (Keyframe(time=1, guidance_scale=7), "guidance_scale", 7),
        (Keyframe(time=1, motion=MotionSpec(pan=(0.1, 0))), "motion", Motion(pan=(0.1, 0.0))),
        (Keyframe(time=1, options={"eta": 1}), "options", {"eta": 1}),
    ],
)
def test_a_field_takes_effect_and_leaves_the_others(key: Keyframe, field: str, value: object) -> None:
    before, after = told(key, at=0.5), told(key, at=1.5)
    names = ("prompts", "negative_prompt", "strength", "guidance_scale", "motion", "options", "seed")
    assert {name for name in names if getattr(before, name) != getattr(after, name)} == {field}
    assert getattr(after, field) == value


def test_a_negative_prompt_is_taken_back_by_an_empty_one() -> None:
    keys = Keyframe(time=1, negative_prompt="people"), Keyframe(time=2, negative_prompt="")
    assert [told(*keys, at=at).negative_prompt for at in (0, 1, 2)] == ["", "people", ""]


def test_options_add_up() -> None:
    keys = Keyframe(time=1, options={"a": 1, "b": 1}), Keyframe(time=2, options={"b": 2})
    assert told(*keys, at=3).options == {"a": 1, "b": 2}


def test_what_nobody_says_is_as_the_defaults() -> None:
    defaults = Conditioning(prompts=(), strength=0.3, guidance_scale=4, seed=9, motion=Motion(zoom=2))
    now = Timeline((Keyframe(prompt="snow"),), defaults).at(1)
    assert now == Conditioning((("snow", 1.0),), strength=0.3, guidance_scale=4, seed=9, motion=Motion(zoom=2))


def test_freezing_holds_until_it_is_let_go() -> None:
    keys = Keyframe(time=1, freeze=True), Keyframe(time=2, prompt="snow"), Keyframe(time=3, freeze=False)
    timeline = Timeline((Keyframe(prompt="the sea"), *keys))
    assert [timeline.frozen(at) for at in (0, 1, 2, 3, 9)] == [False, True, True, False, False]


def test_a_spark_is_asked_for_once() -> None:
    timeline = Timeline((Keyframe(prompt="the sea", spark=True), Keyframe(time=2, spark=True)))
    assert timeline.sparks(None, 0)
    assert not timeline.sparks(0, 1.9)
    assert timeline.sparks(1.9, 2)
    assert not timeline.sparks(2, 99)


@given(timelines, st.lists(st.fractions(0, 100, max_denominator=30), min_size=1))
def test_however_time_is_cut_every_spark_is_seen_in_some_stretch(timeline: Timeline, cuts: list[Fraction]) -> None:
    ends = [*sorted(cuts), Fraction(101)]
    seen = [timeline.sparks(start, end) for start, end in zip([None, *ends], ends, strict=False)]
    moments_asked = {key.time for key in timeline.keyframes if key.spark}
    assert any(seen) == bool(moments_asked)
    assert sum(seen) <= len(moments_asked)


# What a keyframe may not be


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": ""},
        {"prompt": "   "},
        {"prompt": "a" * (MAX_PROMPT + 1)},
        {"prompt": "a\x00reef"},
        {"prompt": "a\udcffreef"},
        {"negative_prompt": "a\x1breef"},
        {"time": -0.1},
        {"time": float("nan")},
        {"time": float("inf")},
        {"strength": 1.01},
        {"strength": float("nan")},
        {"guidance_scale": -1},
        {"blend": -1},
        {"motion": {"zoom": 0}},
        {"motion": {"zoom": -1}},
        {"motion": {"zoom": float("inf")}},
        {"motion": {"pan": (1, 2, 3)}},
        {"motion": {"tilt": 1}},
        {"colour": "red"},
    ],
)
def test_a_keyframe_that_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Keyframe.model_validate(fields)


def test_a_prompt_loses_the_blanks_around_it() -> None:
    assert Keyframe(prompt="  a reef \n").prompt == "a reef"


def test_the_strongest_prompt_is_the_later_of_two_equals() -> None:
    assert strongest([("a", 0.4), ("b", 0.6)]) == "b"
    assert strongest([("a", 0.5), ("b", 0.5)]) == "b"
    assert strongest([("a", 0.6), ("b", 0.4)]) == "a"
    assert strongest([]) == ""


def test_a_stored_motion_is_the_one_that_flows() -> None:
    assert MotionSpec().motion() == STILL
    assert MotionSpec(zoom=2, pan=(0.1, -0.2), rotate=3).motion() == Motion(2, (0.1, -0.2), 3)


def test_a_keyframe_forgets_steps_and_pixels_and_nothing_else() -> None:
    told = Keyframe(strength=0.4, options={"width": 128, "height": 96, "num_inference_steps": 1, "other": 3})
    assert unadjusted(told) == Keyframe(strength=0.4, options={"other": 3})
    plain = Keyframe(strength=0.4, options={"other": 3})
    assert unadjusted(plain) is plain
