"""Memory attention: of each remembered frame the likest place has its say, of all frames those that are likest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor


def recalled(
    queries: Tensor, keys: Tensor, looks: Tensor, sharpness: Tensor, each: int, most: int | None = None
) -> Tensor:
    """Return how places used to look, `(N, P, L)` float32.

    `queries` are `(N, P, width)`; `keys` `(N, F * each, width)` and `looks` `(N, F * each, L)` those of F frames, whose
    `each` places lie together. A frame's say is the softmax, over the frames, of `sharpness` `()` times how alike its
    likest place is (the first of equals); `most` of the frames have one, those that are likest, all where it is None.
    """
    alike = (queries.float() @ keys.float().transpose(1, 2)).unflatten(2, (-1, each))
    best = alike.max(dim=3)
    said = best.values
    if most is not None and most < said.shape[2]:
        places = said.sort(dim=2, descending=True, stable=True).indices[..., most:]
        said = said.scatter(2, places, float("-inf"))
    weights = (sharpness.float() * said).softmax(dim=2)
    frames = looks.float().unflatten(1, (-1, each))
    wanted = best.indices.transpose(1, 2)[..., None].expand(-1, -1, -1, looks.shape[2])
    said_of_all: Tensor = weights.transpose(1, 2)[..., None] * torch.gather(frames, 2, wanted)
    return said_of_all.sum(1)


def _example(device: str) -> tuple[Any, ...]:
    dice = torch.Generator().manual_seed(0)
    # Whole eighths: sums of their products are exact in any order, so that ties are ties in every way to compute it.
    queries = torch.randint(-8, 9, (1, 21, 32), generator=dice).to(device, torch.float16) / 8
    keys = torch.randint(-8, 9, (1, 5 * 21, 32), generator=dice).to(device, torch.float16) / 8
    looks = torch.rand((1, 5 * 21, 6), generator=dice).to(device, torch.float16)
    return queries, keys, looks, torch.tensor(2.0, device=device), 21, 3


EXAMPLES: Mapping[str, Callable[[str], tuple[Any, ...]]] = {"recalled": _example}
"""What the kernel is tried with on a device."""
