"""Whether the pictures show what their words say, by two judges that learnt on renders only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from reverie.core.frame import Image
from reverie.worlds.world import World
from training.probes import Probe, judge, labels, shrink
from training.prompts import JUDGED


def adherence(
    probes: dict[str, Probe], made: Sequence[Image], worlds: list[World], real: dict[str, dict[str, float]]
) -> dict[str, float]:
    """Return A by attribute and their mean, the worse probe's; chance is what shuffled prompts score."""
    pictures, rows = seen(made), []
    for name, probe in probes.items():
        said, answers = judge(probe, pictures), labels(worlds)
        order = torch.randperm(len(made), generator=torch.Generator().manual_seed(0))
        row = {}
        for key in JUDGED:
            right = float((said[key] == answers[key]).float().mean())
            chance = float((said[key] == answers[key][order]).float().mean())
            row[key] = _gain(right, real[name][key], chance)
        rows.append(row)
    worse = {key: min(row[key] for row in rows) for key in JUDGED}
    return {**worse, "mean": float(np.mean(list(worse.values())))}


def seen(made: Sequence[Image]) -> torch.Tensor:
    """Return pictures as the judges look at them: `(N, 3, SIDE, SIDE)` uint8."""
    return torch.cat([(shrink(_tensor(image)) * 255 + 0.5).byte() for image in made])


def _gain(right: float, real: float, chance: float) -> float:
    """Return how much of what a judge sees in renders it sees here, nought where it sees no more than chance."""
    return (right - chance) / (real - chance) if real > chance else 0.0


def _tensor(image: Image) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float() / 255
