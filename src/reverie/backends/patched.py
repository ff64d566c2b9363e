"""A model whose frames are painted by the placeholder where the model itself can't paint them; the rest are its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from reverie.core import registry
from reverie.core.card import BackendCard
from reverie.core.frame import Images
from reverie.core.protocols import Adjustable, Backend, Generation, State, Tick
from reverie.core.report import Event
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.state import handed, held
from reverie.core.timeline import Conditioning

STAND_IN = ComponentSpec(name="placeholder")
BOTH = {"own", "other", "next"}
"""What the state of a patched run has; any other is the model's own."""


class PatchedOptions(BaseModel):
    """`backend` paints all but `frames`, painted frames of the scene counted from 0, which the placeholder paints.

    `begun` frames were painted by `backend` before anything was patched: a run may be given what that alone knew.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    backend: ComponentSpec = STAND_IN
    frames: Annotated[tuple[int, ...], Field(max_length=1000)] = ()
    begun: Annotated[int, Field(ge=0)] = 0


class Patched:
    """Two backends as one."""

    Options = PatchedOptions
    resumable = True

    def __init__(self, options: PatchedOptions) -> None:
        self.options = options
        self._own: Backend = registry.create("backends", options.backend)
        self._other: Backend = registry.create("backends", STAND_IN)
        self.card = self._own.card

    @classmethod
    def describe(cls, options: PatchedOptions) -> BackendCard:
        """Return the card of the model that paints most frames."""
        component = options.backend
        card: BackendCard = registry.resolve("backends", component.name).describe(
            registry.options_of("backends", component)
        )
        return card

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> PatchedRun:
        """Begin a run of both."""
        own = self._own.start(spec, scene, tick)
        return PatchedRun(own, self._other.start(spec, scene, tick), self.options)


class PatchedRun:
    """One run: the model's, and beside it the placeholder's."""

    def __init__(self, own: Generation, other: Generation, options: PatchedOptions) -> None:
        self._own, self._other, self._frames = own, other, frozenset(options.frames)
        self._begun = options.begun
        self._events: list[Event] = []
        self._next = 0

    @property
    def num_frames(self) -> int:
        """What the next step returns."""
        return 1 if self._next in self._frames else self._own.num_frames

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        """Paint by whoever paints the next frame; the placeholder's is told."""
        number = self._next
        if number in self._frames:
            self._next += 1
            reason = "the placeholder stands in for this frame: the model could not paint it"
            self._events.append(Event(number, 0.0, reason))
            return self._other.step(cond, tick)
        painted = self._own.step(cond, tick)
        self._next += len(painted)
        return painted

    def ready(self, options: Mapping[str, Any]) -> None:
        """Have the model made ready for other options."""
        if isinstance(self._own, Adjustable):
            self._own.ready(options)

    def events(self) -> list[Event]:
        """Return what either has to say, once."""
        told, self._events = self._events, []
        return [*self._own.events(), *told]

    def state(self) -> State:
        """Return what both know, and how far they are."""
        return {"own": held(self._own), "other": held(self._other), "next": self._next}

    def restore(self, state: State) -> None:
        """Go on with both, or from where the model was alone until now."""
        if state.keys() != BOTH:
            handed(self._own, state)
            self._next = self._begun
            return
        handed(self._own, state["own"])
        handed(self._other, state["other"])
        self._next = state["next"]

    def close(self) -> None:
        """End both runs."""
        self._own.close()
        self._other.close()
