"""The backend that renders instead of painting: procedural worlds, found from the prompt, under a moving camera."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from reverie.backends.travel import Stage, Traveller, bloomed
from reverie.core.card import BackendCard, Range
from reverie.core.frame import Image, Images
from reverie.core.protocols import State, Tick
from reverie.core.report import Event
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning
from reverie.media import geometry
from reverie.worlds.journey import Course
from reverie.worlds.parser import parse

FRESH = 0.9
"""Strength from which on a step begins anew: first pictures and sparks' seeds are asked for so, dreams are not."""

CARD = BackendCard(
    id="worlds",
    title="Worlds: procedural scenes, rendered from the prompt's words; no network",
    inputs=frozenset({"text", "image"}),
    size_multiple=2,
    ranges={
        "width": Range(256, 32, 4096),
        "height": Range(256, 32, 4096),
        "strength": Range(0.89, 0.0, 0.89),
    },
)


class WorldsOptions(BaseModel):
    """Options of the backend.

    `deep` is how many times its size a world grows before the next one follows, `dolly` how far the camera walks into
    it meanwhile (0 to 0.8 of the nearest layer's distance), `fade` the seconds from one world to the next.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    device: str = "cpu"
    deep: Annotated[float, Field(gt=1, le=1000)] = 3.0
    dolly: Annotated[float, Field(ge=0, le=0.8)] = 0.3
    fade: Annotated[float, Field(gt=0, le=60)] = 1.0


class Worlds:
    """Renders what a prompt names; what it leaves open is drawn by the seed."""

    Options = WorldsOptions
    resumable = True
    card = CARD

    def __init__(self, options: WorldsOptions) -> None:
        self._options = options

    @classmethod
    def describe(cls, options: WorldsOptions) -> BackendCard:  # noqa: ARG003
        """Return the card, the same whatever the options."""
        return CARD

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> WorldsGeneration:  # noqa: ARG002
        """Begin a run; nothing is loaded."""
        options = self._options
        course = Course(options.deep, options.dolly)
        stage = Stage(spec.width, spec.height, options.device, course, options.fade)
        return WorldsGeneration(stage, 1.0 / spec.paint_fps)


class WorldsGeneration:
    """One run: a traveller for each prompt that has a share in the picture.

    The first step's seed chooses the worlds; later steps go on from there, whatever their seeds, the camera moving with
    `cond.motion`, and the input picture keeps a share of 1 - strength. A step at a strength of 0.9 or more begins anew
    instead: worlds of its own seed, seen from where their cameras rest, the input ignored.
    """

    num_frames = 1

    def __init__(self, stage: Stage, seconds: float) -> None:
        self._stage, self._seconds = stage, seconds
        self._travellers: dict[str, Traveller] = {}
        self._seed = 0
        self._steps = 0
        self._told: set[str] = set()
        self._events: list[Event] = []

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        """Render the next picture: `(1, H, W, 3)` uint8."""
        tick("rendering", 0.0)
        self._begin(cond)
        image = self._blended(cond)
        if cond.frames is not None and cond.strength < FRESH:
            image = _kept(cond.frames[-1], image, cond.strength)
        self._steps += 1
        tick("rendering", 1.0)
        return image[None]

    def events(self) -> list[Event]:
        """Return, once, what there is to be told: words not known, scenes guessed."""
        events, self._events = self._events, []
        return events

    def state(self) -> State:
        """Return where every traveller is, and what was told."""
        travellers = {prompt: traveller.state() for prompt, traveller in self._travellers.items()}
        return {"travellers": travellers, "seed": self._seed, "steps": self._steps, "told": sorted(self._told)}

    def restore(self, state: State) -> None:
        """Travel on from there."""
        self._travellers = {prompt: Traveller.again(each, self._stage) for prompt, each in state["travellers"].items()}
        self._seed, self._steps, self._told = state["seed"], state["steps"], set(state["told"])

    def close(self) -> None:
        """Forget all worlds."""
        self._travellers.clear()

    def _begin(self, cond: Conditioning) -> None:
        if cond.strength >= FRESH or not self._travellers:
            self._travellers.clear()
            self._seed = cond.seed
        for traveller in self._travellers.values():
            traveller.go(cond.motion, self._seconds)
        travellers = {}
        for prompt, _ in cond.prompts:
            reading = parse(prompt, self._seed, cond.negative_prompt)
            self._tell(reading.hints)
            traveller = self._travellers.get(prompt) or Traveller(reading, self._stage, cond.motion)
            traveller.heed(reading, cond.motion)
            travellers[prompt] = traveller
        self._travellers = travellers

    def _blended(self, cond: Conditioning) -> Image:
        shares = 0.0
        newest = cond.prompts[-1][0]
        image: Image | None = None
        for prompt, weight in cond.prompts:
            shares += weight
            picture = self._travellers[prompt].picture(live=prompt == newest)
            image = picture if image is None else bloomed(image, picture, weight / shares)
        assert image is not None, "a conditioning has a prompt at least"
        return image

    def _tell(self, hints: tuple[str, ...]) -> None:
        fresh = [hint for hint in hints if hint not in self._told]
        self._told.update(fresh)
        self._events += [Event(self._steps, self._steps * self._seconds, f"Prompt: {hint}") for hint in fresh]


def _kept(given: Image, rendered: Image, strength: float) -> Image:
    """Return the input with `strength` of the rendering laid over it."""
    height, width = rendered.shape[:2]
    fitted = geometry.fit(given, width, height)
    mixed = fitted.astype(np.float32) * (1.0 - strength) + rendered * np.float32(strength)
    return np.asarray(mixed + 0.5, np.uint8)
