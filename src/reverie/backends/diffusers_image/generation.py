"""The state of one run: its noise, its guides, and what it has to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from reverie.backends.diffusers_image.canvases import Asked, Canvases
from reverie.backends.diffusers_image.easing import Easing
from reverie.backends.diffusers_image.facts import ModelFacts
from reverie.backends.diffusers_image.habits import Habits
from reverie.backends.diffusers_image.noise import ANEW, EvolvingNoise
from reverie.backends.diffusers_image.painting import Brush, Guide, Order
from reverie.backends.diffusers_image.schedule import Step, plan
from reverie.backends.diffusers_image.words import Embedding, Prompter, Vocabulary
from reverie.core.errors import MachineError
from reverie.core.frame import Image, Images
from reverie.core.protocols import State, Tick
from reverie.core.report import Event
from reverie.core.timeline import Conditioning, Timeline
from reverie.media.geometry import fit, resized


@dataclass(frozen=True)
class Studio:
    """What a run shares with others and never changes: `steps` evaluations a picture of `width` by `height` pixels.

    `seconds` lie between two pictures; `push` is the negative prompt's where guidance is embedded; `habits` complete
    what a prompt leaves open; `easing` is the share of the strength that motion takes back.
    """

    facts: ModelFacts
    prompter: Prompter
    vocabulary: Vocabulary | None
    width: int
    height: int
    steps: int
    seconds: float
    renewal: float
    push: float
    habits: Habits = field(default_factory=Habits)
    easing: float = 0.0


class DiffusersGeneration:
    """One run of a latent diffusion model; one picture a step, of other steps and pixels where live options say so.

    A step without an input picture, at a strength of 0.9 or more, or told the same pictures as the step before (a
    picture rolled again), begins from noise of its own; every other goes on from the noise of the step before.
    """

    num_frames = 1

    def __init__(self, studio: Studio, brush: Callable[[int, int], Brush]) -> None:
        self._studio = studio
        self._canvases = Canvases(Asked(studio.steps, (studio.width, studio.height)), brush)
        facts = studio.facts
        shape = (facts.channels, studio.height // facts.factor, studio.width // facts.factor)
        self._noise = EvolvingNoise(shape, studio.renewal)
        self._easing = Easing(studio.easing)
        self._seen: tuple[object, object] | None = None
        self._steps = 0
        self._told: set[str] = set()
        self._events: list[Event] = []
        self._last: tuple[Guide, float] | None = None

    def prepare(self, timeline: Timeline) -> None:
        """Make ready for what a timeline asks: no later frame waits for a prompt to be read, or for a compiler."""
        for keyframe in reversed(timeline.keyframes):
            cond = timeline.at(keyframe.time + keyframe.blend)
            asked = self._canvases.asked(cond.options)
            self._canvases.at(asked.size).prepare(self._guide(cond), self._planned(asked, cond.strength))

    def ready(self, options: Mapping[str, Any]) -> None:
        """Make ready for other steps or another size than now, see `core.protocols.Adjustable`."""
        if self._last is not None:
            guide, strength = self._last
            asked = self._canvases.asked(options)
            self._canvases.ready(asked, guide, self._planned(asked, strength))

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        """Paint `(1, H, W, 3)`; raises NotFinite for numbers that are no picture, MachineError out of memory."""
        self._listen(cond)
        image = None if cond.frames is None else fit(cond.frames[-1], self._studio.width, self._studio.height)
        if image is not None and cond.strength <= 0:
            return image[None]
        asked = self._canvases.asked(cond.options)
        strength = 1.0 if image is None else self._easing.eased(cond.strength, image)
        steps, guide = self._planned(asked, strength), self._guide(cond)
        self._last = guide, strength
        noise = self._noise.next(
            len(steps), cond.seed, cond.motion.over(self._studio.seconds), anew=self._begins_anew(cond, image)
        )
        given = None if image is None else resized(image, *asked.size)
        order = Order(given, self._canvases.taken(noise, asked.size), steps, guide)
        self._steps += 1
        with in_one_sentence():
            painted = self._canvases.at(asked.size).paint(order, lambda index: tick("painting", index / len(steps)))
        return resized(painted, self._studio.width, self._studio.height)[None]

    def events(self) -> list[Event]:
        """Return, once, what there is to be told: words that the model has not learnt, prompts too long for it."""
        events, self._events = self._events, []
        return events

    def state(self) -> State:
        """Return the noise, the count of pictures and what was said; pictures rolled again are rolled in one step."""
        known = {"noise": self._noise.state(), "easing": self._easing.state()}
        return {**known, "steps": self._steps, "told": sorted(self._told)}

    def restore(self, state: State) -> None:
        """Paint on from there."""
        self._noise.restore(state["noise"])
        self._easing.restore(state["easing"])
        self._steps, self._told = state["steps"], set(state["told"])

    def close(self) -> None:
        """Give back memory."""
        self._canvases.close()

    def _planned(self, asked: Asked, strength: float) -> tuple[Step, ...]:
        return plan(self._studio.facts.noise, asked.steps, strength)

    def _begins_anew(self, cond: Conditioning, image: Image | None) -> bool:
        seen = (cond.frames, cond.last_image)
        again = self._seen is not None and all(one is other for one, other in zip(seen, self._seen, strict=True))
        self._seen = seen
        return image is None or cond.strength >= ANEW or again

    def _guide(self, cond: Conditioning) -> Guide:
        studio, guided = self._studio, self._studio.facts.guided
        said = tuple((studio.habits.completed(text), weight) for text, weight in cond.prompts)
        positive = studio.prompter.mixed(said)
        scale = round(cond.guidance_scale, 3) if guided else None
        push = studio.push if guided else cond.guidance_scale - 1.0
        if push <= 0 or (guided and not cond.negative_prompt):
            return Guide((cond.prompts, scale), positive.states[None], _pooled(positive), 0.0, scale)
        negative = studio.prompter.embed(cond.negative_prompt)
        states = np.stack([positive.states, negative.states])
        key = (cond.prompts, cond.negative_prompt, scale)
        return Guide(key, states, _pooled(positive, negative), push, scale)

    def _listen(self, cond: Conditioning) -> None:
        time = self._steps * self._studio.seconds
        for text, _ in cond.prompts:
            if text not in self._told:
                self._told.add(text)
                self._events += [Event(self._steps, time, hint) for hint in self._hints(text)]

    def _hints(self, text: str) -> Iterator[str]:
        if self._studio.prompter.overflows(text):
            yield f"Prompt: {text[:40]!r}… is longer than the model hears, its end is lost."
        for added in self._studio.habits.missing(text):
            yield f"Prompt: {text[:40]!r} leaves open how, so {added!r} is added."
        unknown = {} if self._studio.vocabulary is None else self._studio.vocabulary.unknown(text)
        for word, near in unknown.items():
            if f"word:{word}" not in self._told:
                self._told.add(f"word:{word}")
                yield f"Prompt: the model has not learnt {word!r}" + (f", try {' or '.join(near)}." if near else ".")


def _pooled(*embeddings: Embedding) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None:
    pooled = [embedding.pooled for embedding in embeddings if embedding.pooled is not None]
    return np.stack(pooled) if pooled else None


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Turn the libraries' complaints about memory, and any other fault in computing, into a MachineError."""
    try:
        yield
    except MemoryError:
        raise MachineError(OUT_OF_MEMORY) from None
    except RuntimeError as error:
        text = " ".join(str(error).split())
        if "memory" in text.lower() or "bad_alloc" in text:
            raise MachineError(OUT_OF_MEMORY) from None
        raise MachineError(f"The model could not paint: {text[:300]}.") from None


OUT_OF_MEMORY = "The model ran out of memory: use a smaller size, --dtype float16, or --device cpu."
