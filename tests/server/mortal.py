"""A backend that paints like any other until it dies: `dies` says where, and from which step on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import BaseModel, ConfigDict

from reverie.backends.placeholder import CARD, Placeholder, PlaceholderOptions
from reverie.core import registry
from reverie.core.card import BackendCard
from reverie.core.frame import Images
from reverie.core.protocols import Generation, Tick
from reverie.core.report import Event
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning

WORDS = "CUDA error: an illegal memory access was encountered"


class MortalOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    dies: Literal["start", "step", "never"] = "never"


class Mortal:
    """A real backend, with a fault."""

    Options = MortalOptions
    card = CARD

    def __init__(self, options: MortalOptions) -> None:
        self._dies = options.dies

    @classmethod
    def describe(cls, options: MortalOptions) -> BackendCard:
        return CARD

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> Generation:
        if self._dies == "start":
            raise RuntimeError(WORDS)
        return MortalRun(Placeholder(PlaceholderOptions()).start(spec, scene, tick), self._dies == "step")


class MortalRun:
    """Dies of the words of its keyframe, so that a test says when."""

    num_frames = 1

    def __init__(self, run: Generation, mortal: bool) -> None:
        self._run, self._mortal = run, mortal

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        if self._mortal and "now" in cond.prompts[-1][0]:
            raise RuntimeError(WORDS)
        return self._run.step(cond, tick)

    def events(self) -> list[Event]:
        return self._run.events()

    def close(self) -> None:
        self._run.close()


@contextmanager
def mortals() -> Iterator[None]:
    """Let specs name `mortal`."""
    registry.BUILT_IN["backends"]["mortal"] = "tests.server.mortal:Mortal"
    registry.targets.cache_clear()
    try:
        yield
    finally:
        del registry.BUILT_IN["backends"]["mortal"]
        registry.targets.cache_clear()
