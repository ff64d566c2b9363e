"""How fast does it dream, and how much faster than the plain way?

    python benchmarks/dream_loop.py [--quick] [--model NAME|FOLDER] [--threads N] [--runtime auto|openvino|torch]

Ours is the whole loop of the product, as `reverie dream` runs it: move the picture, paint, correct, take vitals, encode
H.264, write. The plain way is diffusers' own image-to-image class in a loop, with the same weights, number of network
evaluations, precision, threads and size, the same crop and resize, and the same writer of films; it neither corrects
nor measures. Both take turns in one process. Without shipped weights random ones of the same size are measured.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import save
from reverie.authoring import dream_spec
from reverie.core.errors import MachineError
from reverie.core.frame import Frame, Image, Motion
from reverie.core.registry import create
from reverie.core.spec import ComponentSpec, RenderSpec, SparkSpec, Vitality
from reverie.execution.local import started
from reverie.execution.writer import Writer
from reverie.media.geometry import move
from reverie.models.shipped import locate

PROMPT = "a coral reef at dusk, oil painting"
SIZES = ((256, 256), (448, 256))
STEPS = (1, 2, 4)
RATE = 12.0
STRENGTH, GUIDANCE = 0.45, 3.0
WARM = 8


@dataclass
class Turns:
    """Seconds of every frame, and of whole turns, which have the waiting for the disk in them."""

    frames: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Frames a second: the median turn's, so that a turn in which the machine was busy elsewhere counts little."""
        return statistics.median(self.rates)


def ours(model: str, size: tuple[int, int], steps: int, frames: int, options: argparse.Namespace) -> RenderSpec:
    """Return the spec of the loop that is measured: every delivered frame is painted."""
    wishes: dict[str, Any] = {"device": "cpu", "runtime": options.runtime, "strength": STRENGTH}
    spec = dream_spec(
        PROMPT,
        model=model,
        over="nothing",
        size=size,
        steps=steps,
        seconds=(frames + 1) / RATE,
        fps=RATE,
        paint_fps=RATE,
        guidance_scale=GUIDANCE,
        seed=7,
        **wishes,
    )
    scene = spec.scenes[0]
    told = {**scene.backend.options, "threads": options.threads}
    backend = scene.backend.model_copy(update={"options": told})
    changed: dict[str, Any] = {"scenes": (scene.model_copy(update={"backend": backend}),)}
    if options.random:
        # What random weights paint stagnates at once, and sparks without end would be measured.
        changed["vitality"] = Vitality(spark=SparkSpec(enabled=False))
    return spec.model_copy(update=changed)


def plain(folder: Path, size: tuple[int, int], steps: int, threads: int) -> Iterator[Frame]:
    """Paint the plain way without end."""
    import torch
    from diffusers import LatentConsistencyModelImg2ImgPipeline
    from diffusers.utils import logging

    logging.set_verbosity_error()
    torch.set_num_threads(threads)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = LatentConsistencyModelImg2ImgPipeline.from_pretrained(
            folder,
            torch_dtype=torch.bfloat16,
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
    whole.set_progress_bar_config(disable=True)
    calls: list[int] = []
    whole.unet.register_forward_pre_hook(lambda *_: calls.append(1))
    motion = Motion.per_frame(1.05, 10).over(1 / RATE)
    image = first_picture(size)
    generator = torch.Generator().manual_seed(7)
    for index in count():
        calls.clear()
        start = move(image, motion).astype(np.float32) / 255
        made = whole(
            PROMPT,
            start,
            num_inference_steps=steps,
            strength=STRENGTH,
            guidance_scale=GUIDANCE,
            generator=generator,
            output_type="np",
        ).images[0]
        assert len(calls) == steps, f"{len(calls)} evaluations instead of {steps}"
        image = (made * 255).round().astype(np.uint8)
        yield Frame(image, Fraction(index, round(RATE)), index)


def first_picture(size: tuple[int, int]) -> Image:
    """Return a picture to begin with."""
    small = np.random.default_rng(7).integers(0, 256, (size[1] // 16, size[0] // 16, 3), np.uint8)
    return np.kron(small, np.ones((16, 16, 1), np.uint8))


def turn(frames: Iterator[Any], writer: Writer, amount: int, seen: Turns) -> None:
    """Take so many frames and note how long it took."""
    begun = last = time.perf_counter()
    for _ in range(amount):
        writer.write(next(frames))
        now = time.perf_counter()
        seen.frames.append(now - last)
        last = now
    seen.rates.append(amount / (last - begun))


def measured(model: str, size: tuple[int, int], steps: int, options: argparse.Namespace) -> dict[str, Any]:
    """Return one row: both ways in turns."""
    frames = WARM + options.turns * options.frames
    spec = ours(model, size, steps, frames, options)
    mine, theirs = Turns(), Turns()
    with tempfile.TemporaryDirectory() as place, started(spec) as session:
        films = [
            ComponentSpec(name="file", options={"path": str(Path(place) / name)}) for name in ("our.mp4", "plain.mp4")
        ]
        ours_to, plain_to = (Writer([create("sinks", film).start(spec)]) for film in films)
        new, old = iter(session), plain(locate(model), size, steps, options.threads)
        turn(new, ours_to, WARM, Turns())
        turn(old, plain_to, WARM, Turns())
        for _ in range(options.turns):
            turn(new, ours_to, options.frames, mine)
            time.sleep(0.1)
            turn(old, plain_to, options.frames, theirs)
            time.sleep(0.1)
        report = session.report()
        ours_to.close()
        plain_to.close()
    p50, p95, p99 = np.percentile(np.asarray(mine.frames) * 1000, (50, 95, 99))
    return {
        "size": f"{size[0]}x{size[1]}",
        "steps": steps,
        "model_fps": report.fps.model,
        "new_fps": mine.rate,
        "plain_fps": theirs.rate,
        "times_plain": mine.rate / theirs.rate,
        "p50_ms": float(p50),
        "p95_ms": float(p95),
        "p99_ms": float(p99),
        "runtime": f"{report.environment.get('runtime')} {report.environment.get('dtype')}",
    }


def chosen_model(wanted: str, place: Path) -> tuple[str, bool]:
    """Return the model to measure, and True where it is one with random weights."""
    try:
        locate(wanted)
        if (locate(wanted) / "model_index.json").is_file():
            return wanted, False
    except MachineError:
        pass
    from tests.checkpoints import save_ours

    print("no shipped weights: random ones of the same size are measured", file=sys.stderr)
    return str(save_ours(place / "random", full=True)), True


def main() -> int:
    """Measure every size and number of steps; the exit code tells whether the goals were reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer frames")
    parser.add_argument("--model", default="reverie-tiny")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--runtime", default="auto", choices=["auto", "openvino", "torch"])
    parser.add_argument("--turns", type=int, default=None)
    parser.add_argument("--frames", type=int, default=None, help="in a turn")
    options = parser.parse_args()
    options.turns = options.turns or (3 if options.quick else 9)
    options.frames = options.frames or (12 if options.quick else 40)
    with tempfile.TemporaryDirectory() as place:
        model, options.random = chosen_model(options.model, Path(place))
        rows = []
        for size in SIZES:
            for steps in STEPS:
                rows.append(measured(model, size, steps, options))
                print(rows[-1], file=sys.stderr, flush=True)
    goals = {
        "36 new frames a second at 256x256, one step": rows[0]["new_fps"] >= 36,
        "18 new frames a second at 448x256, one step": rows[len(STEPS)]["new_fps"] >= 18,
        "twice the plain way in every row": all(row["times_plain"] >= 2 for row in rows),
    }
    facts = {"model": "random weights" if options.random else options.model, "threads": options.threads}
    save("dream_loop", rows, goals=goals, quick=options.quick, **facts)
    return 0 if all(goals.values()) or options.quick else 1


if __name__ == "__main__":
    sys.exit(main())
