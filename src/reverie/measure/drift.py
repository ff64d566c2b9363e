"""How a long run changed from its beginning to its end: the numbers of a soak."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from reverie.core.report import VitalSigns

WINDOW = 0.15
"""Share of a run that counts as its beginning and as its end (start-end contrast: Zhang and Agrawala 2025, eq. 7)."""

TOLD = ("detail", "saturation", "brightness")
"""The measures of `VitalSigns` whose drift a soak tells."""


def ends(values: Sequence[float], window: float = WINDOW) -> tuple[float, float]:
    """Return the mean of the first and of the last `window` (share of the run, one value at least)."""
    length = max(1, round(len(values) * window))
    return float(np.mean(values[:length])), float(np.mean(values[-length:]))


def change(values: Sequence[float], window: float = WINDOW) -> float:
    """Return by which share the end differs from the beginning: 0.2 is a fifth more, -1 all gone."""
    first, last = ends(values, window)
    return (last - first) / max(abs(first), 1e-9)


def slope(values: Sequence[float]) -> float:
    """Return the least-squares slope over the whole run, as a share of the mean: it sees what a lucky end hides."""
    if len(values) < 2:
        return 0.0
    steepness = np.polynomial.polynomial.polyfit(np.linspace(0.0, 1.0, len(values)), values, 1)[1]
    return float(steepness / max(abs(float(np.mean(values))), 1e-9))


def longest_run(flags: Iterable[bool]) -> int:
    """Return the length of the longest unbroken run of True."""
    return max((sum(1 for _ in run) for flag, run in groupby(map(bool, flags)) if flag), default=0)


def repeated(hashes: npt.NDArray[np.uint64], distance: int = 100, within: int = 10, block: int = 256) -> float:
    """Return the share of frames whose dHash comes `within` bits of 256 of one at least `distance` frames away.

    `hashes` is `(n, 4)` uint64 as `reverie.measure.vitals.dhash` gives them. Memory is `block` times n words.
    """
    count = len(hashes)
    seen = np.zeros(count, dtype=bool)
    for start in range(0, count - distance, block):
        here = hashes[start : start + block]
        later = hashes[start + distance :]
        bits = np.bitwise_count(here[:, None] ^ later[None]).sum(axis=-1, dtype=np.int64)
        far = np.arange(len(later))[None] >= np.arange(len(here))[:, None]
        near = (bits <= within) & far
        seen[start : start + len(here)] |= near.any(axis=1)
        seen[start + distance :] |= near.any(axis=0)
    return float(seen.mean()) if count else 0.0


@dataclass(frozen=True, slots=True)
class Soak:
    """What a long run came to.

    `lowest_contrast` is 0..1, `longest_stagnation` in frames, `changes` and `slopes` shares by measure, `repeated` the
    share of frames that came back, `sparks_per_300` sparks for every 300 frames.
    """

    frames: int
    lowest_contrast: float
    longest_stagnation: int
    changes: dict[str, float]
    slopes: dict[str, float]
    repeated: float
    sparks_per_300: float


def soak(
    vitals: Sequence[VitalSigns], hashes: npt.NDArray[np.uint64], sparks: int = 0, warm_up: int = 0, distance: int = 100
) -> Soak:
    """Sum a run up; the first `warm_up` frames are left out of changes and slopes. ValueError where none is left."""
    warm = vitals[warm_up:]
    if not warm:
        raise ValueError(f"a soak of {len(vitals)} frames has nothing after a warm-up of {warm_up}")
    curves = {name: [float(getattr(signs, name)) for signs in warm] for name in TOLD}
    return Soak(
        frames=len(vitals),
        lowest_contrast=min(signs.contrast for signs in vitals),
        longest_stagnation=longest_run(bool(signs.stagnant) for signs in vitals),
        changes={name: change(curve) for name, curve in curves.items()},
        slopes={name: slope(curve) for name, curve in curves.items()},
        repeated=repeated(hashes, distance),
        sparks_per_300=300.0 * sparks / len(vitals),
    )
