"""Look at a loop: a dream of four prompts by the network, as a sheet of pictures and its vitals by prompt.

    python -m training.loop SHEET.png [--frames 240] [--strength 0.45] [--steps 1] [--guidance-scale 1.5]

Repaints that are each the last one's result show what no single picture does: whether a network burns, greys or
freezes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from reverie.authoring import dream_spec
from reverie.core.frame import Image
from reverie.core.report import VitalSigns
from reverie.execution.local import started
from training.evaluation.sheets import sheet

PROMPTS = (
    "a coral reef at dusk",
    "an oil painting of a volcano in ember red",
    "a violet galaxy",
    "emerald mountains, low poly",
)
RATE, SHOWN, SIDE = 12, 8, 128
MEASURES = ("brightness", "contrast", "detail", "saturation", "motion")


def options() -> argparse.Namespace:
    """Read what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--model", default="reverie-tiny")
    parser.add_argument("--frames", type=int, default=240)
    parser.add_argument("--strength", type=float, default=0.45)
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--guidance-scale", type=float, default=1.5)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def rows(vitals: tuple[VitalSigns, ...], part: int) -> Iterator[str]:
    """Yield each prompt with the means of what its frames measure."""
    for number, prompt in enumerate(PROMPTS):
        felt = vitals[number * part : (number + 1) * part]
        means = (f"{name} {np.mean([getattr(signs, name) for signs in felt]):.4f}" for name in MEASURES)
        yield f"{prompt}: {', '.join(means)}"


def small(image: Image) -> Image:
    """Return a picture small enough for a sheet."""
    return np.asarray(cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def main() -> None:
    """Dream, write the sheet, and say what was felt."""
    given = options()
    part = given.frames // len(PROMPTS)
    spec = dream_spec(
        PROMPTS[0],
        seconds=given.frames / RATE,
        fps=RATE,
        paint_fps=RATE,
        model=given.model,
        over="nothing",
        steps=given.steps,
        strength=given.strength,
        guidance_scale=given.guidance_scale,
        seed=given.seed,
        at=[(number * part / RATE, prompt) for number, prompt in enumerate(PROMPTS) if number],
    )
    shown: list[Image] = []
    with started(spec) as session:
        for frame in session:
            if frame.index % max(1, part // SHOWN) == 0:
                shown.append(small(frame.image))
        report = session.report()
    sheet(given.sheet, [shown[first : first + SHOWN] for first in range(0, len(shown), SHOWN)])
    print("\n".join(rows(report.vitals, part)))
    print(f"{len(report.sparks)} sparks, {sum(bool(signs.stagnant) for signs in report.vitals)} frames stagnant")


if __name__ == "__main__":
    main()
