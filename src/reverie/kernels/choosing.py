"""Which way a kernel is computed: by hand where a graphics card and Triton are, plainly everywhere else.

A kernel written by hand is used only after it gave the reference's answer on this very device; whatever keeps it from
that is a reason to compute plainly, never an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

KERNELS: Mapping[str, str] = {
    "group_norm_silu": "normalising",
    "recalled": "recalling",
    "warp_blend": "warping",
    "to_planes": "converting",
    "to_pictures": "converting",
}
"""Each kernel's module: `reverie.kernels.MODULE` computes it plainly, `reverie.kernels.on_triton.MODULE` by hand."""

BY_HAND, PLAINLY = "triton", "torch"

_NEAR, _LEVEL = 0.02, 1.0
"""How far from the reference's an answer may be: a share or so much, and levels of a picture."""


@dataclass(frozen=True)
class Choice:
    """A kernel as it is computed on a device: `by` triton or torch, and `why`."""

    name: str
    run: Callable[..., Any]
    by: str
    why: str


@cache
def chosen(name: str, device: str) -> Choice:
    """Return how a kernel is computed on a device such as `cpu` or `cuda:0`; the first asking may compile it."""
    plain = import_module(f"reverie.kernels.{KERNELS[name]}")
    reference = getattr(plain, name)
    hindrance = hindered(device)
    if hindrance:
        return Choice(name, reference, PLAINLY, hindrance)
    try:
        written = getattr(import_module(f"reverie.kernels.on_triton.{KERNELS[name]}"), name)
        same = _alike(written(*plain.EXAMPLES[name](device)), reference(*plain.EXAMPLES[name](device)))
    except Exception as error:  # a compiler that is missing, a driver that is too old, a card it does not know
        said = (str(error).splitlines() or [""])[0][:200]
        return Choice(name, reference, PLAINLY, f"it failed here: {type(error).__name__} {said}".rstrip())
    if not same:
        return Choice(name, reference, PLAINLY, "it gave another answer than the reference here")
    return Choice(name, written, BY_HAND, "a graphics card and Triton are there")


def hindered(device: str) -> str:
    """Return what keeps kernels from being computed by hand on a device, "" where nothing does; imports nothing."""
    if find_spec("triton") is None:
        return "Triton is not installed"
    if os.environ.get("REVERIE_KERNELS", "") == "plain":
        return "REVERIE_KERNELS asks for it"
    # In Triton's interpreter kernels run on the processor too: that is how they are tested without a graphics card.
    if not device.startswith("cuda") and os.environ.get("TRITON_INTERPRET") != "1":
        return "there is no graphics card for it"
    return ""


def told(device: str, names: tuple[str, ...] = tuple(KERNELS)) -> dict[str, str]:
    """Return what is to be written down of kernels in use: by name, `triton`, or `torch` and why."""
    choices = (chosen(name, device) for name in names)
    return {one.name: one.by if one.by == BY_HAND else f"{one.by}: {one.why}" for one in choices}


def _alike(one: Any, other: Any) -> bool:
    import torch

    if isinstance(one, tuple):
        return all(_alike(*pair) for pair in zip(one, other, strict=True))
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    far = 0.0 if one.dtype == torch.bool else _NEAR if one.is_floating_point() else _LEVEL
    return bool(torch.allclose(one.float(), other.float(), rtol=_NEAR, atol=far))
