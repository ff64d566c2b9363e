"""Pictures of this shape: each is the first frame of a film of one, painted while the client waits."""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from reverie.authoring.board import FilmWish
from reverie.authoring.film import film_spec
from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Image
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.core.timeline import NegativePrompt, Prompt
from reverie.jobs.live import Submit
from reverie.media.jpeg import encode_jpeg
from reverie.media.picture import encode_png, encode_webp, open_picture
from reverie.server.openai_shape.turns import LONGEST, Turns
from reverie.server.openai_shape.videos import asked, delivered, known_model

MOST = 10
RATE = 8.0
"""Painted and delivered alike, so that nothing is made between."""

USUAL_SIZE = "1024x1024"
PATCH = 16
"""Pixels a side of what counts as one token of a picture."""

ENCODERS: Mapping[str, Callable[[Image], bytes]] = {"png": encode_png, "jpeg": encode_jpeg, "webp": encode_webp}
_SIZE = re.compile(r"\d{1,5}x\d{1,5}|auto")


class ImageWish(BaseModel):
    """Pictures as they are asked for; `seed` and what follows it are Reverie's own.

    `quality`, `background`, `moderation` and `user` are taken and have no meaning here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    prompt: Prompt
    model: str | None = None
    n: Annotated[int, Field(ge=1, le=MOST)] = 1
    size: Annotated[str, Field(pattern=_SIZE.pattern)] = USUAL_SIZE
    output_format: Literal["png", "jpeg", "webp"] = "png"
    output_compression: Annotated[int, Field(ge=0, le=100)] | None = None
    response_format: Literal["b64_json", "url"] = "b64_json"
    quality: str | None = None
    background: str | None = None
    moderation: str | None = None
    user: str | None = None
    stream: bool = False
    partial_images: int | None = None
    seed: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    negative_prompt: NegativePrompt | None = None
    num_inference_steps: Annotated[int, Field(ge=1, le=1000)] | None = None
    guidance_scale: Annotated[float, Field(ge=0, le=50)] | None = None


class Picture(BaseModel):
    """A picture file in base64."""

    b64_json: str


class InputDetails(BaseModel):
    """What was read."""

    text_tokens: int
    image_tokens: int = 0


class Usage(BaseModel):
    """What it took: words read, and patches of 16x16 pixels painted."""

    input_tokens: int
    output_tokens: int
    total_tokens: int
    input_tokens_details: InputDetails


class Pictures(BaseModel):
    """The pictures, and what they are."""

    created: int
    data: list[Picture]
    background: Literal["opaque"] = "opaque"
    output_format: str
    quality: str
    size: str
    usage: Usage


def spec_of(wish: ImageWish) -> RenderSpec:
    """Return the spec of the first picture; InputError where it can't be made here."""
    if wish.stream or wish.partial_images:
        raise InputError("stream", True, "is not done here: leave stream and partial_images out.")
    if wish.response_format == "url":
        raise InputError("response_format", "url", "is not done here: take b64_json.")
    said: dict[str, Any] = {
        "scenes": [{"prompt": wish.prompt, "move": "still"}],
        "frames": 1,
        "fps": RATE,
        "paint_fps": RATE,
        "model": known_model(wish.model),
        "size": USUAL_SIZE if wish.size == "auto" else wish.size,
        "seed": wish.seed,
        "negative_prompt": wish.negative_prompt,
        "steps": wish.num_inference_steps,
        "guidance_scale": wish.guidance_scale,
    }
    return film_spec(asked(FilmWish, {name: value for name, value in said.items() if value is not None}))


def numbered(spec: RenderSpec, number: int) -> RenderSpec:
    """Return the spec of one of several pictures: the same words, another seed."""
    scenes = tuple(scene.model_copy(update={"seed": (scene.seed or 0) + number}) for scene in spec.scenes)
    return spec.model_copy(update={"seed": spec.seed + number, "scenes": scenes})


class Painter:
    """Paints pictures, for whom `turns` says."""

    def __init__(self, submit: Submit, turns: Turns) -> None:
        self._submit, self.turns = submit, turns

    def paint(self, spec: RenderSpec) -> Image:
        """Return the picture of a film of one frame."""
        with tempfile.TemporaryDirectory(prefix="reverie-picture-") as folder:
            return self._painted(spec, Path(folder) / "picture")

    def _painted(self, spec: RenderSpec, folder: Path) -> Image:
        sink = ComponentSpec(name="file", options={"path": str(folder)})
        handle = self._submit(spec.model_copy(update={"sinks": (sink,)}), _silent, _unheard)
        try:
            handle.result(LONGEST)
        except TimeoutError:
            handle.cancel()
            raise MachineError(f"The picture took over {LONGEST:g} s: use a smaller size or fewer steps.") from None
        files = sorted(folder.glob("*.png"))
        if not files:
            raise MachineError("No picture was painted: try again.")
        return open_picture(files[0])


def _silent(phase: str, done: float, preview: object = None) -> None:
    """Tell nobody of the progress: the client waits."""


def _unheard(kind: str, data: Mapping[str, Any]) -> None:
    """Leave what the session tells of itself unsaid."""


def packed(image: Image, wish: ImageWish) -> Picture:
    """Return a picture as it is sent."""
    if wish.output_compression is not None and wish.output_format != "png":
        encode = encode_jpeg if wish.output_format == "jpeg" else encode_webp
        data = encode(image, max(1, 100 - wish.output_compression))
    else:
        data = ENCODERS[wish.output_format](image)
    return Picture(b64_json=base64.b64encode(data).decode())


def used(wish: ImageWish, spec: RenderSpec) -> Usage:
    """Return what some pictures took."""
    width, height = delivered(spec)
    words = len(wish.prompt.split())
    painted = wish.n * -(-width // PATCH) * -(-height // PATCH)
    details = InputDetails(text_tokens=words)
    return Usage(input_tokens=words, output_tokens=painted, total_tokens=words + painted, input_tokens_details=details)
