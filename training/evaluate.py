"""Measure what is shipped, on held-out seeds, through the very backend that users run.

    python -m training.evaluate --train CACHE --held-out CACHE --folder WORK [--combinations CACHE] [--footage FOLDER]

Adherence is (accuracy on what was painted - chance) / (accuracy on renders - chance), the worse of two probes. What is
measured with a cache or folder that is not given is left out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from reverie.core.frame import Image
from training.evaluation.adherence import adherence
from training.evaluation.looks import look
from training.evaluation.painting import Painting, Task, begun, painted
from training.evaluation.sheets import sheet
from training.evaluation.tell import told_apart
from training.evaluation.trips import codec, footage, round_trips
from training.evaluation.variety import Known, alikeness, rendered
from training.evaluation.words import guidance_curve, outside, still_there
from training.pictures import Pictures
from training.probes import Exam, Probe, accuracy, taught
from training.prompts import full_caption

STEPS, STRENGTHS = (1, 2, 4), (0.6, 1.0)
SEEDS, SHOWN, OFTEN = 4, 16, 100
"""Seeds a prompt is painted with, pictures on a sheet, and the most round trips."""


@dataclass(frozen=True)
class Evaluation:
    """One model and what it is measured with."""

    given: argparse.Namespace
    held: Pictures
    probes: dict[str, Probe]
    real: dict[str, dict[str, float]]

    @cached_property
    def count(self) -> int:
        """Return how many worlds are painted."""
        return min(int(self.given.count), len(self.held))

    @cached_property
    def renders(self) -> list[Image]:
        """Return the pictures that they should look like."""
        return [np.array(self.held.array[index]) for index in range(self.count)]

    def painting(self, steps: int) -> Painting:
        """Return the model, open for a number of steps."""
        return Painting(self.given.model, steps, self.given.side, self.given.device)

    def tasks(self) -> Iterator[Task]:
        """Yield the rows of the table."""
        for strength in STRENGTHS:
            yield from (Task(steps, strength, self.given.guidance_scale) for steps in STEPS)

    def autoencoder(self) -> dict[str, Any]:
        """Measure round trips; a hundred of them on fewer pictures, since they take long."""
        model = codec(self.given.model)
        found: dict[str, Any] = round_trips(model, self.held.take(range(min(64, len(self.held)))))
        often = round_trips(model, self.held.take(range(min(self.given.often, len(self.held)))), (OFTEN,))
        found["often"] = often
        return (
            found
            if self.given.footage is None
            else {**found, "footage": footage(model, self.given.footage, self.given.side)}
        )

    def row(self, task: Task) -> tuple[dict[str, Any], list[Image]]:
        """Paint one row's pictures, look at them, and leave a sheet."""
        made, worlds = painted(self.painting(task.steps), task, self.held, self.count)
        starts = [begun(self.held, index) for index in range(self.count)] if task.strength < 1 else []
        sheet(
            self.folder / f"{task.name}.png",
            [row[first : first + 8] for first in (0, 8) for row in (starts, self.renders, made)],
        )
        return {"adherence": adherence(self.probes, made, worlds, self.real), "look": look(made, self.renders)}, made

    def unseen(self, task: Task) -> dict[str, Any]:
        """Paint combinations of scene, palette and style that were never trained on."""
        cache = Pictures(self.given.combinations)
        exam = Exam.of(cache)
        real = {name: accuracy(probe, exam) for name, probe in self.probes.items()}
        made, worlds = painted(self.painting(task.steps), task, cache, min(self.given.count, len(cache)))
        return {"adherence": adherence(self.probes, made, worlds, real), "count": len(made)}

    def variety(self, task: Task) -> dict[str, float]:
        """Paint each of some prompts with several seeds; the same of renders."""
        painting, worlds, seeds = self.painting(task.steps), self.held.worlds[:SHOWN], range(SEEDS)
        made = [[painting.paint(task, full_caption(world, "exam"), None, seed) for seed in seeds] for world in worlds]
        real = [rendered(world, seeds, self.given.side) for world in worlds]
        return {
            "alikeness": float(np.mean([alikeness(row) for row in made])),
            "alikeness_of_renders": float(np.mean([alikeness(row) for row in real])),
        }

    def heart(self, made: list[Image]) -> dict[str, float]:
        """Look for the nearest picture that was trained on, and leave a sheet of them."""
        known = Known.of(Pictures(self.given.train))
        found = [known.nearest(image) for image in made[:SHOWN]]
        others = [known.nearest(image)[1] for image in self.renders[:SHOWN]]
        nearest = [np.array(known.cache.array[index]) for index, _ in found]
        sheet(
            self.folder / "nearest.png", [row[first : first + 8] for first in (0, 8) for row in (made[:SHOWN], nearest)]
        )
        return {
            "nearest": min(far for _, far in found),
            "mean": float(np.mean([far for _, far in found])),
            "mean_of_renders": float(np.mean(others)),
        }

    def words(self, task: Task) -> dict[str, Any]:
        """Measure guidance, negative prompts, and words that nobody taught."""
        painting, few = self.painting(task.steps), min(self.given.few, self.count)
        strange, made = outside(painting, task, self.renders)
        sheet(self.folder / "outside.png", [made[first : first + 8] for first in range(0, len(made), 8)])
        return {
            "guidance": guidance_curve(painting, self.probes, self.held, self.real, task, few),
            "denied_yet_there": still_there(painting, self.probes, self.held.worlds[:few], task),
            "outside": strange,
        }

    @property
    def folder(self) -> Path:
        """Return where sheets go."""
        folder: Path = self.given.folder
        return folder

    def findings(self) -> Iterator[tuple[str, Any]]:
        """Yield everything, in the order of the table."""
        yield "probes", self.real
        yield "autoencoder", self.autoencoder()
        yield "count", self.count
        made: list[Image] = []
        for task in self.tasks():
            found, made = self.row(task)
            yield task.name, found
        # The last row is words alone in the most steps: what the rest is measured on.
        yield "told_apart", told_apart(made, self.renders)
        yield "heart", self.heart(made)
        yield "variety", self.variety(task)
        yield "words", self.words(task)
        if self.given.combinations is not None:
            yield "unseen_combinations", self.unseen(task)


def options() -> argparse.Namespace:
    """Read what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="reverie-tiny")
    parser.add_argument("--train", type=Path, required=True, help="cache that the probes learn from")
    parser.add_argument("--held-out", type=Path, required=True, help="cache of unseen seeds")
    parser.add_argument("--combinations", type=Path, help="cache of unseen combinations")
    parser.add_argument("--footage", type=Path, help="folder of clips for the autoencoder")
    parser.add_argument("--folder", type=Path, required=True, help="for probes, sheets and evaluation.json")
    parser.add_argument("--count", type=int, default=480)
    parser.add_argument("--few", type=int, default=96, help="worlds for the curve of guidance and for denied words")
    parser.add_argument("--often", type=int, default=16, help="pictures for a hundred round trips")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--guidance-scale", type=float, default=3.0)
    return parser.parse_args()


def main() -> None:
    """Measure everything and write it as JSON, with sheets."""
    given = options()
    held = Pictures(given.held_out)
    probes = taught(given.folder, Exam.of(Pictures(given.train)), given.epochs, given.device)
    exam = Exam.of(held)
    real = {name: accuracy(probe, exam) for name, probe in probes.items()}
    results: dict[str, Any] = {}
    for name, found in Evaluation(given, held, probes, real).findings():
        results[name] = found
        print(name, json.dumps(found), flush=True)
    (given.folder / "evaluation.json").write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
