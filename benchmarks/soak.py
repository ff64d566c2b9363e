"""Whether a dream stays alive, and itself, for ten thousand frames.

    python benchmarks/soak.py [--quick] [--frames N] [--probes FOLDER]

One prompt throughout, then a new prompt every 500 frames. The gates are the ones of `GATES`; curves and contact sheets
go to docs/media. `--probes` is the folder where training.evaluate left its judges; without it adherence is not judged.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import save, stored
from reverie.authoring import dream_spec
from reverie.core.frame import Image
from reverie.core.report import VitalSigns
from reverie.core.spec import RenderSpec
from reverie.execution.local import started
from reverie.measure.drift import Soak, soak
from reverie.measure.vitals import dhash, look
from reverie.worlds.parser import parse

MEDIA = Path(__file__).resolve().parents[1] / "docs" / "media"
RATE = 12
PART = 500
PROMPTS = (
    "a coral reef at dusk",
    "an oil painting of a volcano in ember red",
    "a neon city at night",
    "emerald mountains, low poly",
    "a violet galaxy",
    "a golden mandala, stained glass",
    "an azure ocean in watercolour",
    "a rose flower field in pastel",
    "an electric vortex",
    "a silver forest in ink",
)
GATES = {
    "lowest_contrast": "at least 0.1",
    "longest_stagnation": "at most 60 frames",
    "changes": "within 20 % of the beginning",
    "repeated": "at most 1 %",
    "sparks_per_300": "at most 1",
    "memory_mib": "less than 20 more than at frame 500",
    "adherence": "at least 0.9 of the beginning",
}


@dataclass
class Run:
    """What was seen of one run, frame by frame.

    Pictures to be looked at later lie in a folder, and hashes are bytes: what watches is not to be weighed.
    """

    hashes: list[bytes] = field(default_factory=list)
    thumbnails: dict[int, Path] = field(default_factory=dict)
    judged: dict[int, Path] = field(default_factory=dict)
    memory: dict[int, float] = field(default_factory=dict)
    vitals: tuple[VitalSigns, ...] = ()
    sparks: int = 0
    rate: float = 0.0


def resident() -> float:
    """Return the memory this process holds now, in MiB; its peak where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def spec_of(frames: int, prompts: Sequence[str], options: argparse.Namespace) -> RenderSpec:
    """Return a dream in which every frame is painted and a prompt lasts `PART` frames."""
    later = [(index * PART / RATE, text) for index, text in enumerate(prompts) if index]
    return dream_spec(
        prompts[0],
        seconds=frames / RATE,
        fps=RATE,
        paint_fps=RATE,
        model=options.model,
        over=options.over,
        steps=options.steps,
        seed=7,
        at=later,
    )


def changing(frames: int) -> list[str]:
    """Return a prompt for every `PART` frames; the last ones are the first ones backwards.

    So the end is measured against the beginning with the same prompts: what differs is the loop's doing.
    """
    parts = max(1, frames // PART)
    ending = list(PROMPTS[: min(3, parts // 2)])[::-1]
    return [PROMPTS[index % len(PROMPTS)] for index in range(parts - len(ending))] + ending


def thumbnail(image: Image) -> Image:
    """Return a picture at 128 pixels a side, by area."""
    return np.asarray(cv2.resize(image, (128, 128), interpolation=cv2.INTER_AREA), np.uint8)


def kept(image: Image, path: Path) -> Path:
    """Write a picture without loss and return where it is."""
    cv2.imwrite(str(path), image[..., ::-1])
    return path


def seen(path: Path) -> Image:
    """Return a picture that was kept."""
    return np.asarray(cv2.imread(str(path)), np.uint8)[..., ::-1]


def watch(spec: RenderSpec, frames: int, folder: Path) -> Run:
    """Dream to the end and keep hashes, memory and, in a folder, a few pictures."""
    run, every = Run(), max(1, frames // 40)
    begun = time.perf_counter()
    with started(spec) as session:
        for frame in session:
            run.hashes.append(dhash(look(frame.image)).tobytes())
            if frame.index % every == 0:
                run.thumbnails[frame.index] = kept(thumbnail(frame.image), folder / f"small_{frame.index}.png")
            if frame.index % 25 == 0 and (frame.index < PART or frame.index >= frames - PART):
                run.judged[frame.index] = kept(frame.image, folder / f"whole_{frame.index}.png")
            if frame.index % 100 == 0:
                run.memory[frame.index] = resident()
        report = session.report()
    run.vitals, run.sparks, run.rate = report.vitals, len(report.sparks), frames / (time.perf_counter() - begun)
    return run


def adherence(folder: Path, run: Run, frames: int, prompts: Sequence[str]) -> dict[str, float]:
    """Return the share of frames in which both judges see the prompt's family, at the beginning and at the end."""
    from training.judges import Judges

    wanted = [str(parse(prompts[min(index // PART, len(prompts) - 1)], 0).world.family) for index in run.judged]
    shares = {"first": 1.0, "last": 1.0}
    for said in zip(*Judges(folder).families([seen(path) for path in run.judged.values()]), strict=True):
        right = {index: one == other for index, one, other in zip(run.judged, said, wanted, strict=True)}
        first = [hit for index, hit in right.items() if index < PART]
        last = [hit for index, hit in right.items() if index >= frames - PART]
        shares = {
            "first": min(shares["first"], float(np.mean(first))),
            "last": min(shares["last"], float(np.mean(last))),
        }
    return shares


def verdict(result: Soak, memory: float, shares: dict[str, float] | None) -> dict[str, bool]:
    """Return which gates hold."""
    held = {
        "lowest_contrast": result.lowest_contrast >= 0.1,
        "longest_stagnation": result.longest_stagnation <= 60,
        "changes": all(abs(change) <= 0.2 for change in result.changes.values()),
        "repeated": result.repeated <= 0.01,
        "sparks_per_300": result.sparks_per_300 <= 1.0,
        "memory_mib": memory < 20,
    }
    return held if shares is None else {**held, "adherence": shares["last"] >= 0.9 * shares["first"]}


def contact_sheet(path: Path, run: Run, columns: int = 10) -> None:
    """Write the kept pictures in rows, in order."""
    pictures = [seen(path) for path in run.thumbnails.values()]
    pictures += [np.zeros_like(pictures[0])] * (-len(pictures) % columns)
    rows = [np.concatenate(pictures[start : start + columns], axis=1) for start in range(0, len(pictures), columns)]
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.concatenate(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])


def curves(path: Path, run: Run, width: int = 1200, height: int = 300) -> None:
    """Draw contrast, detail, saturation and brightness over the run, each as a share of its own largest value."""
    canvas = np.full((height, width, 3), 18, np.uint8)
    colours = {
        "contrast": (240, 240, 240),
        "detail": (80, 200, 255),
        "saturation": (200, 90, 240),
        "brightness": (90, 220, 120),
    }
    for row, (name, colour) in enumerate(colours.items()):
        values = np.array([getattr(signs, name) for signs in run.vitals])
        smooth = np.convolve(np.pad(values, 12, mode="edge"), np.ones(25) / 25, mode="valid") / max(values.max(), 1e-9)
        across = np.linspace(20, width - 20, len(smooth))
        points = np.stack([across, height - 20 - smooth * (height - 50)], axis=1).astype(np.int32)
        cv2.polylines(canvas, [points], isClosed=False, color=colour, thickness=1, lineType=cv2.LINE_AA)
        cv2.putText(canvas, name, (20 + 130 * row, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv2.LINE_AA)
    cv2.imwrite(str(path), canvas)


def one(name: str, frames: int, prompts: Sequence[str], options: argparse.Namespace) -> dict[str, Any]:
    """Run one soak and return its row and what it rests on."""
    with TemporaryDirectory() as folder:
        return weighed(name, watch(spec_of(frames, prompts, options), frames, Path(folder)), frames, prompts, options)


def weighed(name: str, run: Run, frames: int, prompts: Sequence[str], options: argparse.Namespace) -> dict[str, Any]:
    """Return the row of a run and what it rests on."""
    hashes = np.stack([np.frombuffer(one, np.uint64) for one in run.hashes])
    result = soak(run.vitals, hashes, run.sparks, warm_up=min(100, frames // 4))
    start = run.memory.get(500, run.memory[min(run.memory, key=lambda index: abs(index - 500))])
    memory = run.memory[max(run.memory)] - start
    shares = adherence(options.probes, run, frames, prompts) if options.probes else None
    held = verdict(result, memory, shares)
    if frames >= 2000:
        contact_sheet(MEDIA / f"soak-{name}.jpg", run)
        curves(MEDIA / f"soak-{name}.png", run)
    row = {
        "run": name,
        "frames": frames,
        "fps": run.rate,
        "contrast": round(result.lowest_contrast, 3),
        "stagnant": result.longest_stagnation,
        **{key: f"{value:+.0%}" for key, value in result.changes.items()},
        "repeated": f"{result.repeated:.1%}",
        "sparks": run.sparks,
        "memory": f"{memory:+.1f} MiB",
        "held": "all" if all(held.values()) else ", ".join(f"not {gate}" for gate, holds in held.items() if not holds),
    }
    memories = {str(index): round(value, 1) for index, value in run.memory.items() if index % 500 == 0}
    facts = {"soak_of": name, "memory_at": memories}
    return {"row": row, **facts, "soak": asdict(result), "gates": held, "adherence": shares, "memory_mib": memory}


def main() -> int:
    """Soak with one prompt and with many; 1 where a gate does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="600 frames")
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--model", default="reverie-tiny")
    parser.add_argument(
        "--steps", type=int, help="network evaluations a frame; the model's own default where none is given"
    )
    parser.add_argument("--over", help="what is repainted: worlds, or nothing but the last picture (the model's own)")
    parser.add_argument("--probes", type=Path)
    parser.add_argument("--only", choices=("one-prompt", "prompts"), help="one of both; the other's result is kept")
    options = parser.parse_args()
    frames = 600 if options.quick else options.frames
    asked = {"one-prompt": PROMPTS[:1], "prompts": changing(frames)}
    names = [options.only] if options.only else list(asked)
    runs = [one(name, frames, asked[name], options) for name in names]
    rows = {run["row"]["run"]: run.pop("row") for run in runs}
    if options.only:
        rows = {row["run"]: row for row in stored("soak")["rows"]} | rows
        runs = [run for run in stored("soak")["runs"] if run.get("soak_of") not in {None, options.only}] + runs
    save(
        "soak",
        [rows[name] for name in asked],
        runs=runs,
        gates=GATES,
        model=options.model,
        over=options.over,
        steps=options.steps,
    )
    return 0 if all(all(run["gates"].values()) for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
