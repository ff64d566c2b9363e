"""Residual blocks that normalise and activate in one go, where a kernel does that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from torch import Tensor, nn

Normalise = Callable[[Tensor, Tensor, Tensor, int, float], Tensor]
"""`reverie.kernels.normalising.group_norm_silu`, or what stands for it."""

Scaled = tuple[Tensor, Tensor, Tensor]


def fuse(module: nn.Module, normalise: Normalise) -> int:
    """Have a network's residual blocks use a kernel for group norm and SiLU; return how many do.

    Weights and names stay as they are. Blocks that are built otherwise keep their own way.
    """
    blocks = [block for block in module.modules() if _fits(block)]
    for block in blocks:
        block.forward = partial(_forward, block, normalise)
    return len(blocks)


def _fits(block: Any) -> bool:
    from diffusers.models.resnet import ResnetBlock2D

    return (
        type(block) is ResnetBlock2D
        and isinstance(block.nonlinearity, nn.SiLU)
        and block.upsample is None
        and block.downsample is None
        and block.time_embedding_norm in TOLD
    )


def _forward(block: Any, normalise: Normalise, features: Tensor, temb: Tensor | None = None) -> Tensor:
    first, second = block.norm1, block.norm2
    hidden = block.conv1(normalise(features, first.weight, first.bias, first.num_groups, first.eps))
    weight, bias = second.weight, second.bias
    if block.time_emb_proj is not None and temb is not None:
        told = block.time_emb_proj(temb if block.skip_time_act else block.nonlinearity(temb))
        hidden, weight, bias = TOLD[block.time_embedding_norm](hidden, told, weight, bias)
    hidden = block.conv2(block.dropout(normalise(hidden, weight, bias, second.num_groups, second.eps)))
    beside = features if block.conv_shortcut is None else block.conv_shortcut(features)
    made: Tensor = (beside + hidden) / block.output_scale_factor
    return made


def _added(hidden: Tensor, told: Tensor, weight: Tensor, bias: Tensor) -> Scaled:
    return hidden + told[:, :, None, None], weight, bias


def _scaled(hidden: Tensor, told: Tensor, weight: Tensor, bias: Tensor) -> Scaled:
    """Have the norm's own scale and shift hold the step's, (x w + b)(1 + s) + t, for each sample its own."""
    scale, shift = told.chunk(2, dim=1)
    return hidden, weight * (1 + scale), bias * (1 + scale) + shift


TOLD: Mapping[str, Callable[[Tensor, Tensor, Tensor, Tensor], Scaled]] = {"default": _added, "scale_shift": _scaled}
"""How a block is told of the step, by what its settings call that."""
