"""What is asked, as one document: API body, command line, job row and saved session alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from reverie.core.timeline import Keyframe

MAX_SIDE = 8192
Side = Annotated[int, Field(ge=16, le=MAX_SIDE)]
Rate = Annotated[float, Field(gt=0, le=240)]
Share = Annotated[float, Field(ge=0, le=1)]

TransitionKind = Literal["cut", "fade", "crossfade", "wipe", "slide", "zoom", "dissolve"]
DIRECTIONS: Mapping[TransitionKind, tuple[str, ...]] = {
    "cut": (),
    "fade": (),
    "crossfade": (),
    "wipe": ("left", "right", "up", "down"),
    "slide": ("left", "right", "up", "down"),
    "zoom": ("in", "out"),
    "dissolve": (),
}
"""Which ways each kind of transition can go; the first is its own where none is asked for."""

MOST_SCENES = 1000

LEAST_BUDGET, MOST_BUDGET = 1.0, 60_000.0
"""Milliseconds that may be asked for a painted frame."""


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ComponentSpec(_Stored):
    """A plugin by its registered name, and the options it takes."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    options: dict[str, Any] = Field(default_factory=dict)


class Thresholds(_Stored):
    """From where on a picture counts as dying; units as in `reverie.measure.vitals`, all of 1.

    `dark`, `grey`, `flat` and `blurred` are the least brightness, saturation, contrast and detail; `bright` the most
    brightness. `frozen` is the most change over a second that still counts as none, under the default motion.
    `looping` is the share of a dHash's bits up to which two pictures are the same. `fall` is the share of a run's own
    healthy level under which brightness, saturation or contrast has fallen, `soften` the same for detail.
    """

    dark: Share = 0.05
    bright: Share = 0.95
    grey: Share = 0.01
    flat: Share = 0.09
    blurred: Share = 0.00006
    frozen: Share = 0.012
    looping: Share = 0.03
    fall: Share = 0.5
    soften: Share = 0.1


class SparkSpec(_Stored):
    """How a seed picture is painted and blooms.

    `frames` is how many frames it blooms over, `grow_from` and `grow_to` the share of the frame its radius takes,
    `cooldown` the frames after a bloom in which no other spark is lit.
    """

    enabled: bool = True
    strength: Share = 0.95
    frames: Annotated[int, Field(ge=1, le=600)] = 20
    grow_from: Share = 0.1
    grow_to: Share = 0.8
    cooldown: Annotated[int, Field(ge=0, le=100_000)] = 60


class Vitality(_Stored):
    """What keeps a dream alive: thresholds, the spark, rerolls, and the backend that paints seeds.

    `patience` is how many frames in a row must be dying before a spark is lit; `backend` None means the scene's own.
    """

    thresholds: Thresholds = Thresholds()
    spark: SparkSpec = SparkSpec()
    patience: Annotated[int, Field(ge=1, le=1000)] = 6
    rerolls: Annotated[int, Field(ge=0, le=20)] = 3
    backend: ComponentSpec | None = None


class Transition(_Stored):
    """How a scene passes into the next: both are shown together for `duration` seconds, so that much is taken off.

    `direction` is where the next picture comes to for wipe and slide (left, right, up, down), and which way a zoom goes
    (in, out); None is the kind's own. `color` is what a fade passes through, as #rrggbb.
    """

    kind: TransitionKind = "cut"
    duration: Annotated[float, Field(ge=0, le=60)] = 0.0
    direction: Literal["left", "right", "up", "down", "in", "out"] | None = None
    easing: Literal["linear", "ease-in", "ease-out", "ease-in-out"] = "linear"
    color: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#000000"

    @model_validator(mode="after")
    def _direction_suits(self) -> Self:
        if self.direction is not None and self.direction not in DIRECTIONS[self.kind]:
            allowed = " or ".join(DIRECTIONS[self.kind]) or "none"
            raise ValueError(f"direction '{self.direction}' does not go with {self.kind}: use {allowed}")
        return self

    @property
    def overlap(self) -> float:
        """Seconds in which both scenes are shown."""
        return 0.0 if self.kind == "cut" else self.duration


class Title(_Stored):
    """Words written over a scene.

    `style` is their place and size: large in the middle, small at the lower left, or a line at the foot. They are shown
    from `start` seconds of the scene for `duration` seconds, None to its end.
    """

    text: Annotated[str, Field(min_length=1, max_length=300)]
    style: Literal["title", "lower-third", "caption"] = "title"
    start: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    duration: Annotated[float, Field(gt=0, le=86_400)] | None = None


class Sound(_Stored):
    """What is heard besides the clips that scenes are made from, or in their place.

    `input` is a file laid under the film, which begins at its second `offset`; `clips` False leaves out what the clips
    sound like. Without `input` and without `clips` the film is silent. Where a film goes on from a clip, `input` is
    heard from the first new frame on, and `tail` says what is heard there of the clip: silence, or its end fading out.
    """

    input: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    offset: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    clips: bool = True
    tail: Literal["silence", "fade"] = "silence"


class Encoding(_Stored):
    """How the film's file is made.

    `codec` None is the container's own (H.264 in MP4, VP9 in WebM). `bitrate`, in bits a second, is kept on average;
    where it is None, `crf` holds the quality on the codec's own scale, None what looks clean.
    """

    codec: Literal["h264", "h265", "av1", "vp9"] | None = None
    bitrate: Annotated[int, Field(ge=10_000, le=1_000_000_000)] | None = None
    crf: Annotated[int, Field(ge=0, le=63)] | None = None


class Scene(_Stored):
    """One shot; `duration` is in seconds, None until stopped."""

    id: Annotated[str, Field(min_length=1, max_length=200)] = "scene"
    duration: Annotated[float, Field(gt=0, le=86_400 * 7)] | None = None
    keyframes: Annotated[tuple[Keyframe, ...], Field(min_length=1)]
    seed: int | None = None
    source: ComponentSpec = ComponentSpec(name="feedback")
    backend: ComponentSpec
    transition: Transition | None = None
    title: Title | None = None

    @field_validator("keyframes")
    @classmethod
    def _in_order(cls, keyframes: tuple[Keyframe, ...]) -> tuple[Keyframe, ...]:
        for before, after in pairwise(keyframes):
            if after.time < before.time:
                raise ValueError(f"keyframes are out of order: {after.time:g} s follows {before.time:g} s; sort them")
        return keyframes

    @model_validator(mode="after")
    def _begins_with_a_prompt(self) -> Self:
        first = self.keyframes[0]
        if first.prompt is None or first.time != 0:
            raise ValueError("the first keyframe must be at 0 s and have a prompt")
        return self


class RenderSpec(_Stored):
    """The one document: what is to be rendered, from which the same film can be made again.

    `width` and `height` are in pixels, `fps` delivered and `paint_fps` painted frames a second; `fallback` allows the
    placeholder to stand in where a backend can't start, which the report then says. `budget` is the milliseconds that a
    painted frame may take: steps and painted pixels go down and up to hold it, each time by a keyframe of the session's
    own, so that the spec of what was shown has these keyframes and no budget.
    """

    version: Literal[1] = 1
    width: Side = 256
    height: Side = 256
    fps: Rate = 24.0
    paint_fps: Rate = 12.0
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    live: bool = False
    fallback: bool = False
    budget: Annotated[float, Field(ge=LEAST_BUDGET, le=MOST_BUDGET)] | None = None
    scenes: Annotated[tuple[Scene, ...], Field(min_length=1, max_length=MOST_SCENES)]
    correctors: tuple[ComponentSpec, ...] = ()
    filters: tuple[ComponentSpec, ...] = ()
    sinks: tuple[ComponentSpec, ...] = ()
    vitality: Vitality = Vitality()
    sound: Sound | None = None
    encoding: Encoding = Encoding()

    @field_validator("scenes")
    @classmethod
    def _all_named(cls, scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
        """Number scenes that nobody named, where there are several."""
        if len(scenes) == 1:
            return scenes
        return tuple(
            scene if "id" in scene.model_fields_set else scene.model_copy(update={"id": f"scene-{number}"})
            for number, scene in enumerate(scenes, 1)
        )

    @model_validator(mode="after")
    def _scenes_fit_together(self) -> Self:
        name, times = Counter(scene.id for scene in self.scenes).most_common(1)[0]
        if times > 1:
            raise ValueError(f"two scenes are called '{name}': give each an id of its own")
        before = 0.0
        for scene in self.scenes:
            after = scene.transition.overlap if scene.transition and scene is not self.scenes[-1] else 0.0
            if scene.duration is not None and before + after > scene.duration:
                raise ValueError(
                    f"scene '{scene.id}' lasts {scene.duration:g} s, its transitions {before + after:g} s: shorten them"
                )
            before = after
        return self
