"""A spark's seed is painted beside the show, and planted at the same frame however long that takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Event
from typing import Any, ClassVar

import numpy as np
import pytest

from reverie.core.errors import MachineError
from reverie.core.frame import Frame, Image, Images
from reverie.core.protocols import Tick
from reverie.core.registry import BUILT_IN, targets
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning
from reverie.engine.assemble import assemble
from reverie.engine.seedling import SECONDS, STEADY_FRAMES, Nursery
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


def test_frames_say_in_which_a_seed_blooms(gardener: Event) -> None:
    gardener.set()
    assert [frame.index for frame in rendered() if frame.blooming] == list(range(PLANTED, PLANTED + 5))


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


class Garden:
    """A nursery of pictures that say what they were painted from."""

    def __init__(self) -> None:
        self.begun: SimpleQueue[tuple[str, int]] = SimpleQueue()
        self.planted = list[Image]()
        self.nursery = Nursery(RATE, self.paint, self.planted.append)

    def paint(self, wish: Conditioning, index: int, number: int) -> Image:
        self.begun.put((wish.prompts[0][0], number))
        return np.full((2, 2, 3), 10 * len(wish.prompts[0][0]) + number, np.uint8)

    def rest(self, wish: Conditioning, frames: int = STEADY_FRAMES + 1) -> None:
        for index in range(frames):
            self.nursery.foresee(wish, index)

    def painted(self) -> list[tuple[str, int]]:
        self.nursery.wait()
        found = []
        while not self.begun.empty():
            found.append(self.begun.get())
        return found


@pytest.fixture
def garden() -> Iterator[Garden]:
    made = Garden()
    yield made
    made.nursery.close()


REEF, MOON = Conditioning(prompts=(("a reef", 1.0),)), Conditioning(prompts=(("the moon", 1.0),))


def test_a_wish_that_stays_the_same_is_painted_once_before_it_is_asked_for(garden: Garden) -> None:
    garden.rest(REEF, STEADY_FRAMES)
    assert garden.painted() == []
    garden.rest(REEF, 30)
    assert garden.painted() == [("a reef", 0)]
    seedling = garden.nursery.sow(REEF, 99)
    assert garden.painted() == []
    seed = seedling.take()
    assert seed is not None
    assert garden.planted[0] is seed
    garden.rest(REEF, 1)
    assert garden.painted() == [("a reef", 1)]


def test_another_wish_gets_the_seed_it_would_have_had_anyway(garden: Garden) -> None:
    garden.rest(REEF)
    foreseen = garden.nursery.sow(REEF, 60).take()
    garden.rest(REEF)
    surprised = garden.nursery.sow(MOON, 70).take()
    plain = Garden()
    anyway = [plain.nursery.sow(wish, 0).take() for wish in (REEF, MOON)]
    plain.nursery.close()
    for one, other in zip((foreseen, surprised), anyway, strict=True):
        assert one is not None
        assert (one == other).all()


def test_wishes_that_go_on_changing_are_not_painted_ahead(garden: Garden) -> None:
    for index in range(3 * STEADY_FRAMES):
        garden.nursery.foresee(replace(REEF, guidance_scale=float(index)), index)
    with pytest.raises(Empty):
        garden.begun.get_nowait()


def test_a_live_show_that_paints_seeds_ahead_shows_the_bits_a_film_shows(gardener: Event) -> None:
    gardener.set()
    told = [{"time": 7.0, "spark": True}, {"time": 8.0, "spark": True}]
    film = dream(9.0, keyframes=told, vitality={"backend": {"name": "gardener"}, "spark": {"frames": 5}})
    live = film.model_copy(update={"live": True})
    shown, replayed = ([frame.image for frame in assemble(wanted)] for wanted in (live, film))
    assert all((one == other).all() for one, other in zip(shown, replayed, strict=True))


def test_seeds_that_are_kept_grow_beside_the_show_as_well(gardener: Event) -> None:
    seeds = {"backend": {"name": "gardener"}, "spark": {"frames": 5, "cooldown": 30}}
    sick = dream(9.0, vitality=seeds, kind="black", after=20)
    gardener.set()
    session = assemble(sick)
    early = list(session)
    relapsed = session.report().fallbacks[0].frame
    late = list[Frame]()
    for frame in assemble(sick):
        late.append(frame)
        if frame.index == relapsed:
            gardener.clear()
        if frame.index == relapsed + 3:
            gardener.set()
    assert all((a.image == b.image).all() for a, b in zip(early, late, strict=True))
    assert early[-1].image.mean() > 40
