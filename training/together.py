"""Processes train one network without waiting for each other: elastic averaging (Zhang et al. 2015, eq. 4 to 6).

Cores that other work takes now and then make every barrier a stall; here each process goes at its own pace and is
pulled towards a centre on disk, which it pulls in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

MEETING = 20
"""Steps between two meetings."""


class Centre:
    """The weights that all processes gather around: one float32 array in a file."""

    def __init__(self, path: Path, module: nn.Module, pull: float = 0.5) -> None:
        """Open the centre, or lay it where the module is; ValueError where it is of another network."""
        self.module, self.pull = module, pull
        count = sum(weights.numel() for weights in module.parameters())
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            np.concatenate([_flat(weights) for weights in module.parameters()]).tofile(path)
        self.array: npt.NDArray[np.float32] = np.memmap(path, np.float32, "r+")
        if len(self.array) != count:
            raise ValueError(f"{path}: {len(self.array)} weights, but the network has {count}")

    @torch.no_grad()
    def meet(self) -> None:
        """Move the module and the centre towards each other by `pull` of what lies between them."""
        for place, weights in self._parts():
            between = self.pull * (_flat(weights) - self.array[place])
            self.array[place] += between
            weights.sub_(torch.from_numpy(between).view(weights.shape).to(weights.device))

    def _parts(self) -> Iterator[tuple[slice, Tensor]]:
        start = 0
        for weights in self.module.parameters():
            yield slice(start, start + weights.numel()), weights
            start += weights.numel()


def _flat(weights: Tensor) -> npt.NDArray[np.float32]:
    values: npt.NDArray[np.float32] = weights.detach().float().cpu().contiguous().view(-1).numpy()
    return values
