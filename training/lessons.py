"""Batches for the network: latents and the tokens of one of their captions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor


class Lessons:
    """Latents of one size with their captions, drawn at random."""

    def __init__(self, folder: Path, side: int, seed: int, device: str) -> None:
        """Open what the latents stage wrote for pictures of `side` pixels."""
        self.latents = np.load(folder / f"latents_{side}.npy", mmap_mode="r")
        self.tokens, self.nothing = np.load(folder / "tokens.npy"), np.load(folder / "empty.npy")
        self.rng, self.device = np.random.default_rng(seed), device

    def batch(self, count: int, silent: float = 0.1) -> tuple[Tensor, Tensor]:
        """Return `(count, C, h, w)` latents and `(count, tokens)` ids; a share of `silent` captions says nothing."""
        chosen = np.sort(self.rng.integers(0, len(self.latents), count))
        tokens = self.tokens[chosen, self.rng.integers(0, self.tokens.shape[1], count)]
        tokens[self.rng.random(count) < silent] = self.nothing
        latents = torch.from_numpy(self.latents[chosen].astype(np.float32))
        return latents.to(self.device), torch.from_numpy(tokens.astype(np.int64)).to(self.device)

    def silence(self, count: int) -> Tensor:
        """Return `(count, tokens)` ids of captions that say nothing."""
        return torch.from_numpy(self.nothing.astype(np.int64)).to(self.device).expand(count, -1)
