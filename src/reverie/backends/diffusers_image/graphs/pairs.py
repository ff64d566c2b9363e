"""Two convolutions with nothing between them, as one.

AutoencoderTiny has such pairs where a level has no blocks: the first two of its encoder and the last two of its
decoder, at the picture's full size, where they cost most. As one they need a tenth of the products. Only at the
picture's edges are they not the same: there the second convolution sees zeros where the first would go on beyond the
edge. What the one has too much there is computed from the picture's outermost lines, and taken away.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

REACH = range(-1, 2)


class EnlargingPair(nn.Module):
    """Doubling by repetition and two 3x3 convolutions, the first without bias: one on the small picture, a shuffle."""

    def __init__(self, first: nn.Conv2d, second: nn.Conv2d) -> None:
        super().__init__()
        one, two = first.weight.detach(), second.weight.detach()
        outputs, inputs = two.shape[0], one.shape[1]
        kernel = torch.zeros(outputs, 2, 2, inputs, 3, 3)
        for down, right, (a, b, c, d) in _taps():
            product = torch.einsum("om,mi->oi", two[:, :, a + 1, b + 1], one[:, :, c + 1, d + 1])
            kernel[:, down, right, :, (down + a + c) // 2 + 1, (right + b + d) // 2 + 1] += product
        self.kernel = nn.Parameter(kernel.reshape(4 * outputs, inputs, 3, 3))
        bias = torch.zeros(outputs) if second.bias is None else second.bias.detach()
        self.bias = nn.Parameter(bias.repeat_interleave(4))
        self.one, self.two = nn.Parameter(one), nn.Parameter(two)

    def forward(self, x: Tensor) -> Tensor:
        """Return `(N, C', 2H, 2W)`."""
        y = functional.pixel_shuffle(functional.conv2d(x, self.kernel, self.bias, padding=1), 2)
        y = _less(y, self._row(x[:, :, :1], 2, 0), self._row(x[:, :, -1:], 0, 2), 2)
        return _less(y, self._column(x[:, :, :, :1], 2, 0), self._column(x[:, :, :, -1:], 0, 2), 3)

    def _row(self, line: Tensor, near: int, far: int) -> Tensor:
        wide = functional.interpolate(line, scale_factor=(1.0, 2.0), mode="nearest")
        beyond = functional.conv2d(wide, self.one[:, :, near : near + 1], padding=(0, 2))
        return functional.conv2d(beyond, self.two[:, :, far : far + 1])

    def _column(self, line: Tensor, near: int, far: int) -> Tensor:
        tall = functional.interpolate(line, scale_factor=(2.0, 1.0), mode="nearest")
        beyond = functional.conv2d(tall, self.one[:, :, :, near : near + 1], padding=(1, 0))
        return functional.conv2d(beyond, self.two[:, :, :, far : far + 1], padding=(1, 0))


class HalvingPair(nn.Module):
    """Two 3x3 convolutions, the second of stride 2 and without bias: one 5x5 convolution of stride 2."""

    def __init__(self, first: nn.Conv2d, second: nn.Conv2d) -> None:
        super().__init__()
        one, two = first.weight.detach(), second.weight.detach()
        kernel = torch.zeros(two.shape[0], one.shape[1], 5, 5)
        for down in range(3):
            for right in range(3):
                mixed = torch.einsum("om,mihw->oihw", two[:, :, down, right], one)
                kernel[:, :, down : down + 3, right : right + 3] += mixed
        bias = torch.zeros(one.shape[0]) if first.bias is None else first.bias.detach()
        self.kernel, self.bias = nn.Parameter(kernel), nn.Parameter(two.sum((2, 3)) @ bias)
        self.one, self.two, self.inner = nn.Parameter(one), nn.Parameter(two), nn.Parameter(bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return `(N, C', H / 2, W / 2)` for even sides."""
        y = functional.conv2d(x, self.kernel, self.bias, stride=2, padding=2)
        row = functional.conv2d(x[:, :, :1], self.one[:, :, 2:3], self.inner, padding=(0, 2))
        row = functional.conv2d(row, self.two[:, :, 0:1], stride=(1, 2))
        column = functional.conv2d(x[:, :, :, :1], self.one[:, :, :, 2:3], self.inner, padding=(1, 0))
        column = functional.conv2d(column, self.two[:, :, :, 0:1], stride=(2, 1), padding=(1, 0))
        y = torch.cat([y[:, :, :1] - row, y[:, :, 1:]], dim=2)
        return torch.cat([y[:, :, :, :1] - column, y[:, :, :, 1:]], dim=3)


def _taps() -> list[tuple[int, int, tuple[int, int, int, int]]]:
    """Every half of a doubled pixel with every pair of taps: rows and columns of the second, then of the first."""
    pairs = [(a, b, c, d) for a in REACH for b in REACH for c in REACH for d in REACH]
    return [(down, right, pair) for down in range(2) for right in range(2) for pair in pairs]


def _less(y: Tensor, start: Tensor, end: Tensor, axis: int) -> Tensor:
    """Return y with its first and last line along an axis made less."""
    length = y.shape[axis]
    lines = [y.narrow(axis, 0, 1) - start, y.narrow(axis, 1, length - 2), y.narrow(axis, length - 1, 1) - end]
    return torch.cat(lines, dim=axis)
