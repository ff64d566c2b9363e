"""Batches for the network: latents and the tokens of one of their captions."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


class Batch(NamedTuple):
    """Latents `(N, C, h, w)`, the ids of one of their captions `(N, tokens)`, and their rows in the cache `(N,)`."""

    latents: Tensor
    tokens: Tensor
    rows: Tensor


class Lessons:
    """Latents of one size with their captions, drawn at random; a share of batches is cut from pictures twice the size.

    Small pictures teach where things are, cuts from large ones how they are painted at their true size.
    """

    def __init__(self, folder: Path, side: int, seed: int, device: str, cuts: float = 0.0) -> None:
        """Open what the latents stage wrote for pictures of `side` pixels, and of twice as many where `cuts` > 0."""
        self.latents = np.load(folder / f"latents_{side}.npy", mmap_mode="r")
        self.large = np.load(folder / f"latents_{2 * side}.npy", mmap_mode="r") if cuts else self.latents
        self.cuts = cuts
        self.tokens, self.nothing = np.load(folder / "tokens.npy"), np.load(folder / "empty.npy")
        self.rng, self.device = np.random.default_rng(seed), device

    def batch(self, count: int, silent: float = 0.1) -> Batch:
        """Draw `count` pictures; a share of `silent` captions says nothing."""
        chosen = np.sort(self.rng.integers(0, len(self.latents), count))
        tokens = self.tokens[chosen, self.rng.integers(0, self.tokens.shape[1], count)]
        tokens[self.rng.random(count) < silent] = self.nothing
        latents = torch.from_numpy(self._taken(chosen).astype(np.float32))
        read = torch.from_numpy(tokens.astype(np.int64))
        return Batch(latents.to(self.device), read.to(self.device), torch.from_numpy(chosen))

    def _taken(self, chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.float16]:
        if self.rng.random() >= self.cuts:
            whole: npt.NDArray[np.float16] = self.latents[chosen]
            return whole
        side = self.latents.shape[-1]
        corners = self.rng.integers(0, self.large.shape[-1] - side + 1, (len(chosen), 2))
        cut = [self.large[i, :, y : y + side, x : x + side] for i, (y, x) in zip(chosen, corners, strict=True)]
        return np.stack(cut)

    def silence(self, count: int) -> Tensor:
        """Return `(count, tokens)` ids of captions that say nothing."""
        return torch.from_numpy(self.nothing.astype(np.int64)).to(self.device).expand(count, -1)
