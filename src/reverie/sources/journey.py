"""A journey through rendered worlds, found from the words: what a model repaints that holds no shapes of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from reverie.core import registry
from reverie.core.frame import Frame, Image, Motion
from reverie.core.protocols import Generation, State
from reverie.core.report import Event
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.state import handed, held
from reverie.core.timeline import Conditioning

GOING_ON = 0.5
"""The strength that a backend is told: any under 0.9 means to go on from the step before, and not to begin anew."""


class JourneyOptions(BaseModel):
    """`backend` is what renders: `worlds`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    backend: Literal["worlds"] = "worlds"


class Journey:
    """The source that renders what the words name, under the moving camera."""

    Options = JourneyOptions
    resumable = True

    def __init__(self, options: JourneyOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec, scene: Scene) -> JourneyRun:
        """Set out; nothing is rendered yet."""
        name = self.options.backend
        backend = registry.create("backends", ComponentSpec(name=name))
        return JourneyRun(backend.start(spec, scene, _silent), name)


class JourneyRun:
    """One journey: it is told every step's words, and then asked for the picture to start from."""

    def __init__(self, generation: Generation, name: str) -> None:
        self._generation, self._name = generation, name
        self._cond: Conditioning | None = None
        self._told = False

    def heed(self, cond: Conditioning) -> None:
        """Be told what the next picture is to show."""
        self._cond = cond

    def at(self, time: Fraction, last: Frame | None, motion: Motion) -> Frame | None:
        """Return what is seen now; None where nobody has said what to look for."""
        if self._cond is None:
            return None
        wish = replace(self._cond, frames=None, last_image=None, strength=GOING_ON, motion=motion)
        image = np.asarray(self._generation.step(wish, _silent)[0])
        return Frame(image, time, 0 if last is None else last.index + 1, motion=motion)

    def events(self) -> list[Event]:
        """Return, once, who renders, and what the words left to be told."""
        said = [] if self._told else [Event(0, 0.0, f"What is repainted is rendered by {self._name}, no network.")]
        self._told = True
        return [*said, *self._generation.events()]

    def state(self) -> State:
        """Return where it is."""
        return {"generation": held(self._generation), "told": self._told}

    def restore(self, state: State) -> None:
        """Travel on from there."""
        handed(self._generation, state["generation"])
        self._told = state["told"]

    def close(self) -> None:
        """Forget it."""
        self._generation.close()


def _silent(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
    """Take progress and say nothing: a picture is rendered within a frame's time."""
