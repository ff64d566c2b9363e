"""No model at all: light to fly through with the prompt written on it, for previews, tests and as a stand-in."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict

from reverie.backends.placeholder.drift import Drift
from reverie.backends.placeholder.letters import lettered
from reverie.backends.placeholder.light import light, look_of
from reverie.core.card import BackendCard, Range
from reverie.core.frame import Image, Images
from reverie.core.protocols import State, Tick
from reverie.core.report import Event
from reverie.core.spec import MAX_SIDE, RenderSpec, Scene
from reverie.core.state import retold, told
from reverie.core.timeline import Conditioning
from reverie.media.geometry import fit

CARD = BackendCard(
    id="placeholder",
    title="Placeholder: light to fly through with the prompt written on it; no model",
    inputs=frozenset({"text", "image"}),
    size_multiple=2,
    ranges={
        "width": Range(256, 16, MAX_SIDE),
        "height": Range(256, 16, MAX_SIDE),
        "strength": Range(0.7, 0.0, 1.0),
    },
)


class PlaceholderOptions(BaseModel):
    """There is nothing to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Placeholder:
    """Paints what can't be mistaken for a model's work, yet moves and lives like one."""

    Options = PlaceholderOptions
    resumable = True
    card = CARD

    def __init__(self, options: PlaceholderOptions) -> None:
        self.options = options

    @classmethod
    def describe(cls, options: PlaceholderOptions) -> BackendCard:  # noqa: ARG003
        """Return the card, the same whatever the options."""
        return CARD

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> PlaceholderGeneration:  # noqa: ARG002
        """Begin a run; nothing is loaded."""
        return PlaceholderGeneration(spec.width, spec.height, 1.0 / spec.paint_fps)


class PlaceholderGeneration:
    """One run: the camera flies through light whose colours follow from the first seed and the prompts.

    The light moves as `cond.motion` says, just as a picture that is fed back does: the two lie on each other.
    """

    num_frames = 1

    def __init__(self, width: int, height: int, seconds: float) -> None:
        self._size, self._seconds = (width, height), seconds
        self._drift = Drift(width, height)
        self._steps = 0
        self._seed = 0

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        """Paint the next picture, `(1, H, W, 3)` uint8; an input picture keeps a share of 1 - strength."""
        tick("painting", 0.0)
        if self._steps == 0:
            self._seed = cond.seed
        else:
            self._drift.go(cond.motion.over(self._seconds))
        now, sheets = self._steps * self._seconds, self._drift.sheets()
        self._steps += 1
        image = _mixed(
            [(light(look_of(prompt, self._seed), sheets, self._size, now), weight) for prompt, weight in cond.prompts]
        )
        for prompt, weight in cond.prompts:
            image = lettered(image, prompt, weight, sheets)
        if cond.frames is not None and cond.strength < 1:
            image = _mixed([(image, cond.strength), (fit(cond.frames[-1], *self._size), 1 - cond.strength)])
        tick("painting", 1.0)
        return image[None]

    def events(self) -> list[Event]:
        """Return nothing: there is nothing to tell."""
        return []

    def state(self) -> State:
        """Return where the camera is, and since when."""
        return {"drift": self._drift.state(), **told(self, ("_steps", "_seed"))}

    def restore(self, state: State) -> None:
        """Fly on from there."""
        self._drift.restore(state["drift"])
        retold(self, ("_steps", "_seed"), state)

    def close(self) -> None:
        """Nothing is held."""


def _mixed(parts: list[tuple[Image, float]]) -> Image:
    image, shares = parts[0]
    for other, weight in parts[1:]:
        shares += weight
        share = weight / shares if shares else 0.0
        image = np.asarray(cv2.addWeighted(image, 1 - share, other, share, 0), np.uint8)
    return image
