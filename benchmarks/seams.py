"""Is the join of an extended clip seen? Colour and motion jumps there, beside those that the clip has of its own.

    python benchmarks/seams.py CLIP… [--model worlds] [--frames 6] [--save]

For every clip the jump from its last frame to the first new one is set against all jumps between its own last sixty
frames: `colour` is how far the mean of the worst channel goes, `motion` how far a pixel goes on average, both in
levels of 255. A seam is unseen where both are within the clip's own range.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import _results
from reverie.authoring.film import film_spec
from reverie.core.frame import Image
from reverie.execution.outputs import into_film
from reverie.execution.production import produce
from reverie.execution.shelf import Shelf
from reverie.media.video import read_frames

LOOKED_AT = 60
JUST_SEEN = 0.5
"""Levels that encoding alone makes: a clip that stands still has no range of its own."""


def jump(before: Image, after: Image) -> tuple[float, float]:
    """Return how far colour and pixels go from one picture to the next, in levels."""
    difference = after.astype(np.int16) - before
    return float(np.abs(difference.mean(axis=(0, 1))).max()), float(np.abs(difference).mean())


def seam(clip: Path, model: str, frames: int, folder: Path) -> dict[str, Any]:
    """Extend a clip and measure its seam."""
    spec = film_spec("a quiet place at dusk", extend=str(clip), frames=frames, model=model, seed=1)
    longer = folder / "longer.mp4"
    produce(into_film(spec, longer), Shelf(folder / "shelf"))
    own = sum(1 for _ in read_frames(clip))
    shown = [picture for picture, _ in read_frames(longer)]
    last = shown[max(0, own - LOOKED_AT) : own]
    natural = [jump(*pair) for pair in pairwise(last)] or [(0.0, 0.0)]
    colour, motion = jump(shown[own - 1], shown[own])
    most = [max(values) for values in zip(*natural, strict=True)]
    return {
        "clip": clip.name,
        "frames": own,
        "new": len(shown) - own,
        "colour": round(colour, 2),
        "colour_most": round(most[0], 2),
        "motion": round(motion, 2),
        "motion_most": round(most[1], 2),
        "repeated": bool(np.array_equal(shown[own - 1], shown[own])),
        "unseen": colour <= max(most[0], JUST_SEEN) and motion <= max(most[1], JUST_SEEN),
    }


def main() -> None:
    """Measure the clips that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--model", default="worlds")
    parser.add_argument("--frames", type=int, default=6)
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    found = []
    for clip in given.clips:
        with tempfile.TemporaryDirectory() as folder:
            found.append(seam(clip, given.model, given.frames, Path(folder)))
        print(json.dumps(found[-1]), flush=True)
    if given.save:
        _results.save("seams", found, model=given.model)


if __name__ == "__main__":
    main()
