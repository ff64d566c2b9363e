"""Plugins that stand in for models: fast, deterministic, lively, and some of them up to no good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any
from zlib import crc32

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from reverie.core import registry
from reverie.core.card import BackendCard, Range
from reverie.core.errors import MachineError, NotFinite
from reverie.core.frame import Image, Images
from reverie.core.protocols import Tick
from reverie.core.report import Event
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning, Prompts

SEEDS_FROM = 0.9
"""Strength from which a saboteur behaves."""

Floats = npt.NDArray[np.float32]

RANGES = {"strength": Range(0.5, 0.0, 1.0), "guidance_scale": Range(4.0, 1.0, 12.0)}


class FakeOptions(BaseModel):
    """What a fake is told.

    `kind` names the sabotage, `after` is the step from which it begins, `rate` how much it takes in one step, `period`
    how many pictures a loop has; `steps` how many frames one step makes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = "none"
    after: Annotated[int, Field(ge=0)] = 30
    until: Annotated[int, Field(ge=0)] = 1_000_000
    rate: Annotated[float, Field(ge=0, le=1)] = 0.25
    period: Annotated[int, Field(ge=2)] = 8
    steps: Annotated[int, Field(ge=1)] = 1
    fails: bool = False


def palette(prompts: Prompts) -> tuple[Floats, Floats]:
    """Return what pictures of these prompts look like: a colour, and the light and the tint that vary in them."""
    base, tint = np.zeros(3, dtype=np.float32), np.zeros(3, dtype=np.float32)
    for text, weight in prompts:
        dice = np.random.default_rng(crc32(text.encode()))
        base += np.float32(weight) * dice.uniform(80, 170, 3).astype(np.float32)
        tint += np.float32(weight) * dice.uniform(-45, 45, 3).astype(np.float32)
    return base, np.stack([np.full(3, 45, dtype=np.float32), tint])


def field(dice: np.random.Generator, width: int, height: int) -> Floats:
    """Return `(height, width, 2)` of two smooth fields with some detail, mean 0 and spread 1."""
    total = np.zeros((height, width, 2), dtype=np.float32)
    for cells, weight in ((3, 1.0), (7, 0.8), (19, 0.6), (61, 0.5)):
        rough = dice.standard_normal((cells, cells, 2), dtype=np.float32)
        total += np.float32(weight) * cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray((total - total.mean(axis=(0, 1))) / total.std(axis=(0, 1)), np.float32)


def texture(prompts: Prompts, seed: int, width: int, height: int) -> Floats:
    """Return a lively picture of these prompts, in levels of 255."""
    base, turn = palette(prompts)
    return np.asarray(field(np.random.default_rng(seed), width, height) @ turn + base, np.float32)


def repainted(cond: Conditioning, width: int, height: int) -> Image:
    """Return what a healthy model makes of its input: a share of new picture, colours and spread kept up."""
    fresh = texture(cond.prompts, cond.seed, width, height)
    if cond.frames is None:
        return as_bytes(fresh)
    share = 0.55 * cond.strength
    mixed = (1 - share) * cond.frames[0].astype(np.float32) + share * fresh
    mean, spread = mixed.mean(axis=(0, 1)), mixed.std(axis=(0, 1)) + 1e-3
    wanted_mean, wanted_spread = fresh.mean(axis=(0, 1)), fresh.std(axis=(0, 1))
    pull = min(1.0, 1.2 * cond.strength)
    gain = 1 + pull * (wanted_spread / spread - 1)
    return as_bytes((mixed - mean) * gain + mean + pull * (wanted_mean - mean))


def as_bytes(image: npt.NDArray[np.floating[Any]]) -> Image:
    """Round to uint8."""
    return np.asarray(np.clip(np.rint(image), 0, 255), np.uint8)


class Lively:
    """A healthy model."""

    Options = FakeOptions
    card = BackendCard("lively", "A healthy fake", frozenset({"text", "image"}), size_multiple=2, ranges=RANGES)

    def __init__(self, options: FakeOptions) -> None:
        self.options = options
        self.environment = {"device": "fake"}

    @classmethod
    def describe(cls, options: FakeOptions) -> BackendCard:
        return cls.card

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> FakeRun:
        if self.options.fails:
            raise MachineError("There is no such device.")
        return FakeRun(self.options, spec.width, spec.height)


class FakeRun:
    """One run; `seen` keeps what it was told, pictures left out."""

    def __init__(self, options: FakeOptions, width: int, height: int) -> None:
        self.options, self.size = options, (width, height)
        self.num_frames = options.steps
        self.told: list[Conditioning] = []
        self.steps = 0
        self.state: dict[str, Any] = {}
        TOLD.append(self.told)

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        tick("painting", 0.5)
        self.told.append(replace(cond, frames=None, last_image=None))
        image = repainted(cond, *self.size)
        if cond.strength < SEEDS_FROM and cond.frames is not None:
            self.steps += 1
            if self.options.after < self.steps <= self.options.until:
                image = SABOTAGE[self.options.kind](self, image, cond.frames[0])
            self.state.setdefault("shown", []).append(image)
            del self.state["shown"][: -self.options.period]
        return np.stack([image] * self.options.steps)

    def events(self) -> list[Event]:
        return [Event(0, 0.0, "a fake paints")]

    def close(self) -> None:
        self.state["closed"] = True


TOLD: list[list[Conditioning]] = []
"""What each run since the last `registered` was told, in the order in which they began."""


def _towards(level: float) -> Callable[[FakeRun, Image, Image], Image]:
    def fade(run: FakeRun, image: Image, given: Image) -> Image:
        return as_bytes(given + run.options.rate * (level - given.astype(np.float32)))

    return fade


def _grey(run: FakeRun, image: Image, given: Image) -> Image:
    luma = given @ np.array([0.299, 0.587, 0.114])
    return as_bytes(given + run.options.rate * (luma[:, :, None] - given))


def _blur(run: FakeRun, image: Image, given: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(given, (0, 0), 4 * run.options.rate * run.size[1] / 128), np.uint8)


def _freeze(run: FakeRun, image: Image, given: Image) -> Image:
    return np.asarray(run.state.setdefault("ice", given))


def _loop(run: FakeRun, image: Image, given: Image) -> Image:
    ring = run.state.setdefault("ring", list(run.state.get("shown", [given])))
    ring.append(ring.pop(0))
    return np.asarray(ring[-1])


def _nan(run: FakeRun, image: Image, given: Image) -> Image:
    raise NotFinite("The picture is not finite.")


SABOTAGE: dict[str, Callable[[FakeRun, Image, Image], Image]] = {
    "none": lambda run, image, given: image,
    "black": _towards(0.0),
    "bright": _towards(255.0),
    "washed": _towards(128.0),
    "grey": _grey,
    "blur": _blur,
    "freeze": _freeze,
    "loop": _loop,
    "nan": _nan,
    "flat": lambda run, image, given: np.full_like(image, 127),
    "night": lambda run, image, given: np.zeros_like(image),
    "tinted": lambda run, image, given: as_bytes(image + np.array([3.0, -2.0, 1.0])),
}
"""What each saboteur makes of a healthy picture and of what it was given."""


class Still(Lively):
    """A model that paints one picture, whatever it is given."""

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> FakeRun:
        run = super().start(spec, scene, tick)
        run.options = run.options.model_copy(update={"kind": "freeze", "after": 0})
        return run


@contextmanager
def registered() -> Iterator[list[list[Conditioning]]]:
    """Let specs name the fakes `lively` and `still`; gives what each run is told."""
    names = {"lively": "tests.fakes:Lively", "still": "tests.fakes:Still"}
    backends = registry.BUILT_IN["backends"]
    before = dict(backends)
    backends.update(names)
    registry.targets.cache_clear()
    TOLD.clear()
    try:
        yield TOLD
    finally:
        backends.clear()
        backends.update(before)
        registry.targets.cache_clear()
        TOLD.clear()


def dream(
    seconds: float | None = 10.0,
    *,
    keyframes: list[dict[str, Any]] | None = None,
    vitality: dict[str, Any] | None = None,
    correctors: tuple[str, ...] = (),
    **backend: Any,
) -> RenderSpec:
    """Return a spec of the fake `lively`, 96x96 at 10 painted and delivered frames a second, zooming as by default."""
    first = {"prompt": "a reef", "strength": 0.5, "motion": {"zoom": 1.05**10}}
    return RenderSpec.model_validate(
        {
            "width": 96,
            "height": 96,
            "fps": 10,
            "paint_fps": 10,
            "seed": 7,
            "scenes": [
                {
                    "duration": seconds,
                    "keyframes": [first, *(keyframes or [])],
                    "backend": {"name": "lively", "options": backend},
                }
            ],
            "correctors": [{"name": name} for name in correctors],
            "vitality": vitality or {},
        }
    )
