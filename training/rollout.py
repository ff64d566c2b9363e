"""What a student's own repaints make of pictures when they are fed back, to be taught the way home.

Errors that only add up in the loop are never seen by a network that learns from pictures alone. As a cellular automaton
is taught from a pool of its own states (Mordvintsev et al. 2020), the student is given pictures that it has repainted
itself, up to `LONGEST` times, each time decoded and encoded again as the loop does, and asks the teacher for the way
home from there (the idea of DAgger, Ross et al. 2011).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from diffusers import AutoencoderTiny
from torch import Tensor

from training.history import worn
from training.lessons import Batch
from training.network import Painter
from training.noise import Noise

LONGEST = 12
"""Repaints after which a picture leaves the pool: a loop has settled by then."""

STRENGTHS = (200, 650)
"""Timesteps between which a loop repaints."""

TURNED = 0.15
"""Share of repaints before which a picture is given to another prompt, as when somebody steers."""


class Rolled(NamedTuple):
    """Pictures as the loop left them, with what their captions' own pictures are; `(N, C, h, w)` twice."""

    latents: Tensor
    clean: Tensor
    states: Tensor
    rows: Tensor


class Rollout:
    """Batches that have been through the student's own hands, each a few times before it is let go."""

    def __init__(
        self, painter: Painter, codec: AutoencoderTiny, noise: Noise, generator: torch.Generator, most: int = 8
    ) -> None:
        """Begin with an empty pool of at most `most` batches."""
        self.painter, self.codec, self.noise, self.generator, self.most = painter, codec, noise, generator, most
        self.pool: list[tuple[int, Rolled]] = []

    def take(self, batch: Batch, states: Tensor) -> Rolled:
        """Put a fresh batch in, repaint one of the pool's once more, and return it."""
        if len(self.pool) < self.most:
            self.pool.append((0, Rolled(batch.latents, batch.latents, states, batch.rows)))
        place = int(torch.randint(0, len(self.pool), (), generator=self.generator))
        age, rolled = self.pool.pop(place)
        if torch.rand((), generator=self.generator) < TURNED:
            rolled = rolled._replace(latents=rolled.latents.roll(1, 0))
        rolled = rolled._replace(latents=self._repainted(rolled))
        if age + 1 < LONGEST:
            self.pool.append((age + 1, rolled))
        return rolled

    @torch.no_grad()
    def _repainted(self, rolled: Rolled) -> Tensor:
        latents = rolled.latents
        steps = timesteps(len(latents), self.generator).to(latents.device)
        scale = 3.0 * torch.rand(len(latents), generator=self.generator).to(latents.device)
        fresh = torch.randn(latents.shape, generator=self.generator).to(latents.device)
        noised = self.noise.add(worn(latents, steps, self.generator), fresh, steps)
        with torch.autocast(latents.device.type, dtype=torch.bfloat16):
            velocity = self.painter(noised, steps, rolled.states, scale)
            made = self.noise.picture(noised, velocity.float(), steps)
            seen = self.codec.decode(made.contiguous(memory_format=torch.channels_last)).sample.clamp(-1, 1)
            back: Tensor = self.codec.encode(seen).latents.float()
        return back


def timesteps(count: int, generator: torch.Generator) -> Tensor:
    """Draw timesteps that a loop repaints from, `(N,)`."""
    return torch.randint(*STRENGTHS, (count,), generator=generator)
