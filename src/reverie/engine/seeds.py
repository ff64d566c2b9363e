"""Numbers that look drawn by chance and follow from a seed: every step has its own, the same in every run."""

from __future__ import annotations

from functools import reduce

_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15


def mixed(value: int) -> int:
    """Return 64 bits scattered by SplitMix64's finaliser (Steele, Lea and Flood 2014)."""
    value = (value + _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def derived(seed: int, *path: int) -> int:
    """Return a number from 0 to 2**63 - 1 that follows from a seed and a path such as scene, frame, attempt."""
    return mixed(reduce(lambda state, step: mixed(state) + step, path, seed)) >> 1
