"""Group normalisation and the SiLU that follows it in every block of a diffusion network, as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def group_norm_silu(features: Tensor, weight: Tensor, bias: Tensor, groups: int, eps: float = 1e-5) -> Tensor:
    """Return silu(group_norm(features) * weight + bias) of `(N, C, H, W)`, laid out as the features are.

    `weight` and `bias` are `(C,)`, or `(N, C)` where a step's embedding scales and shifts each sample by its own.
    """
    normed = functional.group_norm(features.float(), groups, None, None, eps)
    scaled = normed * weight.float()[..., None, None] + bias.float()[..., None, None]
    return functional.silu(scaled).to(features.dtype)


def _example(device: str) -> tuple[Any, ...]:
    dice = torch.Generator().manual_seed(0)
    features = 2 + torch.randn((2, 12, 37, 19), generator=dice)
    weight, bias = torch.randn((2, 12), generator=dice), torch.randn((12,), generator=dice)
    laid = features.to(device, torch.float16).contiguous(memory_format=torch.channels_last)
    return laid, weight.to(laid), bias.to(laid), 4


EXAMPLES: Mapping[str, Callable[[str], tuple[Any, ...]]] = {"group_norm_silu": _example}
"""What the kernel is tried with on a device."""
