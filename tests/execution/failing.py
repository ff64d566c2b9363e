"""A backend that fails as machines and models do, and one that never does."""

from __future__ import annotations

import os
import signal
import time
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from reverie.core import catalogue, registry
from reverie.core.card import BackendCard, Range
from reverie.core.errors import MachineError
from reverie.core.frame import Images
from reverie.core.protocols import Tick
from reverie.core.report import Event
from reverie.core.spec import ComponentSpec, RenderSpec, Scene, Transition
from reverie.core.timeline import Conditioning, Keyframe

SOUND = ComponentSpec(name="sound", options={"size": "small"})
BROKEN = "broken"
"""A word that can't be painted."""

MODELS = {"small": ComponentSpec(name="failing", options={"size": "small"}), "sound": SOUND}


class FailingOptions(BaseModel):
    """How it fails: `how`, from which painted `frame` on (`only` that one, perhaps), and what helps against it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    how: Literal["never", "memory", "device", "missing", "hang", "die", "odd"] = "never"
    frame: int = 0
    only: bool = False
    size: Literal["large", "small"] = "large"
    most_pixels: int = 0
    most_tile: int = 0
    tile: int = 0
    offload: bool = False
    offload_helps: bool = False
    device: str = "cpu"


class Failing:
    """Paints noise until it fails."""

    Options = FailingOptions

    def __init__(self, options: FailingOptions) -> None:
        self.options, self.card = options, self.describe(options)

    @classmethod
    def describe(cls, options: FailingOptions) -> BackendCard:
        ranges = {"strength": Range(0.5, 0.1, 0.9)}
        gib = 8.0 if options.size == "large" else 2.0
        return BackendCard(f"failing-{options.size}", "Failing", frozenset({"text", "image"}), 8, gib, ranges=ranges)

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> FailingRun:
        if self.options.device == "cuda":
            raise RuntimeError("Found no NVIDIA driver on your system.")
        if self.options.how == "missing" and self.options.size == "large":
            raise FileNotFoundError("The weights could not be downloaded.")
        return FailingRun(self.options, spec)


class FailingRun:
    """One run."""

    num_frames = 1

    def __init__(self, options: FailingOptions, spec: RenderSpec) -> None:
        self._options, self._size, self._next = options, (spec.height, spec.width, 3), 0

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        tick("painting", 0.0)
        number, self._next = self._next, self._next + 1
        told = self._options
        if any(BROKEN in prompt for prompt, _ in cond.prompts):
            raise MachineError("The model painted nothing.")
        if number == told.frame if told.only else number >= told.frame:
            self._fail()
        dice = np.random.default_rng(cond.seed + number)
        return dice.integers(0, 256, (1, *self._size), np.uint8)

    def _fail(self) -> None:
        told = self._options
        if told.how == "memory" and not self._fits():
            raise MemoryError("CUDA out of memory. Tried to allocate 2 GiB.")
        if told.how == "hang":
            time.sleep(600)
        if told.how == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if told.how == "odd":
            raise MachineError("The model painted nothing.")

    def _fits(self) -> bool:
        told = self._options
        pixels = self._size[0] * self._size[1]
        return (
            pixels <= told.most_pixels
            or told.size == "small"
            or (told.offload and told.offload_helps)
            or 0 < told.tile <= told.most_tile
        )

    def events(self) -> list[Event]:
        return []

    def close(self) -> None:
        """Nothing is held."""


def install() -> None:
    """Have the registry and the catalogue know them; in a worker process, for good."""
    registry.BUILT_IN["backends"]["failing"] = "tests.execution.failing:Failing"
    registry.BUILT_IN["backends"]["sound"] = "tests.execution.failing:Failing"
    registry.targets.cache_clear()
    catalogue.MODELS.clear()
    catalogue.MODELS.update({**MODELS, "placeholder": ComponentSpec(name="placeholder")})


def film(shape: tuple[int, int] = (64, 64), scenes: int = 1, **told: object) -> RenderSpec:
    """Return a film painted by the failing backend, as quick as can be."""
    fallback, strength = bool(told.pop("fallback", False)), told.pop("strength", None)
    broken = told.pop("broken", None)
    component = ComponentSpec(name="failing", options=dict(told))
    made = tuple(
        Scene(
            id=f"scene-{number}",
            duration=0.5,
            keyframes=(Keyframe(prompt=f"scene {number}", strength=strength), *_broken(broken)),  # type: ignore[arg-type]
            backend=component,
            transition=Transition(kind="crossfade", duration=0.125),
        )
        for number in range(scenes)
    )
    return RenderSpec(width=shape[0], height=shape[1], fps=8, paint_fps=8, seed=1, scenes=made, fallback=fallback)


def _broken(frame: object) -> tuple[Keyframe, ...]:
    """Return wishes by which a single frame can't be painted."""
    if not isinstance(frame, int):
        return ()
    return Keyframe(time=frame / 8, prompt=BROKEN), Keyframe(time=(frame + 1) / 8, prompt="a scene again")


if __name__ == "__main__":
    from reverie.execution import worker

    install()
    worker.main()
