"""A film's plan: what is counted, what decides a unit, and what does not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core.clock import exact_rate
from reverie.core.errors import InputError
from reverie.core.spec import ComponentSpec, Encoding, RenderSpec, Scene, Title, Transition
from reverie.core.timeline import Keyframe
from reverie.execution.plan import film_frames, overlaps, painted_frames, plan, scene_frames

PLACEHOLDER = ComponentSpec(name="placeholder")


def scene(prompt: str, duration: float | None = 1.0, transition: Transition | None = None, **more: object) -> Scene:
    said = {"keyframes": (Keyframe(prompt=prompt),), "backend": PLACEHOLDER, "duration": duration}
    return Scene.model_validate({**said, "transition": transition, **more})


def film(*scenes: Scene, **more: object) -> RenderSpec:
    numbered = [each.model_copy(update={"id": f"s{number}"}) for number, each in enumerate(scenes)]
    return RenderSpec.model_validate({"width": 64, "height": 64, "scenes": numbered, **more})


durations = st.floats(0.05, 30, allow_nan=False)
rates = st.sampled_from([8.0, 12.0, 24.0, 25.0, 30000 / 1001, 30.0, 60.0])


@st.composite
def films(draw: st.DrawFn) -> RenderSpec:
    fps = draw(rates)
    paint_fps = draw(st.sampled_from([fps, fps / 2, fps / 3, 2.0]))
    lengths = draw(st.lists(durations, min_size=1, max_size=6))
    scenes = []
    for number, length in enumerate(lengths):
        most = min(length, *lengths[number + 1 : number + 2] or [length]) / 2
        share = draw(st.floats(0, 1))
        scenes.append(scene(f"scene {number}", length, Transition(kind="crossfade", duration=most * share)))
    return film(*scenes, fps=fps, paint_fps=min(paint_fps, fps), seed=draw(st.integers(0, 9)))


@settings(max_examples=30)
@given(films())
def test_a_film_has_the_frames_of_its_scenes_less_those_shown_together(spec: RenderSpec) -> None:
    counts, shared, rate = scene_frames(spec), overlaps(spec), exact_rate(spec.fps)
    for each, count in zip(spec.scenes, counts, strict=True):
        assert count >= 1
        assert abs(count - Fraction(each.duration or 0) * rate) <= 1
    assert film_frames(spec) == sum(counts) - sum(shared) >= 1
    taken = [before + after for before, after in zip([0, *shared], [*shared, 0], strict=True)]
    assert all(0 <= both <= count for both, count in zip(taken, counts, strict=True))


@settings(max_examples=30)
@given(films())
def test_painted_frames_reach_the_last_delivered_one_and_no_further(spec: RenderSpec) -> None:
    for number, count in enumerate(scene_frames(spec)):
        painted, last = painted_frames(spec, number), (count - 1) / exact_rate(spec.fps)
        assert (painted - 1) / exact_rate(spec.paint_fps) >= last
        assert painted == 1 or (painted - 2) / exact_rate(spec.paint_fps) < last


@settings(max_examples=30)
@given(films())
def test_units_come_in_an_order_in_which_each_has_what_it_needs(spec: RenderSpec) -> None:
    done = set[str]()
    units = plan(spec)
    for unit in units:
        assert set(unit.inputs) <= done
        assert unit.weight > 0
        done.add(unit.fingerprint)
    assert sum(unit.weight for unit in units) == pytest.approx(1.0)
    assert len({unit.key for unit in units}) == len(units)
    for number in range(len(spec.scenes)):
        windows = [unit for unit in units if (unit.kind, unit.scene) == ("paint", number)]
        assert sum(unit.frames for unit in windows) == painted_frames(spec, number)
        finish = next(unit for unit in units if (unit.kind, unit.scene) == ("finish", number))
        assert finish.inputs == tuple(unit.fingerprint for unit in windows)


@settings(max_examples=30)
@given(films())
def test_the_same_film_has_the_same_fingerprints_also_by_way_of_json(spec: RenderSpec) -> None:
    again = RenderSpec.model_validate_json(spec.model_dump_json())
    assert [unit.fingerprint for unit in plan(again)] == [unit.fingerprint for unit in plan(spec)]


def test_a_film_of_whole_seconds_is_counted_by_hand() -> None:
    fade = Transition(kind="fade", duration=0.5)
    spec = film(scene("a", 3, fade), scene("b", 3, fade), scene("c", 3, fade), fps=24, paint_fps=12)
    assert scene_frames(spec) == [72, 72, 72]
    assert overlaps(spec) == [12, 12]
    assert film_frames(spec) == 3 * 72 - 2 * 12
    assert [unit.frames for unit in plan(spec)] == [24, 13, 72, 24, 13, 72, 24, 13, 72, 192]


def changed(spec: RenderSpec, other: RenderSpec) -> set[str]:
    before = {unit.key: unit.fingerprint for unit in plan(spec)}
    return {unit.key for unit in plan(other) if before.get(unit.key) != unit.fingerprint}


TWO = film(scene("a", 2.0), scene("b", 2.0))


def edited(number: int, **change: object) -> RenderSpec:
    scenes = list(TWO.scenes)
    scenes[number] = scenes[number].model_copy(update=change)
    return TWO.model_copy(update={"scenes": tuple(scenes)})


def test_editing_one_scene_leaves_the_others_as_they_were() -> None:
    other = edited(1, keyframes=(Keyframe(prompt="c"),))
    assert changed(TWO, other) == {"scene-2/paint", "scene-2/finish", "join"}


def test_a_title_paints_nothing_anew() -> None:
    assert changed(TWO, edited(0, title=Title(text="One"))) == {"scene-1/finish", "join"}


def test_a_transition_and_an_encoding_are_matters_of_the_join() -> None:
    assert changed(TWO, edited(0, transition=Transition(kind="wipe", duration=0.5))) == {"join"}
    assert changed(TWO, TWO.model_copy(update={"encoding": Encoding(bitrate=100_000)})) == {"join"}


def test_scenes_keep_their_work_when_their_order_changes() -> None:
    turned = TWO.model_copy(update={"scenes": TWO.scenes[::-1]})
    assert {unit.fingerprint for unit in plan(turned)[:4]} == {unit.fingerprint for unit in plan(TWO)[:4]}


def test_where_a_film_goes_is_no_part_of_it_but_its_kind_is() -> None:
    def sunk(path: str) -> RenderSpec:
        return TWO.model_copy(update={"sinks": (ComponentSpec(name="file", options={"path": path}),)})

    assert changed(sunk("/one/a.mp4"), sunk("/two/b.mp4")) == set()
    assert changed(sunk("a.mp4"), sunk("a.webm")) == {"join"}


def test_another_file_of_the_same_name_is_another_film() -> None:
    spec = edited(0, source=ComponentSpec(name="image", options={"path": "a.png"}))
    before = {unit.key: unit.fingerprint for unit in plan(spec, {"a.png": "1"})}
    after = {unit.key: unit.fingerprint for unit in plan(spec, {"a.png": "2"})}
    assert {key for key in before if before[key] != after[key]} == {"scene-1/paint", "scene-1/finish", "join"}


def test_a_scene_without_an_end_is_no_film() -> None:
    with pytest.raises(InputError, match=r"scenes\.0\.duration"):
        plan(film(scene("a", None)))


def test_scenes_of_the_same_words_are_not_the_same_pictures() -> None:
    units = plan(film(scene("a"), scene("a")))
    assert units[0].fingerprint != units[2].fingerprint
