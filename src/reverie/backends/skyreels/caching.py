"""Evaluations that are estimated from those before instead of computed (TaylorSeer, Liu et al. 2025), and counted.

diffusers' own defaults find no layer of this network to hook, and its state outlives a film's window: here layers are
named, the state begins with each window, and what was really computed is counted, so that nobody is told of work that
was not saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

LAYERS = (r"blocks\.\d+\.(attn1|attn2|ffn)",)
"""The layers whose results are estimated, by the network's names for them."""

COMPUTED_FIRST = 3
"""Evaluations at a window's beginning that are always computed, from which the others are estimated."""


@dataclass
class Tally:
    """How many times the first block's attention was computed."""

    computed: int = 0

    def count(self, *_: Any) -> None:
        """Count one."""
        self.computed += 1


@contextmanager
def estimating(network: Any, interval: int) -> Iterator[Tally]:
    """Let the network estimate `interval - 1` of `interval` evaluations until the context ends; 0 computes all."""
    tally = Tally()
    counting = network.blocks[0].attn1.to_q.register_forward_hook(tally.count)
    if interval:
        from diffusers import TaylorSeerCacheConfig

        network.enable_cache(
            TaylorSeerCacheConfig(
                cache_interval=interval, disable_cache_before_step=COMPUTED_FIRST, cache_identifiers=list(LAYERS)
            )
        )
    try:
        yield tally
    finally:
        counting.remove()
        if interval:
            network.disable_cache()
