"""How kernels are compiled and started."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import triton
from torch import Tensor


def compiled(function: Callable[..., None]) -> Any:
    """Return a function in Triton's language as a kernel; `kernel[grid](...)` starts it."""
    return triton.jit(function)


def launch(kernel: Any, grid: tuple[int, ...], beside: Tensor, *given: Any, **constants: Any) -> None:
    """Start a kernel on the device that a tensor is on, in its current stream."""
    with torch.cuda.device_of(beside):
        kernel[grid](*given, **constants)


def blocks(count: int, block: int) -> int:
    """Return how many blocks it takes."""
    return -(-count // block)


def padded(count: int, least: int = 1) -> int:
    """Return the next power of two: sizes of blocks are such."""
    return max(least, 1 << max(0, count - 1).bit_length())
