"""A budget held while a scene is painted: on a machine whose clock only goes on when it paints."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict

from reverie.core import registry, state
from reverie.core.card import BackendCard, Range
from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Image, Images
from reverie.core.protocols import State, Tick
from reverie.core.report import Event, Receipt
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.engine.assemble import ALONE, House, assemble
from reverie.engine.session import Session
from tests.fakes import texture

RANGES = {
    "width": Range(64, 16, 256),
    "height": Range(64, 16, 256),
    "num_inference_steps": Range(1, 1, 8),
    "strength": Range(0.5, 0.0, 1.0),
}


class MachineOptions(BaseModel):
    """Seconds a picture of the whole canvas takes in one step, `sleeps` on the wall; nothing `broken` is made ready."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    num_inference_steps: int = 1
    seconds: float = 0.1
    sleeps: float = 0.0
    broken: bool = False


class Machine:
    """A model whose pictures take time on a clock of its own, `load` times as much."""

    Options = MachineOptions
    resumable = adjustable = True
    card = BackendCard("machine", "A machine", frozenset({"text", "image"}), size_multiple=8, ranges=RANGES)
    now = 0.0
    load = 1.0

    def __init__(self, options: MachineOptions) -> None:
        self.options = options

    @classmethod
    def describe(cls, options: MachineOptions) -> BackendCard:
        return cls.card

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> Run:
        return Run(self.options, spec.width, spec.height)


class Run:
    """One run; a picture's size and steps are written into its corner."""

    num_frames = 1

    def __init__(self, options: MachineOptions, width: int, height: int) -> None:
        self.options, self.size = options, (width, height)

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        asked = {"num_inference_steps": self.options.num_inference_steps, "width": self.size[0], **cond.options}
        share = asked["width"] * asked.get("height", self.size[1]) / (self.size[0] * self.size[1])
        time.sleep(self.options.sleeps)
        Machine.now += Machine.load * self.options.seconds * asked["num_inference_steps"] * share
        image: Image = np.clip(texture(cond.prompts, cond.seed, *self.size), 0, 255).astype(np.uint8)
        image[:2, :8] = asked["width"]
        return image[None]

    def ready(self, options: Mapping[str, Any]) -> None:
        if self.options.broken:
            raise MachineError("There is no memory left.")

    def events(self) -> list[Event]:
        return []

    def state(self) -> State:
        return {}

    def restore(self, known: State) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def machine() -> Iterator[None]:
    backends = registry.BUILT_IN["backends"]
    backends["machine"] = "tests.engine.test_holding:Machine"
    registry.targets.cache_clear()
    Machine.now, Machine.load = 0.0, 1.0
    yield
    del backends["machine"]
    registry.targets.cache_clear()


def spec(budget: float | None = 60.0, lasts: float | None = None, **options: Any) -> RenderSpec:
    backend = ComponentSpec(name="machine", options=options)
    scene = Scene(
        keyframes=(Keyframe(prompt="a reef"),), backend=backend, duration=lasts, source=ComponentSpec(name="blank")
    )
    return RenderSpec(width=64, height=64, fps=10, paint_fps=10, budget=budget, scenes=(scene,))


def house(placed: Callable[[Receipt], None] = ALONE.placed) -> House:
    return House(placed=placed, clock=lambda: Machine.now)


def widths(session: Session, frames: int) -> list[int]:
    """Return the width that each of the next frames was painted at."""
    found = []
    for frame in islice(iter(session), frames):
        found.append(int(frame.image[0, 0, 0]))
        settle(session)
    return found


def settle(session: Session) -> None:
    """Wait until what is made ready is: so that nothing here depends on how fast a thread is."""
    holding = session._holding
    if holding is not None and holding._coming is not None:
        holding._coming.exception()


def test_a_budget_is_held_by_keyframes_that_the_spec_keeps() -> None:
    told: list[Receipt] = []
    session = assemble(spec(), house=house(told.append))
    seen = widths(session, 90)
    session.close()
    assert seen[0] == 64
    assert seen[-1] == 48
    assert [receipt.keyframe.options["width"] for receipt in told] == [56, 48]
    assert all(seen[receipt.frame] == receipt.keyframe.options["width"] for receipt in told)
    kept = session.spec
    assert kept.budget is None
    assert [key.options for key in kept.scenes[0].keyframes[1:]] == [one.keyframe.options for one in told]
    reasons = [hint.reason for hint in session.report().hints]
    assert reasons == [f"painted at {side}x{side} in 1 step, to hold the budget of 60 ms a frame" for side in (56, 48)]


def test_what_was_shown_is_shown_again_by_its_spec_on_a_machine_that_is_quicker() -> None:
    session = assemble(spec(lasts=10.0), house=house())
    first = [frame.image for frame in iter(session)]
    played = session.spec
    Machine.load = 0.01
    again = [frame.image for frame in iter(assemble(played, house=house()))]
    assert np.array_equal(first, again)


def test_steps_go_first_and_come_back_last_when_the_load_goes() -> None:
    session = assemble(spec(150.0, seconds=0.05, num_inference_steps=2), house=house())
    assert set(widths(session, 60)) == {64}
    Machine.load = 4.0
    widths(session, 110)
    eased = [key.options for key in session.spec.scenes[0].keyframes[1:]]
    assert eased[0] == {"num_inference_steps": 1, "width": 64, "height": 64}
    assert eased[-1]["width"] < 64
    Machine.load = 1.0
    assert widths(session, 260)[-1] == 64
    assert session.spec.scenes[0].keyframes[-1].options["num_inference_steps"] == 2
    session.close()


def test_what_can_not_be_held_is_said_once() -> None:
    session = assemble(spec(5.0), house=house())
    widths(session, 160)
    reasons = [hint.reason for hint in session.report().hints]
    session.close()
    assert [reason for reason in reasons if "can't be held" in reason] == [
        "the budget of 5 ms can't be held: a frame takes 25 ms at 32x32 in 1 step, the least there is; "
        "ask for more time or a smaller picture"
    ]


def test_a_size_that_can_not_be_made_ready_ends_the_holding_and_not_the_show() -> None:
    session = assemble(spec(5.0, broken=True), house=house())
    assert set(widths(session, 100)) == {64}
    assert [hint.reason for hint in session.report().hints] == [
        "the budget is held no more: 56x56 could not be made ready (There is no memory left.)"
    ]
    session.close()


def test_it_goes_on_elsewhere_as_if_nothing_had_been(tmp_path: Any) -> None:
    whole = assemble(spec(), house=house())
    seen = widths(whole, 80)
    Machine.now = 0.0
    first = assemble(spec(), house=house())
    begun = widths(first, 31)
    state.save(first.put_down(), tmp_path / "known.state")
    first.close()
    other = assemble(spec(), house=house(), since=state.load(tmp_path / "known.state"))
    assert begun + widths(other, 49) == seen
    assert other.spec.scenes[0].keyframes == whole.spec.scenes[0].keyframes
    for session in (whole, other):
        session.close()


def test_a_backend_that_paints_in_one_way_is_refused() -> None:
    asked = spec()
    one = asked.scenes[0].model_copy(update={"backend": ComponentSpec(name="placeholder")})
    with pytest.raises(InputError, match="can't be held by placeholder, which paints in one way only"):
        assemble(asked.model_copy(update={"scenes": (one,)}))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"num_inference_steps": 2.5}, "num_inference_steps: 2.5 is not a whole number"),
        ({"num_inference_steps": 99}, "num_inference_steps: 99 is outside"),
        ({"width": 60}, "width: 60 is not a multiple of 8"),
        ({"height": 128}, "height: 128 is more than the canvas has: use up to 64"),
    ],
)
def test_a_wish_for_what_can_not_be_painted_is_refused(options: dict[str, Any], sentence: str) -> None:
    session = assemble(spec(None), house=house())
    with pytest.raises(InputError) as caught:
        session.insert(Keyframe(options=options))
    session.close()
    assert sentence in str(caught.value)
