"""What is wished for, and when: keyframes, the timeline they form, and what one step is told."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Annotated, Any
from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from reverie.core.frame import STILL, Image, Images, Motion

MAX_PROMPT = 2_000


def _printable(text: str) -> str:
    if bad := sorted({f"U+{ord(character):04X}" for character in text if category(character) == "Cc"}):
        raise ValueError(f"it holds control characters ({', '.join(bad[:3])}); take them out")
    return text


Prompt = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_PROMPT), AfterValidator(_printable)
]
NegativePrompt = Annotated[str, StringConstraints(max_length=MAX_PROMPT), AfterValidator(_printable)]
Prompts = tuple[tuple[str, float], ...]


class MotionSpec(BaseModel):
    """The stored form of `Motion`: the same names and units."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    zoom: Annotated[float, Field(gt=0, ge=0.01, le=100)] = 1.0
    pan: tuple[Annotated[float, Field(ge=-10, le=10)], Annotated[float, Field(ge=-10, le=10)]] = (0.0, 0.0)
    rotate: Annotated[float, Field(ge=-3600, le=3600)] = 0.0

    def motion(self) -> Motion:
        """Return the same motion as the value that flows."""
        return Motion(self.zoom, self.pan, self.rotate)


class Keyframe(BaseModel):
    """A wish from a moment on; a field left None stays as it was before.

    `time` is seconds from the scene's start, `blend` the seconds over which prompt, strength, guidance and motion
    take effect. `freeze` holds the picture until a later keyframe lets go; `spark` lights one spark.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    time: Annotated[float, Field(ge=0)] = 0.0
    prompt: Prompt | None = None
    negative_prompt: NegativePrompt | None = None
    strength: Annotated[float, Field(ge=0, le=1)] | None = None
    guidance_scale: Annotated[float, Field(ge=0, le=50)] | None = None
    motion: MotionSpec | None = None
    blend: Annotated[float, Field(ge=0, le=600)] = 0.0
    spark: bool = False
    freeze: bool | None = None
    options: dict[str, Any] = Field(default_factory=dict)


ADJUSTED = ("num_inference_steps", "width", "height")
"""Live options by which steps and painted pixels change: see `core.protocols.Adjustable`."""


def unadjusted(keyframe: Keyframe) -> Keyframe:
    """Return a keyframe without what it says of steps and painted pixels, for where a scene is painted otherwise."""
    options = {name: value for name, value in keyframe.options.items() if name not in ADJUSTED}
    return keyframe if options == keyframe.options else keyframe.model_copy(update={"options": options})


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What one step is told.

    `prompts` are `(text, weight)` whose weights sum to 1; `strength` 0 keeps the input and 1 ignores it; `frames` is
    `(T, H, W, 3)` uint8 to start from, or None; `control` holds pictures by kind; `options` are live options of the
    backend.
    """

    prompts: Prompts
    negative_prompt: str = ""
    guidance_scale: float = 1.0
    strength: float = 0.5
    seed: int = 0
    frames: Images | None = None
    last_image: Image | None = None
    control: Mapping[str, Image] = field(default_factory=dict)
    motion: Motion = STILL
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Timeline:
    """A scene's keyframes in order of time; asking it for a moment never changes it."""

    keyframes: tuple[Keyframe, ...]
    defaults: Conditioning = Conditioning(prompts=())

    def __post_init__(self) -> None:
        """Put the keyframes in order; those of the same moment keep the order they came in."""
        object.__setattr__(self, "keyframes", tuple(sorted(self.keyframes, key=lambda key: key.time)))

    def inserted(self, keyframe: Keyframe) -> Timeline:
        """Return a timeline that holds one keyframe more."""
        return Timeline((*self.keyframes, keyframe), self.defaults)

    def until(self, time: Fraction | float) -> tuple[Keyframe, ...]:
        """Return the keyframes whose moment has come."""
        return self.keyframes[: bisect_right(self.keyframes, float(time), key=lambda key: key.time)]

    def settled(self, time: Fraction | float) -> int:
        """Return how many of the first keyframes have all of their effect by `time`: from then on it is lasting."""
        moment = float(time)
        done = (key.time <= moment and _weight(key, moment) == 1.0 for key in self.keyframes)
        return next((number for number, is_done in enumerate(done) if not is_done), len(self.keyframes))

    def without(self, first: int, time: Fraction | float) -> Timeline:
        """Return the same timeline from `time` on, its `first` keyframes, settled by then, taken into its defaults."""
        told = reduce(lambda told, key: _told(told, key, float(time)), self.keyframes[:first], self.defaults)
        return Timeline(self.keyframes[first:], told)

    def at(self, time: Fraction | float) -> Conditioning:
        """Return what a step at `time` (seconds) is told, blends under way included."""
        return reduce(lambda told, key: _told(told, key, float(time)), self.until(time), self.defaults)

    def frozen(self, time: Fraction | float) -> bool:
        """True while the last keyframe that speaks of freezing says so."""
        spoken = [key.freeze for key in self.until(time) if key.freeze is not None]
        return bool(spoken and spoken[-1])

    def sparks(self, after: Fraction | float | None, until: Fraction | float) -> bool:
        """True where a keyframe in `(after, until]` asks for a spark; `after` None means from the beginning."""
        start = -1.0 if after is None else float(after)
        return any(key.spark and key.time > start for key in self.until(until))


def _told(told: Conditioning, key: Keyframe, time: float) -> Conditioning:
    weight = _weight(key, time)
    motion = told.motion if key.motion is None else told.motion.blended(key.motion.motion(), weight)
    return Conditioning(
        prompts=told.prompts if key.prompt is None else blend_prompts(told.prompts, key.prompt, weight),
        negative_prompt=told.negative_prompt if key.negative_prompt is None else key.negative_prompt,
        guidance_scale=_blended(told.guidance_scale, key.guidance_scale, weight),
        strength=_blended(told.strength, key.strength, weight),
        seed=told.seed,
        motion=motion,
        options={**told.options, **key.options},
    )


def _weight(key: Keyframe, time: float) -> float:
    """How much of a keyframe has taken effect; it never falls again."""
    return 1.0 if key.blend == 0 else min(1.0, (time - key.time) / key.blend)


def _blended(old: float, new: float | None, weight: float) -> float:
    return old if new is None else (1.0 - weight) * old + weight * new


def blend_prompts(old: Prompts, new: str, weight: float) -> Prompts:
    """Mix a new prompt into a weighted mixture: `weight` for the new, the rest shared as before.

    The first prompt of all takes the whole weight; weights sum to 1; prompts that faded to 0 are dropped.
    """
    if not old:
        return ((new, 1.0),)
    mixed: dict[str, float] = {}
    for text, share in (*((text, share * (1.0 - weight)) for text, share in old), (new, weight)):
        mixed[text] = mixed.get(text, 0.0) + share
    return tuple((text, share) for text, share in mixed.items() if share > 0.0)


def strongest(prompts: Iterable[tuple[str, float]]) -> str:
    """Return the text with the largest weight; the later one where two are equal, "" where there is none."""
    best = ("", 0.0)
    for text, weight in prompts:
        if weight >= best[1]:
            best = (text, weight)
    return best[0]
