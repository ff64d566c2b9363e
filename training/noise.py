"""The noise schedule and the three ways to say what a network predicts, as in Salimans & Ho 2022."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training.build import BETA_END, BETA_START, TRAIN_STEPS


@dataclass(frozen=True)
class Noise:
    """`signal` and `spread` by timestep: a noised picture is signal * picture + spread * noise."""

    signal: Tensor
    spread: Tensor

    @classmethod
    def linear(cls, device: str) -> Noise:
        """Return the schedule that `build_scheduler` writes down."""
        kept = torch.cumprod(1.0 - torch.linspace(BETA_START, BETA_END, TRAIN_STEPS, dtype=torch.float64), 0)
        return cls(kept.sqrt().float().to(device), (1.0 - kept).sqrt().float().to(device))

    def at(self, steps: Tensor) -> tuple[Tensor, Tensor]:
        """Return signal and spread of timesteps, shaped to multiply `(N, C, H, W)`."""
        return self.signal[steps].view(-1, 1, 1, 1), self.spread[steps].view(-1, 1, 1, 1)

    def add(self, latents: Tensor, noise: Tensor, steps: Tensor) -> Tensor:
        """Return latents noised to their timesteps."""
        signal, spread = self.at(steps)
        return signal * latents + spread * noise

    def velocity(self, noised: Tensor, latents: Tensor, steps: Tensor) -> Tensor:
        """Return the v whose picture is `latents`, whatever picture was noised: (signal * x_t - x_0) / spread."""
        signal, spread = self.at(steps)
        return (signal * noised - latents) / spread

    def picture(self, noised: Tensor, velocity: Tensor, steps: Tensor) -> Tensor:
        """Return the picture a velocity speaks of: signal * x_t - spread * v."""
        signal, spread = self.at(steps)
        return signal * noised - spread * velocity


def draw_steps(count: int, generator: torch.Generator) -> Tensor:
    """Draw timesteps: half evenly, half where repainting happens (around 400, deviation 160)."""
    even = torch.randint(0, TRAIN_STEPS, (count,), generator=generator)
    near = (400 + 160 * torch.randn(count, generator=generator)).clamp(1, TRAIN_STEPS - 1).long()
    return torch.where(torch.rand(count, generator=generator) < 0.5, even, near)
