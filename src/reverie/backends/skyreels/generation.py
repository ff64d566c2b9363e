"""One film being painted: window after window, each from the last one's latents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from reverie.backends.skyreels.cover import TEMPORAL, Cover, Window, frames_of
from reverie.backends.skyreels.decoding import Decoding
from reverie.backends.skyreels.denoising import Course, Denoiser, Guide
from reverie.backends.skyreels.facts import ModelFacts
from reverie.backends.skyreels.modules import Modules
from reverie.core.errors import InputError, NotFinite
from reverie.core.frame import Image, Images
from reverie.core.protocols import State, Tick
from reverie.core.report import Event
from reverie.core.timeline import Conditioning

AS_GIVEN = 1.0
"""Strength from which on a picture that is given is ignored."""


@dataclass(frozen=True)
class Film:
    """What a run is to paint: its size, how many frames (None without end), its windows, and where it is to end."""

    width: int
    height: int
    seconds: float
    frames: int | None
    cover: Cover
    course: Course
    last_image: Image | None = None


@dataclass(frozen=True)
class Beginning:
    """What a window begins with: latents that are `known`, and whether the film's first frames are among its own.

    `first` is a picture that the film begins with as it is.
    """

    known: Tensor | None
    new: bool
    first: Image | None = None

    @property
    def count(self) -> int:
        """How many latents are known."""
        return 0 if self.known is None else self.known.shape[2]


class SkyReelsGeneration:
    """The state of one run: the latents that the next window goes on from, and the decoder's memory."""

    def __init__(self, modules: Modules, facts: ModelFacts, film: Film) -> None:
        self._modules, self._facts, self._film = modules, facts, film
        self._denoiser = Denoiser(modules.network, modules.solver, facts.kind.forced, film.course)
        self._decoding = Decoding(modules.latents.vae)
        self._tail: Tensor | None = None
        self._shown = 0
        self._told: set[str] = set()
        self._events: list[Event] = []

    @property
    def history(self) -> int:
        """How many frames of what was before the film it would go on from, at its first step."""
        return frames_of(self._film.cover.overlap, first=True) if self._facts.kind.forced else 0

    @property
    def num_frames(self) -> int:
        """How many frames the next step returns, as far as is known before it is told what to begin with."""
        return self._lasting(self._next(0 if self._tail is None else self._tail.shape[2]))

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        """Paint the next window: `(T, H, W, 3)` uint8.

        The first begins with one picture, which is its first frame as it is, or goes on behind several, which are not
        shown again; or with words alone. Nothing of the run has changed where it raises.
        """
        self._listen(cond)
        with torch.inference_mode():
            generator = torch.Generator().manual_seed(cond.seed)
            begin = self._begin(cond)
            window = self._next(begin.count)
            guide = self._guide(cond, window)
            noise = torch.randn(self._shape(window), generator=generator).to(self._modules.latents.mean.device)
            latents = self._denoiser.window(noise, begin.known, guide, generator, _painting(tick), self._end(window))
            if not torch.isfinite(latents).all():
                raise NotFinite("The model painted numbers that are no picture (NaN or infinity).")
            tick("decoding", 0.0)
            frames = self._decoded(latents, window, begin)
        self._tail = latents[:, :, -self._film.cover.overlap :].clone()
        self._tell_estimates()
        self._shown += len(frames)
        tick("decoding", 1.0)
        return frames

    def events(self) -> list[Event]:
        """Return, once, what there is to be told: what of a prompt was too long."""
        events, self._events = self._events, []
        return events

    def state(self) -> State:
        """Return the latents to go on from and those that the decoder remembers."""
        kept = {"tail": self._tail, "past": self._decoding.past}
        arrays = {name: None if value is None else value.cpu().numpy() for name, value in kept.items()}
        return {**arrays, "shown": self._shown, "told": sorted(self._told)}

    def restore(self, state: State) -> None:
        """Go on from there."""
        self._shown, self._told = state["shown"], set(state["told"])
        if state["tail"] is not None:
            device = self._modules.latents.mean.device
            self._tail = torch.from_numpy(np.array(state["tail"])).to(device)
            with torch.inference_mode():
                self._decoding.resume(torch.from_numpy(np.array(state["past"])).to(device))

    def close(self) -> None:
        """Forget it."""
        self._tail = None

    def _next(self, given: int) -> Window:
        """Return the next window, `given` latents being known."""
        left = None if self._film.frames is None else max(1, self._film.frames - self._shown)
        first = self._tail is None and given <= 1
        return next(iter(self._film.cover.windows(None if left is None else _latents(left, given, first=first), given)))

    def _lasting(self, window: Window) -> int:
        first = self._tail is None
        return frames_of(window.new + (window.known if first else 0), first=first)

    def _begin(self, cond: Conditioning) -> Beginning:
        if self._tail is not None:
            return Beginning(self._tail, new=False)
        given = None if cond.frames is None or cond.strength >= AS_GIVEN else np.asarray(cond.frames)
        if given is None or not self._facts.kind.forced:
            return Beginning(None, new=True, first=None if given is None else given[-1])
        count = (len(given) - 1) // TEMPORAL * TEMPORAL + 1
        known = self._modules.latents.film(given[-count:]).float()
        return Beginning(known, new=count == 1, first=given[-1] if count == 1 else None)

    def _decoded(self, latents: Tensor, window: Window, begin: Beginning) -> Images:
        """Decode what is new of a window; what was before the film only brings the decoder's memory up to it."""
        raw = self._modules.latents.raw(latents)
        if begin.new:
            frames = self._decoding.frames(raw)
            if begin.first is not None:
                frames[0] = begin.first
            return frames
        if self._tail is None:
            self._decoding.frames(raw[:, :, : window.known])
        return self._decoding.frames(raw[:, :, window.known :])

    def _shape(self, window: Window) -> tuple[int, ...]:
        film, facts = self._film, self._facts
        return 1, facts.channels, window.latents, film.height // facts.factor, film.width // facts.factor

    def _guide(self, cond: Conditioning, window: Window) -> Guide:
        words = self._modules.words
        said, unsaid = words.mixed(cond.prompts), words.states(cond.negative_prompt)
        if not self._facts.kind.pictured:
            return Guide(said, unsaid, cond.guidance_scale)
        if cond.frames is None or self._modules.seeing is None:
            fix = "is needed: this model brings a picture to life, give it one or use another model."
            raise InputError("image", None, fix)
        picture = np.asarray(cond.frames)[-1]
        shown = [picture] if self._film.last_image is None else [picture, self._film.last_image]
        seen = self._modules.seeing(shown).flatten(0, 1)[None]
        return Guide(said, unsaid, cond.guidance_scale, self._beside(shown, window), seen)

    def _beside(self, shown: list[Image], window: Window) -> Tensor:
        """Return what is laid beside the noise: which frames are given, four to a latent, and the latents of those."""
        latents, frames = self._modules.latents, frames_of(window.latents, first=True)
        given = latents.pictures(np.stack(shown))
        film = given.new_zeros(1, 3, frames, *given.shape[3:])
        mask = given.new_zeros(1, frames + TEMPORAL - 1, 1, 1)
        film[:, :, 0], mask[:, :TEMPORAL] = given[:, :, 0], 1
        if len(shown) > 1:
            film[:, :, -1], mask[:, -1] = given[:, :, 1], 1
        encoded = latents.encoded(film)
        mask = mask.view(1, window.latents, TEMPORAL, 1, 1).transpose(1, 2)
        return torch.cat([mask.expand(-1, -1, -1, *encoded.shape[3:]), encoded], dim=1).float()

    def _end(self, window: Window) -> Tensor | None:
        """Return the latent of the picture to end at, for the window that ends the film."""
        film = self._film
        if film.last_image is None or not self._facts.kind.forced or film.frames is None:
            return None
        ends = self._shown + self._lasting(window) >= film.frames
        return self._modules.latents.film(film.last_image[None]).float() if ends else None

    def _tell_estimates(self) -> None:
        if self._film.course.cache_interval and "estimates" not in self._told:
            self._told.add("estimates")
            total, computed = self._denoiser.evaluations, self._denoiser.computed
            said = f"{total - computed} of {total} evaluations of the first window were estimated, {computed} computed."
            self._events.append(Event(self._shown, self._shown * self._film.seconds, said))

    def _listen(self, cond: Conditioning) -> None:
        time = self._shown * self._film.seconds
        for text, _ in cond.prompts:
            if text not in self._told:
                self._told.add(text)
                if lost := self._modules.words.unheard(text):
                    self._events.append(Event(self._shown, time, f"Prompt: its end is not heard: {lost[-200:]!r}."))


def _latents(frames: int, given: int, *, first: bool) -> int:
    """Return how many new latents so many frames take, `given` ones being known."""
    if first:
        return (frames + TEMPORAL - 2) // TEMPORAL + 1 - given
    return -(-frames // TEMPORAL)


def _painting(tick: Tick) -> Any:
    return lambda done: tick("painting", done)
