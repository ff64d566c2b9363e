from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from reverie.core.errors import InputError
from reverie.core.registry import from_validation
from reverie.core.spec import (
    DIRECTIONS,
    ComponentSpec,
    RenderSpec,
    Scene,
    SparkSpec,
    Thresholds,
    Title,
    Transition,
    Vitality,
)
from reverie.core.timeline import Keyframe, MotionSpec

LEAST: dict[str, Any] = {"scenes": [{"keyframes": [{"prompt": "a reef"}], "backend": {"name": "placeholder"}}]}
FIRST_KEY = ("scenes", 0, "keyframes", 0)

words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
shares = st.floats(0, 1)
components = st.builds(ComponentSpec, name=words, options=st.dictionaries(words, plain, max_size=2))
motions = st.builds(
    MotionSpec,
    zoom=st.floats(0.01, 100),
    pan=st.tuples(st.floats(-10, 10), st.floats(-10, 10)),
    rotate=st.floats(-3600, 3600),
)


def keyframes(times: st.SearchStrategy[float], prompts: st.SearchStrategy[str | None]) -> st.SearchStrategy[Keyframe]:
    return st.builds(
        Keyframe,
        time=times,
        prompt=prompts,
        negative_prompt=st.none() | words,
        strength=st.none() | shares,
        guidance_scale=st.none() | st.floats(0, 50),
        motion=st.none() | motions,
        blend=st.floats(0, 600),
        spark=st.booleans(),
        freeze=st.none() | st.booleans(),
        options=st.dictionaries(words, plain, max_size=2),
    )


transitions = st.sampled_from(sorted(DIRECTIONS)).flatmap(
    lambda kind: st.builds(
        Transition,
        kind=st.just(kind),
        duration=st.floats(0, 0.004),
        direction=st.none() | st.sampled_from(DIRECTIONS[kind]) if DIRECTIONS[kind] else st.none(),
        easing=st.sampled_from(["linear", "ease-in", "ease-out", "ease-in-out"]),
    )
)
scenes = st.builds(
    lambda first, rest, **fields: Scene(keyframes=(first, *sorted(rest, key=lambda key: key.time)), **fields),
    keyframes(st.just(0.0), words),
    st.lists(keyframes(st.floats(0, 1000), st.none() | words), max_size=3),
    duration=st.none() | st.floats(0.01, 10_000),
    seed=st.none() | st.integers(0, 2**62),
    source=components,
    backend=components,
    transition=st.none() | transitions,
    title=st.none() | st.builds(Title, text=words.filter(bool), start=st.floats(0, 100)),
)
specs = st.builds(
    RenderSpec,
    width=st.integers(16, 8192),
    height=st.integers(16, 8192),
    fps=st.floats(0.01, 240),
    paint_fps=st.floats(0.01, 240),
    seed=st.integers(0, 2**63 - 1),
    live=st.booleans(),
    fallback=st.booleans(),
    scenes=st.lists(scenes, min_size=1, max_size=2).map(tuple),
    correctors=st.lists(components, max_size=2).map(tuple),
    filters=st.lists(components, max_size=2).map(tuple),
    sinks=st.lists(components, max_size=2).map(tuple),
    vitality=st.builds(
        Vitality,
        thresholds=st.builds(Thresholds, dark=shares, looping=shares),
        spark=st.builds(SparkSpec, enabled=st.booleans(), strength=shares, frames=st.integers(1, 600)),
        patience=st.integers(1, 1000),
        rerolls=st.integers(0, 20),
        backend=st.none() | components,
    ),
)


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """The least spec with one place changed."""
    document = json.loads(json.dumps(LEAST))
    place: Any = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return document  # type: ignore[no-any-return]


def refusal(document: object) -> str:
    with pytest.raises(ValidationError) as caught:
        RenderSpec.model_validate(document)
    return str(from_validation(caught.value))


@given(specs)
def test_a_spec_survives_being_written_and_read(spec: RenderSpec) -> None:
    assert RenderSpec.model_validate_json(spec.model_dump_json()) == spec


@given(specs)
def test_writing_what_was_read_gives_the_same_text(spec: RenderSpec) -> None:
    text = spec.model_dump_json()
    assert RenderSpec.model_validate_json(text).model_dump_json() == text


def test_the_least_spec_is_a_scene_with_a_prompt_and_a_backend() -> None:
    spec = RenderSpec.model_validate(LEAST)
    assert spec.scenes[0].keyframes == (Keyframe(prompt="a reef"),)
    assert (spec.width, spec.height, spec.fps, spec.paint_fps) == (256, 256, 24, 12)


def test_a_spec_can_not_be_changed() -> None:
    spec = RenderSpec.model_validate(LEAST)
    with pytest.raises(ValidationError):
        spec.width = 512
    with pytest.raises(ValidationError):
        spec.scenes[0].keyframes[0].prompt = "another"


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("colour",), 1, "colour: 1 is not accepted: there is no such setting, so take it out."),
        (("width",), "wide", "width: 'wide' is not accepted: use a whole number."),
        (("width",), 3.5, "width: 3.5 is not accepted: use a whole number."),
        (("width",), 0, "width: 0 is not accepted: use 16 or more."),
        (("width",), -256, "width: -256 is not accepted: use 16 or more."),
        (("height",), 20_000, "height: 20000 is not accepted: use 8192 or less."),
        (("fps",), 0, "fps: 0 is not accepted: use more than 0."),
        (("fps",), "fast", "fps: 'fast' is not accepted: use a number."),
        (("fps",), float("nan"), "fps: nan is not accepted: use a finite number."),
        (("paint_fps",), float("inf"), "paint_fps: inf is not accepted: use a finite number."),
        (("seed",), -1, "seed: -1 is not accepted: use 0 or more."),
        (("seed",), 2**63, f"seed: {2**63} is not accepted: use less than {2**63}."),
        (("version",), 2, "version: 2 is not accepted: use 1."),
        (("live",), "maybe", "live: 'maybe' is not accepted: use true or false."),
        (("scenes",), [], "scenes: [] is not accepted: give at least 1."),
        (("scenes",), "reef", "scenes: 'reef' is not accepted: use a list."),
        (("scenes", 0, "backend"), "x", "scenes.0.backend: 'x' is not accepted: use an object with named fields."),
        (("scenes", 0, "backend"), {}, "scenes.0.backend.name: {} is not accepted: this field is needed, so add it."),
        (("scenes", 0, "duration"), 0, "scenes.0.duration: 0 is not accepted: use more than 0."),
        ((*FIRST_KEY, "prompt"), "", "scenes.0.keyframes.0.prompt: '' is not accepted: use at least 1 character."),
        ((*FIRST_KEY, "prompt"), 5, "scenes.0.keyframes.0.prompt: 5 is not accepted: use text."),
        ((*FIRST_KEY, "strength"), 2, "scenes.0.keyframes.0.strength: 2 is not accepted: use 1 or less."),
        (("vitality",), {"rerolls": 99}, "vitality.rerolls: 99 is not accepted: use 20 or less."),
    ],
)
def test_what_is_wrong_is_said_with_field_value_and_fix(
    path: tuple[str | int, ...], value: object, sentence: str
) -> None:
    assert refusal(changed(path, value)) == sentence


def test_a_long_prompt_is_refused_without_repeating_it() -> None:
    told = refusal(changed((*FIRST_KEY, "prompt"), "a" * 10_000))
    assert told.endswith("is not accepted: use at most 2000 characters.")
    assert len(told) < 250


@pytest.mark.parametrize("document", [[], 3, None, "reef"])
def test_a_document_that_is_no_object_is_refused(document: object) -> None:
    assert refusal(document) == f"spec: {document!r} is not accepted: use an object with named fields."


def test_keyframes_out_of_order_are_refused() -> None:
    keys = [{"prompt": "a"}, {"time": 3, "prompt": "b"}, {"time": 2, "prompt": "c"}]
    assert "out of order: 2 s follows 3 s; sort them" in refusal(changed(("scenes", 0, "keyframes"), keys))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6))
def test_keyframes_are_accepted_exactly_where_their_times_only_grow(later: list[float]) -> None:
    keys = [{"prompt": "a"}, *({"time": time} for time in later)]
    document = changed(("scenes", 0, "keyframes"), keys)
    if later == sorted(later):
        assert len(RenderSpec.model_validate(document).scenes[0].keyframes) == len(keys)
    else:
        assert "out of order" in refusal(document)


@pytest.mark.parametrize("first", [{"prompt": "a", "time": 1}, {"strength": 0.5}])
def test_a_scene_begins_with_a_prompt(first: dict[str, object]) -> None:
    assert "the first keyframe must be at 0 s and have a prompt" in refusal(changed(FIRST_KEY, first))


def test_a_complaint_that_is_not_known_keeps_its_own_words() -> None:
    class Odd(BaseModel):
        when: str

        def model_post_init(self, _: object) -> None:
            raise ValueError("{braces} are kept")

    with pytest.raises(ValidationError) as caught:
        Odd(when="now")
    assert "is not accepted: {braces} are kept." in str(from_validation(caught.value, "backends.odd"))


def test_a_complaint_is_an_input_error_with_its_parts() -> None:
    with pytest.raises(ValidationError) as caught:
        RenderSpec.model_validate(changed(("fps",), 0))
    error = from_validation(caught.value, "body")
    assert isinstance(error, InputError)
    assert (error.field, error.value, error.exit_code) == ("body.fps", 0, 2)


def scene(**fields: object) -> dict[str, object]:
    return {"duration": 2, "keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}, **fields}


def test_scenes_that_nobody_named_are_numbered_where_there_are_several() -> None:
    named = RenderSpec.model_validate({"scenes": [scene(), scene(id="storm"), scene()]})
    assert [one.id for one in named.scenes] == ["scene-1", "storm", "scene-3"]
    assert RenderSpec.model_validate({"scenes": [scene()]}).scenes[0].id == "scene"


@pytest.mark.parametrize(
    ("scenes", "said"),
    [
        ([scene(id="a"), scene(id="a")], "two scenes are called 'a'"),
        ([scene(transition={"kind": "fade", "duration": 3}), scene()], "lasts 2 s, its transitions 3 s"),
        (
            [
                scene(transition={"kind": "fade", "duration": 1.5}),
                scene(transition={"kind": "fade", "duration": 1}),
                scene(),
            ],
            "lasts 2 s, its transitions 2.5 s",
        ),
        ([scene(transition={"kind": "swirl", "duration": 1}), scene()], "swirl"),
        ([scene(transition={"kind": "wipe", "direction": "in"}), scene()], "does not go with wipe: use left or right"),
        ([scene(transition={"kind": "fade", "color": "black"}), scene()], "color"),
        ([scene()] * 1001, "1000"),
        ([], "scenes"),
    ],
)
def test_scenes_that_do_not_fit_together_are_refused(scenes: list[object], said: str) -> None:
    assert said in refusal({"scenes": scenes})


def test_the_last_scene_passes_into_nothing() -> None:
    spec = RenderSpec.model_validate({"scenes": [scene(), scene(transition={"kind": "fade", "duration": 5})]})
    assert len(spec.scenes) == 2
