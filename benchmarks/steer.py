"""How soon after a prompt change does the picture show the new scene?

    python benchmarks/steer.py --probes FOLDER [--quick]

Dreams one scene for four seconds, then another. Two judges that learnt on renders only look at every frame; the answer
is the first moment from which on they both see the new scene in most frames of the following second.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import save
from reverie.authoring import dream_spec
from reverie.core.frame import Image
from reverie.execution.local import started
from reverie.worlds.parser import parse
from training.judges import Judges

RATE = 12
BEFORE, AFTER = 4, 6
LIMIT = 3.0
SCENES = (
    "a coral reef",
    "a volcano",
    "a city skyline",
    "a mandala",
    "mountains",
    "a galaxy",
    "an ocean",
    "a flower field",
    "a vortex",
    "a forest",
    "dunes",
    "an aurora",
    "a neon street",
)


def frames_after(first: str, second: str, model: str, over: str | None, seed: int) -> list[Image]:
    """Return every frame from the prompt change on."""
    later = [(float(BEFORE), second)]
    length = float(BEFORE + AFTER)
    spec = dream_spec(first, seconds=length, fps=RATE, paint_fps=RATE, model=model, over=over, seed=seed, at=later)
    with started(spec) as session:
        return [frame.image.copy() for frame in session if frame.index >= BEFORE * RATE]


def first_moment(seen: Sequence[bool]) -> float | None:
    """Return the seconds until most frames of the following second show the new scene, None where they never do."""
    flags = np.array(seen, dtype=float)
    for index in range(len(flags) - RATE + 1):
        if flags[index] and flags[index : index + RATE].mean() > 0.5:
            return index / RATE
    return None


def main() -> int:
    """Try every neighbouring pair; 1 where fewer than half of them change in time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probes", type=Path, required=True)
    parser.add_argument("--model", default="reverie-tiny")
    parser.add_argument("--over", help="what is repainted: worlds, or nothing but the last picture (the model's own)")
    parser.add_argument("--quick", action="store_true", help="three pairs")
    options = parser.parse_args()
    judges = Judges(options.probes)
    pairs = list(pairwise(SCENES))[: 3 if options.quick else None]
    rows = []
    for seed, (first, second) in enumerate(pairs):
        wanted = str(parse(second, 0).world.family)
        said = judges.families(frames_after(first, second, options.model, options.over, seed))
        moment = first_moment([all(one == wanted for one in both) for both in said])
        rows.append({"from": first, "to": second, "seconds": "never" if moment is None else moment})
        print(rows[-1], flush=True)
    times = [float(row["seconds"]) if row["seconds"] != "never" else np.inf for row in rows]
    within = float(np.mean([time <= LIMIT for time in times]))
    save("steer", rows, within_3_s=within, median=float(np.median(times)), model=options.model, over=options.over)
    return 0 if within > 0.5 else 1


if __name__ == "__main__":
    sys.exit(main())
