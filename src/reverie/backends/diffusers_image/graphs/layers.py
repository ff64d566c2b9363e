"""Layers that compute what the library's do, in a form that compilers turn into fewer and larger operations."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class ChannelNorm(nn.Module):
    """A group norm from means over pixels, which needs no other memory layout than the convolutions around it.

    Means of groups are means of their channels' means, taken by a small matrix; `scale` and `shift` `(N, C, 1, 1)`
    stand in for the layer's own weights where they are given.
    """

    grouping: Tensor

    def __init__(self, norm: nn.GroupNorm) -> None:
        super().__init__()
        self.eps = norm.eps
        self.weight = nn.Parameter(norm.weight.detach().view(1, -1, 1, 1))
        self.bias = nn.Parameter(norm.bias.detach().view(1, -1, 1, 1))
        size = norm.num_channels // norm.num_groups
        blocks = torch.full((size, size), 1.0 / size).repeat(norm.num_groups, 1, 1)
        self.register_buffer("grouping", torch.block_diag(*blocks)[:, :, None, None])

    def forward(self, x: Tensor, scale: Tensor | None = None, shift: Tensor | None = None) -> Tensor:
        """Normalise `(N, C, H, W)`."""
        mean = functional.conv2d(x.mean((2, 3), keepdim=True), self.grouping)
        square = torch.square(x - mean).mean((2, 3), keepdim=True)
        rate = torch.rsqrt(functional.conv2d(square, self.grouping) + self.eps)
        rate = rate * (self.weight if scale is None else scale)
        return x * rate + ((self.bias if shift is None else shift) - mean * rate)


class Enlarging(nn.Module):
    """Doubling by repetition and a 3x3 convolution, as one transposed convolution with less than half the products.

    Of a pixel's nine taps several fall on the same repeated value, so their weights can be added beforehand.
    """

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        weight = conv.weight.detach()
        kernel = torch.zeros(*weight.shape[:2], 4, 4)
        for down in range(2):
            for right in range(2):
                kernel[:, :, down : down + 3, right : right + 3] += weight.flip(2, 3)
        self.kernel = nn.Parameter(kernel.transpose(0, 1).contiguous())
        self.bias = None if conv.bias is None else nn.Parameter(conv.bias.detach())

    def forward(self, x: Tensor) -> Tensor:
        """Return `(N, C', 2H, 2W)`."""
        return functional.conv_transpose2d(x, self.kernel, self.bias, stride=2, padding=1)


def heads(x: Tensor, count: int) -> Tensor:
    """Turn `(N, tokens, width)` into `(N, count, tokens, width / count)`."""
    split: Tensor = x.unflatten(2, (count, -1))
    return split.transpose(1, 2)


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Return attention of heads as `(N, tokens, width)`."""
    seen: Tensor = functional.scaled_dot_product_attention(query, key, value)
    return seen.transpose(1, 2).flatten(2)


class Gate(nn.Module):
    """A feed-forward layer with a gate (Shazeer 2020), its two halves as two products instead of one that is cut."""

    def __init__(self, feed: nn.Module) -> None:
        super().__init__()
        joined: nn.Linear = feed.net[0].proj  # type: ignore[index, union-attr]
        wide = joined.out_features // 2
        self.value, self.gate = (_rows(joined, part) for part in (slice(0, wide), slice(wide, None)))
        self.out: nn.Module = feed.net[2]  # type: ignore[index, assignment]

    def forward(self, x: Tensor) -> Tensor:
        """Return `(N, tokens, width)`."""
        out: Tensor = self.out(self.value(x) * functional.gelu(self.gate(x)))
        return out


def _rows(linear: nn.Linear, part: slice) -> nn.Linear:
    weight = linear.weight.detach()[part].clone()
    made = nn.Linear(weight.shape[1], weight.shape[0], bias=linear.bias is not None)
    made.weight = nn.Parameter(weight)
    if linear.bias is not None:
        made.bias = nn.Parameter(linear.bias.detach()[part].clone())
    return made
