"""What does the memory cost a frame, and which part of it?

    python benchmarks/memory_cost.py [--frames 120] [--threads N]

Milliseconds of the processor (of all threads together) and by the clock, the median of frames whose source moves, and
the fifth percentile, which is nearer to what it is where nobody else wants the processor. The parts are those of one
frame: where things went, pictures moved there, what the network is told, keys, recalling, the network, and composing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import save
from reverie.core.frame import Frame, Image
from reverie.core.registry import create
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.correctors import memory as corrector
from reverie.models import composing, memory_runtimes, recollection

SIZES = ((256, 256), (448, 256), (512, 512))
RUNTIMES = ("openvino", "torch")
WARM = 20
COND = Conditioning((("a garden", 1.0),))

PARTS: dict[str, tuple[tuple[Any, str], ...]] = {
    "whole": ((corrector.MemoryCorrection, "correct"),),
    "cut and rest": ((corrector, "is_cut"), (corrector.MemoryCorrection, "_rests")),
    "motion": ((corrector.MemoryCorrection, "_moved"),),
    "moving": ((corrector, "_taken"),),
    "telling": ((composing.Canvas, "take"), (composing.Canvas, "planes")),
    "keys": ((memory_runtimes.OnOpenVino, "keys"), (memory_runtimes.OnTorch, "keys")),
    "recalling": ((recollection.Recollection, "_recalled"),),
    "network": ((memory_runtimes.OnOpenVino, "blend"), (memory_runtimes.OnTorch, "blend")),
    "composing": ((composing.Canvas, "compose"),),
}


class Watch:
    """Counts the time that some functions take; by frame, since a part may be called twice."""

    def __init__(self) -> None:
        self.frame: dict[str, list[float]] = {}
        for part, places in PARTS.items():
            for owner, name in places:
                setattr(owner, name, self._timed(part, getattr(owner, name)))

    def _timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            began, clock = time.process_time(), time.perf_counter()
            answer = function(*given, **named)
            spent = self.frame.setdefault(part, [0.0, 0.0])
            spent[0] += 1e3 * (time.process_time() - began)
            spent[1] += 1e3 * (time.perf_counter() - clock)
            return answer

        return timed


def pictures(width: int, height: int, count: int) -> list[tuple[Image, Image]]:
    """Return a source that moves and what is painted of it: textures, since the memory's time depends on neither."""
    dice = np.random.default_rng(0)
    coarse = dice.uniform(20, 235, (height // 8, width // 4, 3)).astype(np.float32)
    wide = np.clip(cv2.resize(coarse, (2 * width, height), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)
    cuts = [np.ascontiguousarray(wide[:, 2 * (n % (width // 2)) :][:, :width]) for n in range(count)]
    return [(cut, np.ascontiguousarray(255 - np.roll(cut, n % 3, 0))) for n, cut in enumerate(cuts)]


def measured(watch: Watch, runtime: str, size: tuple[int, int], options: argparse.Namespace) -> dict[str, Any]:
    """Return a row: what each part takes of the processor, and the whole by the clock too."""
    said = {"runtime": runtime, "threads": options.threads, "device": "cpu"}
    plugin = create("correctors", ComponentSpec(name="memory", options=said))
    scene = Scene(keyframes=(Keyframe(prompt="a garden"),), backend=ComponentSpec(name="placeholder"))
    run = plugin.start(RenderSpec(scenes=(scene,)))
    frames: list[dict[str, list[float]]] = []
    for index, (given, painted) in enumerate(pictures(*size, options.frames + WARM)):
        watch.frame = {}
        run.correct(painted, Frame(given, Fraction(index, 24), index), COND)
        frames.append(watch.frame)
    told = plugin.environment
    row: dict[str, Any] = {
        "size": f"{size[0]}x{size[1]}",
        "runtime": f"{told['runtime']} {told['dtype']}",
        "threads": told["model_threads"],
    }
    for part in PARTS:
        spent = np.array([frame.get(part, [0.0, 0.0]) for frame in frames[WARM:]])
        row[part] = round(float(np.median(spent[:, 0])), 2)
        if part == "whole":
            row["least"] = round(float(np.percentile(spent[:, 0], 5)), 2)
            row["clock"] = round(float(np.median(spent[:, 1])), 2)
    return row


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=120)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--quick", action="store_true", help="a third of the frames")
    options = parser.parse_args()
    if options.quick:
        options.frames //= 3
    if options.threads:
        cv2.setNumThreads(options.threads)
    watch, rows = Watch(), []
    for runtime in RUNTIMES:
        for size in SIZES:
            rows.append(measured(watch, runtime, size, options))
            print(rows[-1], flush=True)
    save("memory_cost", rows, note=__doc__)


if __name__ == "__main__":
    main()
