"""The backend: words become questions, answers become pictures of the size that was asked."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from reverie.backends.openai_images.parallel import answered
from reverie.backends.openai_images.service import Refused, Service
from reverie.backends.openai_images.spending import Prices, Purse
from reverie.core.card import BackendCard, Range
from reverie.core.errors import InputError
from reverie.core.frame import Image, Images
from reverie.core.protocols import State, Tick
from reverie.core.report import Event
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning
from reverie.media.geometry import fit
from reverie.media.picture import open_picture

USUAL = "gpt-image-2.5-flare"
RETIRED = ("dall-e", "gpt-image-1-", "gpt-image-1")
STILL_THERE = ("gpt-image-1.5", "gpt-image-1-mini")
MULTIPLE, LEAST_SIDE, MOST_WIDE = 16, 512, 3
"""What the service paints: sides of whole sixteens, no smaller than is worth it, and at most three times as long."""

CARD = BackendCard(
    id="openai-images",
    title="Pictures by a service of OpenAI's shape: every picture is paid for",
    inputs=frozenset({"text"}),
    size_multiple=2,
    network=True,
    license="LicenseRef-service",
    ranges={
        "width": Range(1024, 64, 3840),
        "height": Range(1024, 64, 2160),
        "paint_fps": Range(0.5, 0.01, 4.0),
    },
)


class OpenAIImagesOptions(BaseModel):
    """Options of the backend.

    `api_model` is what the service calls its model; `most_dollars` is what may be spent before it stops; `dry_run`
    sends nothing, and paints plain cards in place of pictures; `tries` is how often one picture is asked for, `at_once`
    how many pictures of a film are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    api_model: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w.:-]+$")] = USUAL
    quality: Literal["low", "medium", "high", "xhigh", "max", "auto"] = "low"
    most_dollars: Annotated[float, Field(ge=0, le=10_000)] = 1.0
    dry_run: bool = False
    tries: Annotated[int, Field(ge=1, le=10)] = 5
    at_once: Annotated[int, Field(ge=1, le=16)] = 4

    @field_validator("api_model")
    @classmethod
    def _not_retired(cls, name: str) -> str:
        gone = name == RETIRED[-1] or name.startswith(RETIRED[:-1])
        if gone and not name.startswith(STILL_THERE):
            raise ValueError(f"the service has it no longer: use {USUAL}")
        return name


class OpenAIImages:
    """Asks a service for every picture; the same seed does not give the same picture again."""

    Options = OpenAIImagesOptions
    resumable = together = True
    window = 1
    """Every picture is a checkpoint: none is paid for twice."""
    regardless = frozenset({"most_dollars", "tries", "at_once"})
    card = CARD

    def __init__(self, options: OpenAIImagesOptions) -> None:
        self.options = options
        self.purse = Purse(options.most_dollars)

    @classmethod
    def describe(cls, options: OpenAIImagesOptions) -> BackendCard:
        """Return the card; MachineError where no service is set up in the environment."""
        if not options.dry_run:
            Service.configured()
        return replace(CARD, at_once=options.at_once)

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> OpenAIImagesGeneration:  # noqa: ARG002
        """Begin a run; InputError for a live session, which would ask and pay without an end."""
        if spec.live:
            raise InputError("backend", "openai-images", "is for films: every picture of a live session would be paid.")
        service = None if self.options.dry_run else Service.configured(self.options.tries)
        return OpenAIImagesGeneration(self.options, self.purse, service, (spec.width, spec.height))


class OpenAIImagesGeneration:
    """One run: a question for each picture."""

    num_frames = 1

    def __init__(
        self, options: OpenAIImagesOptions, purse: Purse, service: Service | None, size: tuple[int, int]
    ) -> None:
        self._options, self._purse, self._service, self._size = options, purse, service, size
        self._asked = asked_size(*size)
        self._hints: list[Event] = []
        self._steps = 0

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        """Return the next picture, `(1, H, W, 3)` uint8; MachineError where the limit of spending is reached."""
        tick("painting", 0.0)
        picture = self._bought(cond, lambda: tick("waiting for the service", 0.0))
        self._tell()
        self._steps += 1
        tick("painting", 1.0)
        return picture[None]

    def paint_together(self, wishes: Sequence[Conditioning], tick: Tick) -> Generator[tuple[int, Image]]:
        """Yield pictures as they come, as many asked for at once as the options say; one first, to know the price.

        Raises what `step` raises, when all that was under way has been yielded.
        """

        def look() -> None:
            tick("waiting for the service", 0.0)

        begun, first, refused = self._purse.pictures, 0, None
        try:
            while first < len(wishes) and not self._purse.priced:
                try:
                    yield first, self._bought(wishes[first], look)
                except InputError as error:
                    refused = error
                first += 1
            rest = wishes[first:]

            def ask(number: int, go_on: Callable[[], None]) -> Image:
                return self._bought(rest[number], go_on)

            with closing(answered(len(rest), self._options.at_once, ask, look)) as coming:
                for number, picture in coming:
                    yield first + number, picture
            if refused is not None:
                raise refused
        finally:
            if self._purse.pictures > begun:
                self._tell()

    def _bought(self, cond: Conditioning, waiting: Callable[[], None]) -> Image:
        """Return one picture `(H, W, 3)`, for which no more is spent than is left."""
        question = self._question(cond)
        reserved = self._purse.reserve(Prices().guess(question["prompt"], *self._asked))
        try:
            picture, cost = self._painted(question, waiting, reserved)
        except (InputError, Refused):
            self._purse.give_back(reserved)
            raise
        self._purse.settle(reserved, cost)
        return fit(picture, *self._size)

    def _question(self, cond: Conditioning) -> dict[str, Any]:
        words = "; ".join(prompt for prompt, weight in sorted(cond.prompts, key=lambda one: -one[1]) if weight > 0.1)
        without = f" Without: {cond.negative_prompt}." if cond.negative_prompt else ""
        width, height = self._asked
        return {
            "model": self._options.api_model,
            "prompt": (words + without)[:32_000],
            "n": 1,
            "size": f"{width}x{height}",
            "quality": self._options.quality,
            "output_format": "png",
        }

    def _painted(
        self, question: dict[str, Any], waiting: Callable[[], None], reserved: float
    ) -> tuple[Image, float | None]:
        if self._service is None:
            return _card(question["prompt"], self._asked), reserved
        answer = self._service.ask(question, waiting)
        with tempfile.TemporaryDirectory(prefix="reverie-answer-") as folder:
            path = Path(folder) / "picture"
            path.write_bytes(answer.picture)
            return open_picture(path, "answer"), Prices().of(answer.usage)

    def _tell(self) -> None:
        what = "would have cost about" if self._service is None else "cost"
        count = self._purse.pictures
        reason = (
            f"{count} picture{'' if count == 1 else 's'} by {self._options.api_model} {what} ${self._purse.spent:.2f}"
        )
        self._hints.append(Event(self._steps, 0.0, reason))

    def events(self) -> list[Event]:
        """Return what was spent, once for each picture."""
        told, self._hints = self._hints, []
        return told

    def state(self) -> State:
        """Return how many pictures there were, and what is spent."""
        return {"steps": self._steps, "purse": self._purse.state()}

    def restore(self, state: State) -> None:
        """Count on: what another process spent on this scene counts here too."""
        self._steps = state["steps"]
        self._purse.recall(state["purse"])

    def close(self) -> None:
        """Nothing is held."""


def asked_size(width: int, height: int) -> tuple[int, int]:
    """Return the size to ask for: no smaller than wanted or than is painted well, in whole sixteens.

    Raises InputError where one side is over three times the other, which the service does not paint.
    """
    if max(width, height) > MOST_WIDE * min(width, height):
        raise InputError("size", f"{width}x{height}", "is too long: the service paints sides of up to 3 to 1.")
    scale = max(1.0, LEAST_SIDE / min(width, height))
    sides = (-(-round(side * scale) // MULTIPLE) * MULTIPLE for side in (width, height))
    return next(sides), next(sides)


def _card(words: str, size: tuple[int, int]) -> Image:
    """Return a plain card whose colours follow from the words: what is painted where nothing is sent."""
    width, height = size
    mark = np.frombuffer(words.encode().ljust(6, b" ")[-6:], np.uint8).astype(np.float32)
    shade = np.linspace(0.35, 0.9, height, dtype=np.float32)[:, None, None]
    colour = (mark[:3] + mark[3:]) / 2
    return np.broadcast_to(np.clip(colour * shade, 0, 255), (height, width, 3)).astype(np.uint8)
