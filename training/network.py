"""The network and its text encoder as one module: noised latents, timestep, tokens and guidance in, velocity out."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from training.build import build_network, build_text_encoder
from training.presets import Preset


class Painter(nn.Module):
    """What a prompt's tokens make of noised latents."""

    def __init__(self, preset: Preset, vocabulary: int, end: int, padding: int) -> None:
        """Build both parts untrained."""
        super().__init__()
        self.text = build_text_encoder(preset, vocabulary, end, padding)
        self.network = build_network(preset)
        self.guidance_width = preset.guidance_width

    def read(self, tokens: Tensor) -> Tensor:
        """Return `(N, tokens, width)` of what the text encoder makes of token ids."""
        states: Tensor = self.text(tokens).last_hidden_state
        return states

    def forward(self, noised: Tensor, steps: Tensor, states: Tensor, guidance: Tensor | None = None) -> Tensor:
        """Return the velocity, shaped as `noised`; `guidance` is the scale minus one, as LCM embeds it."""
        embedded = None if guidance is None else embed_guidance(guidance, self.guidance_width)
        velocity: Tensor = self.network(noised, steps, states, timestep_cond=embedded, return_dict=False)[0]
        return velocity


def embed_guidance(guidance: Tensor, width: int) -> Tensor:
    """Return sinusoids of 1000 times the guidance (scale - 1), `(N, width)`.

    As diffusers' LCM has them in `get_guidance_scale_embedding`.
    """
    half = width // 2
    rates = torch.exp(torch.arange(half, device=guidance.device) * -(math.log(10000.0) / (half - 1)))
    angles = 1000.0 * guidance.float()[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)
