"""What words do: how closely they are followed, whether a denied one stays away, and those that nobody taught."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from reverie.core.frame import Image
from reverie.worlds.world import TABLES, World
from training.evaluation.adherence import adherence, seen
from training.evaluation.looks import colourfulness, laplacian_variance
from training.evaluation.painting import Painting, Task, painted
from training.pictures import Pictures
from training.probes import Probe, judge
from training.prompts import spare_caption

OUTSIDE = Path(__file__).parents[2] / "docs" / "concepts" / "prompts.md"
"""The page that lists forty prompts that the grammar never writes."""

GUIDANCES = (1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0)


def guidance_curve(
    painting: Painting,
    probes: dict[str, Probe],
    cache: Pictures,
    real: dict[str, dict[str, float]],
    task: Task,
    count: int,
) -> dict[str, float]:
    """Return the mean adherence by guidance scale."""
    curve = {}
    for scale in GUIDANCES:
        made, worlds = painted(painting, Task(task.steps, task.strength, scale), cache, count)
        curve[f"{scale:g}"] = adherence(probes, made, worlds, real)["mean"]
    return curve


def still_there(painting: Painting, probes: Mapping[str, Probe], worlds: Sequence[World], task: Task) -> float:
    """Return the share of palettes that show although they are denied, by the judge that sees more of them.

    Each prompt leaves the palette open; it is painted, a judge says which palette came, and it is painted again from
    the same seed with that palette as the negative prompt. Without any effect the share is 1.
    """
    prompts = [spare_caption(world, "exam", without="palette") for world in worlds]
    free = [painting.paint(task, prompt, None, seed) for seed, prompt in enumerate(prompts)]
    hues, shares = list(TABLES["palette"]), []
    for probe in probes.values():
        came = judge(probe, seen(free))["palette"]
        denied = [
            painting.paint(task, prompt, None, seed, str(hues[int(hue)]))
            for seed, (prompt, hue) in enumerate(zip(prompts, came, strict=True))
        ]
        shares.append(float((judge(probe, seen(denied))["palette"] == came).float().mean()))
    return max(shares)


def outside_prompts(page: Path = OUTSIDE) -> list[str]:
    """Return the prompts of the page: the first column of its table."""
    rows = [line.split("|")[1].strip() for line in page.read_text().splitlines() if line.startswith("|")]
    return rows[2:]


def outside(painting: Painting, task: Task, renders: Sequence[Image]) -> tuple[dict[str, float], list[Image]]:
    """Return how sharp and colourful what nobody taught comes, as shares of the renders', and the pictures."""
    made = [painting.paint(task, prompt, None, seed) for seed, prompt in enumerate(outside_prompts())]
    measures = {"laplacian_variance": laplacian_variance, "colourfulness": colourfulness}
    shares = {
        name: float(np.mean([of(one) for one in made]) / np.mean([of(one) for one in renders]))
        for name, of in measures.items()
    }
    deviations = [float(one.std()) for one in made]
    return {**shares, "lowest_deviation": min(deviations) / float(np.mean([one.std() for one in renders]))}, made
