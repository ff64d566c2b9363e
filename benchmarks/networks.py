"""How long do our own networks take for a frame, by size and machine?

    python benchmarks/networks.py [--frames 60] [--threads N] [--quick]

Batch 1 and warm, at 128, 256, 384 and 512 pixels a side: one step of `reverie-tiny` from the last picture to the next
(encode, noise, network, decode), and the memory's settling of it (motion, moving, network, bank, composing), by every
runtime that is here. Milliseconds of the processor, all threads together, the median and the fifth percentile, which is
nearer to what it is where nobody else wants the processor; and by the clock. On a graphics card the step and the memory
are captured as one graph each and timed there; to hold at 256x256 on an H200-class card: 1.5 ms the step, 0.3 ms the
memory. Without a card that is not measured: both are computed once in small on the processor, and compared with what
the live path paints.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._captured import MEMORY, STEP, compared, on_card
from benchmarks._results import save
from reverie.backends.diffusers_image import DiffusersImage
from reverie.core.frame import Frame, Image
from reverie.core.registry import create
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.models.memory_runtimes import has_openvino

SIDES = (128, 256, 384, 512)
WARM = 8
COND = Conditioning((("a coral reef at dusk", 1.0),), strength=0.45, guidance_scale=3.0, seed=1)

Paint = Callable[[int], Any]


def spec(side: int) -> RenderSpec:
    """Return a run of pictures of a size."""
    backend = ComponentSpec(name="diffusers_image")
    return RenderSpec(width=side, height=side, scenes=(Scene(keyframes=(Keyframe(prompt="a reef"),), backend=backend),))


def pictures(side: int) -> list[Image]:
    """Return a picture that moves a little."""
    coarse = np.random.default_rng(0).uniform(20, 235, (side // 8, side // 4, 3)).astype(np.float32)
    wide = cv2.resize(coarse, (2 * side, side), interpolation=cv2.INTER_CUBIC)
    wide8 = np.clip(wide, 0, 255).astype(np.uint8)
    return [np.ascontiguousarray(wide8[:, 2 * n : 2 * n + side]) for n in range(32)]


def tiny(runtime: str, side: int, threads: int | None) -> tuple[Paint, dict[str, Any]]:
    """Return one step of the dreaming network, and what it runs on."""
    options = {"runtime": runtime, "device": "cpu", "threads": threads, "num_inference_steps": 1}
    made = DiffusersImage(DiffusersImage.Options.model_validate(options))
    whole = spec(side)
    run = made.start(whole, whole.scenes[0], quiet)
    seen = pictures(side)

    def paint(index: int) -> Any:
        cond = Conditioning(**{**vars_of(COND), "frames": seen[index % len(seen)][None]})
        return run.step(cond, quiet)

    return paint, dict(made.environment)


def memory(runtime: str, side: int, threads: int | None) -> tuple[Paint, dict[str, Any]]:
    """Return the memory's settling of a frame, and what it runs on."""
    said = {"runtime": runtime, "device": "cpu", "threads": threads}
    plugin = create("correctors", ComponentSpec(name="memory", options=said))
    run = plugin.start(spec(side))
    seen = pictures(side)

    def settle(index: int) -> Any:
        given = seen[index % len(seen)]
        return run.correct(255 - given, Frame(given, Fraction(index, 24), index), COND)

    return settle, dict(plugin.environment)


NETWORKS = {STEP: tiny, MEMORY: memory}
"""What is measured, and what makes it ready."""


def vars_of(cond: Conditioning) -> dict[str, Any]:
    """Return a conditioning's fields."""
    return {name: getattr(cond, name) for name in cond.__dataclass_fields__}


def quiet(phase: str, done: float, preview: Any = None) -> None:
    """Show nothing."""


def measured(network: str, runtime: str, side: int, options: argparse.Namespace) -> dict[str, Any]:
    """Return a row of what a frame takes on the processor."""
    paint, told = NETWORKS[network](runtime, side, options.threads)
    spent, clock = [], []
    for index in range(options.frames + WARM):
        began, at = time.process_time(), time.perf_counter()
        paint(index)
        spent.append(1e3 * (time.process_time() - began))
        clock.append(1e3 * (time.perf_counter() - at))
    return {
        "network": network,
        "size": f"{side}x{side}",
        "device": "cpu",
        "runtime": f"{told['runtime']} {told['dtype']}",
        "threads": told["model_threads"],
        "ms": round(statistics.median(spent[WARM:]), 2),
        "least": round(float(np.percentile(spent[WARM:], 5)), 2),
        "clock": round(statistics.median(clock[WARM:]), 2),
    }


def main() -> int:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--quick", action="store_true", help="a third of the frames")
    options = parser.parse_args()
    options.frames = options.frames // 3 if options.quick else options.frames
    if options.threads:
        cv2.setNumThreads(options.threads)
    rows = []
    for network in NETWORKS:
        for runtime in ("openvino", "torch") if has_openvino() else ("torch",):
            for side in SIDES:
                rows.append(measured(network, runtime, side, options))
                print(rows[-1], flush=True)
    if torch.cuda.is_available():
        rows += [row for side in SIDES for row in on_card(side)]
    else:
        wrong = compared()
        rows += [
            {
                "network": network,
                "size": "256x256",
                "device": "graphics card",
                "runtime": "captured graph",
                "clock": "-",
            }
            | {"threads": "-", "ms": "not measured", "least": "-"}
            for network in NETWORKS
        ]
        if wrong:
            print(f"The captured form paints otherwise than the live path: {wrong}", file=sys.stderr)
            return 1
    save("networks", rows, note=__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
