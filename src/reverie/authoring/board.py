"""A storyboard's short form: scenes as a person writes them, and what holds for the whole film."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from reverie.core.frame import Motion
from reverie.core.spec import MOST_SCENES, Rate, Sound, Title, Transition
from reverie.core.timeline import MotionSpec, NegativePrompt, Prompt

MOVES: Mapping[str, Motion] = {
    "in": Motion(zoom=1.08),
    "out": Motion(zoom=1 / 1.08),
    "left": Motion(pan=(-0.06, 0.0)),
    "right": Motion(pan=(0.06, 0.0)),
    "up": Motion(pan=(0.0, -0.06)),
    "down": Motion(pan=(0.0, 0.06)),
    "turn": Motion(rotate=4.0),
    "still": Motion(),
}
"""What a camera can do in a scene, a second."""

Move = Literal["in", "out", "left", "right", "up", "down", "turn", "still"]
Style = Literal["dream", "keys"]
Between = Literal["camera", "flow", "rife", "none"]
Given = str | dict[Literal["input"], str]
"""A file: its path, or for a server the id of what was uploaded, as `{"input": id}`."""

Seconds = Annotated[float, Field(gt=0, le=86_400)]
Seed = Annotated[int, Field(ge=0, lt=2**53)]
LEAST_FRAMES, MOST_FRAMES = 1, 100_000
USUAL_TRANSITION = 0.5


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _as_transition(value: Any) -> Any:
    """Read `wipe` as a wipe of half a second; one that has no length gets that."""
    said = {"kind": value} if isinstance(value, str) else value
    if isinstance(said, dict) and said.get("kind", "cut") != "cut" and "duration" not in said:
        return {**said, "duration": USUAL_TRANSITION}
    return said


class SceneWish(_Said):
    """One scene as it is asked for; what is left out is as the film says.

    `duration` is in seconds; `move` names what the camera does, `motion` says it in numbers; `image` is brought to
    life, `clip` is repainted (with its own length unless `duration` is given); `transition` is into the next scene.
    """

    id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    prompt: Prompt
    negative_prompt: NegativePrompt | None = None
    duration: Seconds | None = None
    seed: Seed | None = None
    move: Move | None = None
    motion: MotionSpec | None = None
    strength: Annotated[float, Field(ge=0, le=1)] | None = None
    guidance_scale: Annotated[float, Field(ge=0, le=50)] | None = None
    image: Given | None = None
    clip: Given | None = None
    title: Title | None = None
    transition: Transition | None = None

    @field_validator("transition", mode="before")
    @classmethod
    def _short_transition(cls, value: Any) -> Any:
        return _as_transition(value)

    @field_validator("title", mode="before")
    @classmethod
    def _short_title(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_beginning(self) -> Self:
        if self.image is not None and self.clip is not None:
            raise ValueError("it has both an image and a clip: give one of them")
        if self.move is not None and self.motion is not None:
            raise ValueError("it has both a move and a motion: give one of them")
        return self


class FilmWish(_Said):
    """A film as it is asked for.

    `preset` decides size, rate and bitrate where `size`, `fps` and `bitrate` do not. `style` is `dream`, every frame
    painted from the one before, or `keys`, few pictures painted and the rest made between them. `duration` is a scene's
    length in seconds where it names none, `frames` the same in delivered frames. `transition` stands between scenes
    that name none. `between` is how frames are made between painted ones, `upscale` a file of an upscaling network.
    `extend` is a clip that the scenes go on from; the film begins with it, as it is unless `preset`, `size`, `bitrate`
    or `codec` ask for another form, and keeps its rate and its sound. `sound` is a file laid under the film (under what
    is new of one that goes on), or says more (`Sound`); False is silence. `memory` settles clips that are repainted.
    """

    name: Annotated[str, Field(max_length=200)] | None = None
    scenes: Annotated[tuple[SceneWish, ...], Field(min_length=1, max_length=MOST_SCENES)]
    preset: str | None = None
    size: str | tuple[int, int] | None = None
    painted: str | tuple[int, int] | None = None
    fps: Annotated[float, Field(ge=8, le=60)] | None = None
    paint_fps: Rate | None = None
    bitrate: Annotated[int, Field(ge=10_000, le=1_000_000_000)] | None = None
    codec: Literal["h264", "h265", "av1", "vp9"] | None = None
    style: Style = "dream"
    model: str | None = None
    steps: Annotated[int, Field(ge=1, le=1000)] | None = None
    guidance_scale: Annotated[float, Field(ge=0, le=50)] | None = None
    strength: Annotated[float, Field(ge=0, le=1)] | None = None
    negative_prompt: NegativePrompt | None = None
    seed: Seed | None = None
    duration: Seconds | None = None
    frames: Annotated[int, Field(ge=LEAST_FRAMES, le=MOST_FRAMES)] | None = None
    move: Move = "in"
    transition: Transition | None = None
    between: Between | None = None
    upscale: str | None = None
    extend: Given | None = None
    sound: Sound | None = None
    memory: bool = False
    budget: float | str | None = None
    fallback: bool = False
    device: str | None = None
    dtype: str | None = None
    runtime: str | None = None

    @field_validator("scenes", mode="before")
    @classmethod
    def _short_scenes(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return tuple({"prompt": scene} if isinstance(scene, str) else scene for scene in value)

    @field_validator("transition", mode="before")
    @classmethod
    def _short_transition(cls, value: Any) -> Any:
        return _as_transition(value)

    @field_validator("sound", mode="before")
    @classmethod
    def _short_sound(cls, value: Any) -> Any:
        if value is False:
            return {"clips": False}
        return {"input": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if self.duration is not None and self.frames is not None:
            raise ValueError("it has both a duration and a number of frames: give one of them")
        return self
