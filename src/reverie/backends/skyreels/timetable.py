"""Who is cleaned when: every latent's place on the way from noise to picture, at every evaluation of the network.

Diffusion forcing (Chen et al. 2024) gives each latent a noise level of its own. Together (`ar_step` 0) all new ones go
down at once. One after the other, blocks set out `ar_step` evaluations apart, and each looks at cleaner ones before it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """One evaluation: `places[block]` is how many steps a block has behind it.

    `runs` are the blocks that take one, from and to, each run of them at the same place.
    """

    places: tuple[int, ...]
    runs: tuple[tuple[int, int], ...]


def timetable(steps: int, blocks: int, known: int = 0, ar_step: int = 0) -> list[Turn]:
    """Return the evaluations that take `blocks` blocks through `steps` steps; the first `known` are pictures already.

    There are `steps + (blocks - known - 1) * ar_step` of them, and each block moves exactly `steps` times. A block sets
    out as soon as the one before it is `ar_step` steps ahead of it, or done.
    """
    ar_step = min(ar_step, steps)
    runs = [(known, blocks)] if ar_step == 0 else [(block, block + 1) for block in range(known, blocks)]
    total = steps + (len(runs) - 1) * ar_step if known < blocks else 0
    return [_turn(moment, steps, known, runs, ar_step) for moment in range(total)]


def _turn(moment: int, steps: int, known: int, runs: list[tuple[int, int]], ar_step: int) -> Turn:
    behind = [min(max(moment - number * ar_step, 0), steps) for number in range(len(runs))]
    moving = tuple(run for number, run in enumerate(runs) if 0 <= moment - number * ar_step < steps)
    places = [place for place, (begin, end) in zip(behind, runs, strict=True) for _ in range(begin, end)]
    return Turn((steps,) * known + tuple(places), moving)
