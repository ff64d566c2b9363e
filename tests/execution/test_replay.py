"""Whatever is performed, the spec that is kept shows it again, bit for bit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reverie.authoring import dream_spec
from reverie.core.frame import Frame
from reverie.core.protocols import Handle
from reverie.core.report import Receipt
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Keyframe, MotionSpec
from reverie.engine.seedling import SECONDS
from reverie.execution.documents import parse_spec, spec_json
from reverie.execution.executor import Executor
from reverie.execution.local import silent, started
from tests import checkpoints
from tests.execution.audience import Collector, Log, until_frame
from tests.fakes import dream, registered

SHOWN = 24
WISHES = st.one_of(
    st.builds(Keyframe, prompt=st.sampled_from(["a city at night", "a forest"]), blend=st.sampled_from([0.0, 0.05])),
    st.builds(Keyframe, strength=st.floats(0.1, 0.8)),
    st.builds(Keyframe, motion=st.builds(MotionSpec, zoom=st.floats(0.9, 1.6), rotate=st.floats(-20, 20))),
    st.builds(Keyframe, freeze=st.booleans()),
    st.builds(Keyframe, spark=st.just(True), blend=st.sampled_from([0.0, 0.03])),
)
GESTURES = st.lists(st.tuples(WISHES, st.sampled_from([0.0, 0.0, 0.004, 0.02])), max_size=12)
Gestures = list[tuple[Keyframe, float]]


@pytest.fixture(scope="module", autouse=True)
def fakes() -> Iterator[None]:
    with registered():
        yield


def lively(seeds_beside: bool = False) -> RenderSpec:
    vitality: dict[str, Any] = {"spark": {"frames": 5, "cooldown": 3}}
    if seeds_beside:
        vitality["backend"] = {"name": "lively", "options": {"rate": 0.5}}
    spec = dream(None, correctors=("colour", "limit"), vitality=vitality, kind="washed", after=12, until=30)
    return spec.model_copy(update={"live": True, "paint_fps": 120.0, "width": 32, "height": 32})


def model(name: str) -> RenderSpec:
    return dream_spec("a coral reef", live=True, model=name, size=(32, 32), seed=3, paint_fps=60.0)


def performed(
    spec: RenderSpec, gestures: Gestures, least: int = SHOWN
) -> tuple[list[Frame], RenderSpec, list[Receipt]]:
    """Perform live, steered from another thread at whatever moments come."""
    seen, receipts = Collector(), []
    handle: Handle = Executor().submit(spec, silent, Log())
    handle.attach(seen)

    def steer() -> None:
        for wish, pause in gestures:
            time.sleep(pause)
            receipts.append(handle.insert(wish))

    hand = Thread(target=steer)
    hand.start()
    hand.join()
    until_frame(handle, max([least, *(receipt.frame + 2 for receipt in receipts)]))
    handle.cancel()
    report = handle.result(60)
    assert report.cancelled
    return seen.frames, report.spec, receipts


def replayed(spec: RenderSpec) -> list[Frame]:
    with started(parse_spec(spec_json(spec), "performance")) as session:
        return list(session)


def equal(one: list[Frame], two: list[Frame]) -> bool:
    facts = [[(frame.index, frame.time, frame.origin, frame.motion) for frame in frames] for frames in (one, two)]
    return facts[0] == facts[1] and all((a.image == b.image).all() for a, b in zip(one, two, strict=True))


@settings(max_examples=16, deadline=None, suppress_health_check=list(HealthCheck))
@given(GESTURES, st.booleans())
def test_a_random_performance_is_replayed_bit_for_bit(gestures: Gestures, seeds_beside: bool) -> None:
    spec = lively(seeds_beside)
    # A seed that is painted beside the show is planted so many frames after the spark was lit.
    least = SHOWN + (round(SECONDS * spec.paint_fps) if seeds_beside else 0)
    shown, spec, _ = performed(spec, gestures, least)
    assert len(shown) > SHOWN
    assert equal(shown, replayed(spec))


@pytest.mark.parametrize("name", ["placeholder", "worlds"])
def test_so_is_one_of_what_is_shipped(name: str) -> None:
    gestures = [
        (Keyframe(prompt="a volcano", blend=0.2), 0.02),
        (Keyframe(strength=0.5, motion=MotionSpec(zoom=1.3, rotate=5)), 0.01),
        (Keyframe(spark=True), 0.05),
    ]
    shown, spec, receipts = performed(model(name), gestures)
    assert len(receipts) == len(gestures)
    assert equal(shown, replayed(spec))


def test_so_is_one_of_a_network(tmp_path: Path) -> None:
    folder = checkpoints.save_ours(tmp_path / "tiny")
    spec = dream_spec("a reef", live=True, model=str(folder), size=(32, 32), seed=3, runtime="torch", device="cpu")
    gestures = [
        (Keyframe(prompt="a city at night", blend=0.4), 0.02),
        (Keyframe(strength=0.7), 0.02),
        (Keyframe(prompt="the coral in a storm"), 0.02),
        (Keyframe(freeze=True), 0.05),
        (Keyframe(freeze=False, spark=True), 0.02),
    ]
    shown, kept, _ = performed(spec, gestures)
    assert kept.correctors == spec.correctors != ()
    assert equal(shown, replayed(kept))


def test_a_receipt_names_the_first_frame_that_is_another() -> None:
    shown, spec, receipts = performed(lively(), [(Keyframe(prompt="a forest", strength=0.9), 0.05)])
    scene = spec.scenes[0].model_copy(update={"keyframes": spec.scenes[0].keyframes[:1]})
    unsteered = replayed(spec.model_copy(update={"scenes": (scene,)}))
    differ = [frame.index for frame, other in zip(shown, unsteered, strict=True) if (frame.image != other.image).any()]
    assert differ[0] == receipts[0].frame
    assert shown[receipts[0].frame].time == receipts[0].time
