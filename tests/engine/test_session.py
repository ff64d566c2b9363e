from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from reverie.core.errors import InputError
from reverie.core.frame import STILL, Frame, Motion, Origin
from reverie.core.report import Report
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.engine.assemble import assemble
from reverie.engine.session import Session
from tests.fakes import dream

Told = list[list[Conditioning]]
pytestmark = pytest.mark.usefixtures("told")


def rendered(spec: RenderSpec) -> tuple[list[Frame], Report]:
    session = assemble(spec)
    frames = list(session)
    return frames, session.report()


def same(one: list[Frame], two: list[Frame]) -> bool:
    return len(one) == len(two) and all((a.image == b.image).all() for a, b in zip(one, two, strict=True))


def test_frames_are_stamped_exactly() -> None:
    spec = dream(2.0).model_copy(update={"paint_fps": 30000 / 1001, "fps": 30000 / 1001})
    frames, report = rendered(spec)
    assert [frame.index for frame in frames] == list(range(60))
    assert all(frame.time == Fraction(frame.index * 1001, 30000) for frame in frames)
    assert all(frame.origin is Origin.PAINTED and not frame.cut for frame in frames)
    assert frames[0].motion == STILL
    assert frames[1].motion == Motion(1.05**10)
    assert report.frames == {"painted": 60}


def test_the_same_spec_gives_the_same_bits_and_another_seed_others() -> None:
    spec = dream(3.0, kind="black", after=5, correctors=("colour", "detail", "limit"))
    one, two = rendered(spec), rendered(spec)
    assert same(one[0], two[0])
    assert one[1].vitals == two[1].vitals
    assert one[1].sparks == two[1].sparks
    assert not same(one[0], rendered(spec.model_copy(update={"seed": 8}))[0])


def test_every_step_has_a_seed_of_its_own(told: Told) -> None:
    rendered(dream(3.0))
    seeds = [cond.seed for cond in told[0]]
    assert len(set(seeds)) == len(seeds) == 30


@pytest.mark.parametrize(
    ("wish", "changed"),
    [
        ({"prompt": "a city"}, {"prompts": (("a city", 1.0),)}),
        ({"negative_prompt": "fog"}, {"negative_prompt": "fog"}),
        ({"strength": 0.8}, {"strength": 0.8}),
        ({"guidance_scale": 7.0}, {"guidance_scale": 7.0}),
        ({"motion": {"zoom": 1.0, "pan": (0.1, 0.0)}}, {"motion": Motion(pan=(0.1, 0.0))}),
        ({"options": {"runtime": "fast"}}, {"options": {"runtime": "fast"}}),
    ],
)
def test_each_wish_takes_effect_at_the_next_step(told: Told, wish: dict[str, Any], changed: dict[str, Any]) -> None:
    session = assemble(dream(3.0))
    stream = iter(session)
    assert len(list(islice(stream, 12))) == 12
    receipt = session.insert(Keyframe(**wish))
    list(stream)
    name, value = next(iter(changed.items()))
    assert (receipt.frame, receipt.time) == (12, Fraction(12, 10))
    assert getattr(told[0][11], name) != value
    assert getattr(told[0][12], name) == value


def test_a_wish_that_blends_has_begun_at_the_next_step(told: Told) -> None:
    session = assemble(dream(3.0))
    stream = iter(session)
    list(islice(stream, 10))
    receipt = session.insert(Keyframe(prompt="a city", blend=1.0))
    list(stream)
    assert receipt.frame == 10
    assert dict(told[0][9].prompts) == {"a reef": 1.0}
    assert dict(told[0][10].prompts)["a city"] == pytest.approx(0.05)
    assert dict(told[0][20].prompts) == {"a city": 1.0}


def test_a_wish_for_later_waits(told: Told) -> None:
    session = assemble(dream(3.0))
    stream = iter(session)
    next(stream)
    assert session.insert(Keyframe(time=1.55, strength=0.7)).frame == 16
    assert session.insert(Keyframe(time=2.0, strength=0.6)).frame == 20
    list(stream)
    assert [cond.strength for cond in told[0]] == [0.5] * 16 + [0.7] * 4 + [0.6] * 10


def test_a_recorded_performance_replays_bit_for_bit() -> None:
    session, played = assemble(dream(4.0)), []
    for frame in session:
        played.append(frame)
        if frame.index == 7:
            session.insert(Keyframe(prompt="a city", blend=0.8))
        if frame.index == 15:
            session.insert(Keyframe(spark=True, strength=0.7))
        if frame.index == 20:
            session.insert(Keyframe(freeze=True))
        if frame.index == 25:
            session.insert(Keyframe(freeze=False))
    spec = TypeAdapter(RenderSpec).validate_json(session.report().spec.model_dump_json())
    assert len(spec.scenes[0].keyframes) == 5
    assert same(played, rendered(spec)[0])


@pytest.mark.parametrize("time", [3.0, 60.0])
def test_a_wish_after_the_end_is_refused(time: float) -> None:
    with pytest.raises(InputError, match="after the scene's end"):
        assemble(dream(3.0)).insert(Keyframe(time=time, strength=0.5))


def test_a_wish_the_model_can_t_grant_is_refused() -> None:
    with pytest.raises(InputError, match="guidance_scale"):
        assemble(dream(3.0)).insert(Keyframe(guidance_scale=30.0))


def test_a_wish_comes_too_late_when_all_is_painted() -> None:
    session = assemble(dream(1.0))
    list(session)
    with pytest.raises(InputError, match="after the scene's end"):
        session.insert(Keyframe(strength=0.5))


def test_a_spark_asked_for_while_frozen_is_lit_when_the_picture_moves_again(told: Told) -> None:
    keyframes = [{"time": 1.0, "freeze": True, "spark": True}, {"time": 1.5, "freeze": False}]
    frames, report = rendered(dream(3.0, keyframes=keyframes))
    assert all((frame.image == frames[9].image).all() for frame in frames[10:15])
    assert [event.frame for event in report.sparks] == [15]


def test_a_freeze_holds_the_picture_and_lets_go(told: Told) -> None:
    frames, report = rendered(dream(3.0, keyframes=[{"time": 1.0, "freeze": True}, {"time": 2.5, "freeze": False}]))
    held = frames[10:25]
    assert all(frame.origin is Origin.HELD and frame.motion == STILL for frame in held)
    assert all((frame.image == frames[9].image).all() for frame in held)
    assert [frame.index for frame in frames] == list(range(30))
    assert not (frames[25].image == frames[9].image).all()
    assert report.frames == {"painted": 15, "held": 15}
    assert not any(signs.stagnant for signs in report.vitals)
    assert len(told[0]) == 15


def test_a_spark_is_lit_where_a_keyframe_asks_and_only_there() -> None:
    _, report = rendered(dream(4.0, keyframes=[{"time": 1.25, "spark": True}]))
    assert [(event.frame, event.reason) for event in report.sparks] == [(13, "asked for by a keyframe")]


def test_a_spark_s_seed_is_painted_from_the_prompt_at_its_strength(told: Told) -> None:
    keyframes = [{"time": 1.0, "prompt": "a city", "spark": True}]
    rendered(dream(4.0, keyframes=keyframes, vitality={"spark": {"strength": 0.93}}))
    assert [(cond.prompts, cond.strength) for cond in told[1]] == [((("a city", 1.0),), 0.93)]
    assert len(told[0]) == 40


@pytest.mark.parametrize("kind", ["nan", "flat", "night"])
def test_what_is_no_picture_is_never_shown_but_the_last_good_one(kind: str) -> None:
    frames, report = rendered(dream(2.0, kind=kind, after=9, vitality={"spark": {"enabled": False}}))
    assert all((frame.image == frames[9].image).all() for frame in frames[10:])
    assert all(frame.origin is Origin.HELD for frame in frames[10:])
    assert len(report.rerolls) == 4 * 10
    assert report.rerolls[0].frame == 10


def test_a_fault_that_passes_is_rolled_away() -> None:
    frames, report = rendered(dream(2.0, kind="nan", after=9, until=11))
    assert {frame.origin for frame in frames} == {Origin.PAINTED}
    assert [event.frame for event in report.rerolls] == [10, 10]


def test_scenes_follow_with_a_cut_and_start_anew(told: Told) -> None:
    spec = dream(1.0)
    first = spec.scenes[0]
    second = first.model_copy(update={"id": "two", "seed": 99, "keyframes": (Keyframe(prompt="a city", strength=0.6),)})
    frames, report = rendered(spec.model_copy(update={"scenes": (first, second)}))
    assert [frame.index for frame in frames if frame.cut] == [10]
    assert [frame.time for frame in frames] == [Fraction(index, 10) for index in range(20)]
    assert [len(run) for run in told] == [10, 10]
    assert told[1][0].prompts == (("a city", 1.0),)
    assert frames[10].motion == STILL
    assert report.frames == {"painted": 20}


def test_a_dream_without_end_goes_on_until_it_is_closed() -> None:
    session = assemble(dream(None))
    frames = list(islice(session, 25))
    session.close()
    session.close()
    assert len(frames) == 25
    assert list(session) == []
    assert session.report().frames == {"painted": 25}


def test_a_window_model_gives_several_frames_a_step(told: Told) -> None:
    frames, report = rendered(dream(1.0, steps=4))
    assert [frame.index for frame in frames] == list(range(10))
    assert len(told[0]) == 3
    assert len(report.vitals) == 10


def test_a_session_is_iterated_once() -> None:
    session = assemble(dream(1.0))
    assert iter(session) is iter(session)
    assert len(list(session)) == 10
    assert list(session) == []


def test_the_report_is_whole() -> None:
    _, report = rendered(dream(2.0))
    assert report.backend == "lively"
    assert report.seed == 7
    assert report.spec == dream(2.0)
    assert len(report.vitals) == 20
    assert [event.reason for event in report.hints] == ["a fake paints"]
    assert set(report.latency) == {"p50", "p95", "p99"}
    assert report.fps.model > report.fps.new > 0
    assert report.environment["device"] == "fake"
    assert {"reverie", "python", "packages", "threads", "cores"} <= set(report.environment)


def test_pictures_can_be_inserted_between_steps_from_another_thread() -> None:
    from concurrent.futures import ThreadPoolExecutor

    session = assemble(dream(6.0))
    stream = iter(session)
    with ThreadPoolExecutor(4) as pool:
        wishes = [pool.submit(session.insert, Keyframe(strength=0.4 + 0.01 * number)) for number in range(16)]
        frames = list(stream)
        receipts = [wish.result() for wish in wishes if wish.exception() is None]
    assert len(frames) == 60
    assert all(0 <= receipt.frame < 60 for receipt in receipts)
    assert len(session.spec.scenes[0].keyframes) == 1 + len({receipt.frame for receipt in receipts})


def test_scene_is_a_type_that_serialises() -> None:
    session: Session = assemble(dream(1.0))
    scene = session.spec.scenes[0]
    assert Scene.model_validate_json(scene.model_dump_json()) == scene
    assert np.isfinite(session.report().fps.new)
