"""A spark's seed is painted beside the show, and planted at the same frame however long that takes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from threading import Event
from typing import Any, ClassVar

import pytest

from reverie.core.errors import MachineError
from reverie.core.frame import Frame, Images
from reverie.core.protocols import Tick
from reverie.core.registry import BUILT_IN, targets
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning
from reverie.engine.assemble import assemble
from reverie.engine.seedling import SECONDS
from tests.fakes import FakeRun, Lively, dream, registered

LIT, RATE = 10, 10
PLANTED = LIT + round(SECONDS * RATE)


class Gardener(Lively):
    """Paints a scene's first picture at once, and seeds when it may."""

    may: ClassVar[Event]

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> FakeRun:
        return GardenerRun(self.options, spec.width, spec.height)


class GardenerRun(FakeRun):
    def step(self, cond: Conditioning, tick: Tick) -> Images:
        if self.told:
            assert Gardener.may.wait(60)
            if self.options.kind == "breaks":
                raise MachineError("The gardener is gone.")
        return super().step(cond, tick)


@pytest.fixture(autouse=True)
def gardener() -> Iterator[Event]:
    with registered():
        BUILT_IN["backends"]["gardener"] = "tests.engine.test_seedling:Gardener"
        targets.cache_clear()
        Gardener.may = Event()
        yield Gardener.may


def spec(**options: Any) -> RenderSpec:
    seeds = {"backend": {"name": "gardener", "options": options}, "spark": {"frames": 5}}
    return dream(3.0, keyframes=[{"time": LIT / RATE, "spark": True}], vitality=seeds)


def rendered() -> list[Frame]:
    return list(assemble(spec()))


def test_the_show_goes_on_while_a_seed_is_painted(gardener: Event) -> None:
    session = assemble(spec())
    stream = iter(session)
    assert [frame.index for frame in islice(stream, PLANTED)] == list(range(PLANTED))
    assert [event.frame for event in session.report().sparks] == [LIT]
    gardener.set()
    assert len(list(stream)) == 30 - PLANTED


def test_it_is_planted_at_the_same_frame_however_long_it_takes(gardener: Event) -> None:
    session, late = assemble(spec()), list[Frame]()
    for frame in session:
        late.append(frame)
        if frame.index == PLANTED - 1:
            gardener.set()
    early = rendered()
    calm = list(assemble(spec().model_copy(update={"scenes": (dream(3.0).scenes[0],)})))
    assert all((a.image == b.image).all() for a, b in zip(late, early, strict=True))
    differ = [a.index for a, b in zip(early, calm, strict=True) if (a.image != b.image).any()]
    assert differ[0] == PLANTED


def test_what_goes_wrong_with_a_seed_is_said_where_it_is_needed(gardener: Event) -> None:
    gardener.set()
    session = assemble(spec(kind="breaks"))
    shown = list[int]()

    def show() -> None:
        for frame in session:
            shown.append(frame.index)

    with pytest.raises(MachineError, match="gardener is gone"):
        show()
    assert shown[-1] == PLANTED - 1


def test_a_session_that_ends_before_leaves_no_thread(gardener: Event) -> None:
    session = assemble(spec())
    list(islice(iter(session), LIT + 2))
    gardener.set()
    session.close()
    session.close()
