"""Weights are here once, in turns, and gone when nobody uses them."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest

from reverie.core.errors import InputError
from reverie.core.frame import Images
from reverie.core.protocols import Tick
from reverie.core.registry import BUILT_IN, targets
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning
from reverie.engine.assemble import House, assemble
from reverie.execution.residency import Residency
from tests.fakes import FakeRun, Lively, dream, registered

CROWDED = ComponentSpec(name="crowded")


class Crowded(Lively):
    """A backend that notices when two of its runs step at once."""

    made: ClassVar[list[weakref.ref[Crowded]]] = []
    inside: ClassVar[list[int]] = []
    most: ClassVar[list[int]] = []

    def __init__(self, options: Any) -> None:
        super().__init__(options)
        self.made.append(weakref.ref(self))

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> FakeRun:
        return CrowdedRun(self.options, spec.width, spec.height)


class CrowdedRun(FakeRun):
    def step(self, cond: Conditioning, tick: Tick) -> Images:
        Crowded.inside.append(1)
        Crowded.most.append(len(Crowded.inside))
        images = super().step(cond, tick)
        Crowded.inside.pop()
        return images


@pytest.fixture(autouse=True)
def fakes() -> Iterator[None]:
    with registered():
        BUILT_IN["backends"]["crowded"] = "tests.execution.test_residency:Crowded"
        targets.cache_clear()
        for seen in (Crowded.made, Crowded.inside, Crowded.most):
            seen.clear()
        yield


def spec() -> RenderSpec:
    made = dream(1.0)
    return made.model_copy(update={"scenes": (made.scenes[0].model_copy(update={"backend": CROWDED}),)})


def test_two_sessions_have_one_backend_and_the_last_one_takes_it_along() -> None:
    residency = Residency()
    with residency.lent() as lend:
        with residency.lent() as other:
            assert lend(CROWDED) is other(CROWDED) is lend(CROWDED)
        assert set(residency.loaded) == {CROWDED.model_dump_json()}
    gc.collect()
    assert not residency.loaded
    assert [made() for made in Crowded.made] == [None]


def test_another_component_is_another_backend() -> None:
    with Residency().lent() as lend:
        assert lend(CROWDED) is not lend(ComponentSpec(name="crowded", options={"rate": 0.5}))


def test_sessions_take_turns_and_paint_what_they_would_alone() -> None:
    alone = [frame.image for frame in assemble(spec())]
    residency = Residency()

    def render() -> list[Any]:
        with residency.lent() as lend:
            return [frame.image for frame in assemble(spec(), house=House(lend))]

    with ThreadPoolExecutor(4) as pool:
        shown = [future.result() for future in [pool.submit(render) for _ in range(4)]]
    assert all((a == b).all() for images in shown for a, b in zip(images, alone, strict=True))
    assert max(Crowded.most) == 1


def test_wrong_options_are_refused_by_name_and_keep_nothing() -> None:
    residency = Residency()
    with residency.lent() as lend, pytest.raises(InputError, match=r"backends\.crowded\.colour"):
        lend(ComponentSpec(name="crowded", options={"colour": 1}))
    assert not residency.loaded


def test_what_a_backend_says_of_its_machine_is_still_heard() -> None:
    with Residency().lent() as lend:
        assert lend(CROWDED).card.id == "lively"
        assert getattr(lend(CROWDED), "environment") == {"device": "fake"}  # noqa: B009
