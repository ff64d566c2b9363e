"""Measure what is shipped, on held-out seeds, through the very backend that users run.

    python -m training.evaluate --train CACHE --held-out CACHE --folder WORK

Adherence is (accuracy on what was painted - chance) / (accuracy on renders - chance), the worse of two probes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image as Picture

from reverie.core.catalogue import find
from reverie.core.frame import Image, Images
from reverie.core.registry import create
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.worlds.world import World
from training.pictures import Pictures
from training.probes import Exam, Probe, accuracy, judge, labels, shrink, taught
from training.prompts import JUDGED, full_caption


@dataclass(frozen=True)
class Task:
    """One row of the table: `strength` 1 paints from nothing, less repaints another world's picture."""

    steps: int
    strength: float
    guidance_scale: float

    @property
    def name(self) -> str:
        """What the row is called in the results."""
        return f"{'repaint' if self.strength < 1 else 'text'}_{self.steps}"


class Painting:
    """The backend under test with one run open."""

    def __init__(self, model: str, steps: int, side: int, device: str) -> None:
        """Load the model for a number of steps."""
        found = find(model)
        wanted = {**found.options, "num_inference_steps": steps, "device": device}
        component = found.model_copy(update={"options": wanted})
        scene = Scene(keyframes=(Keyframe(prompt="a picture"),), backend=component)
        spec = RenderSpec(width=side, height=side, scenes=(scene,))
        self.run = create("backends", component).start(spec, scene, lambda *_: None)

    def paint(self, task: Task, prompt: str, start: Image | None, seed: int) -> Image:
        """Return one picture."""
        frames: Images | None = None if start is None else start[None]
        cond = Conditioning(((prompt, 1.0),), "", task.guidance_scale, task.strength, seed, frames)
        picture: Image = np.asarray(self.run.step(cond, lambda *_: None))[0]
        return picture


def painted(painting: Painting, task: Task, cache: Pictures, count: int) -> tuple[list[Image], list[World]]:
    """Paint the prompts of a cache's first `count` worlds, repainting each from a picture half the cache away."""
    worlds = cache.worlds[:count]
    made = []
    for index, world in enumerate(worlds):
        start = begun(cache, index) if task.strength < 1 else None
        made.append(painting.paint(task, full_caption(world, "exam"), start, seed=index))
    return made, worlds


def begun(cache: Pictures, index: int) -> Image:
    """Return the picture that a repaint of world `index` starts from: the one half the cache away."""
    return np.array(cache.array[(index + len(cache) // 2) % len(cache)])


def adherence(
    probes: dict[str, Probe], made: Sequence[Image], worlds: list[World], real: dict[str, dict[str, float]]
) -> dict[str, float]:
    """Return A by attribute and their mean, the worse probe's; chance is what shuffled prompts score."""
    pictures = torch.cat([(shrink(_tensor(image)) * 255 + 0.5).byte() for image in made])
    rows = []
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


def _gain(right: float, real: float, chance: float) -> float:
    """Return how much of what a judge sees in renders it sees here, nought where it sees no more than chance."""
    return (right - chance) / (real - chance) if real > chance else 0.0


def _tensor(image: Image) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float() / 255


def laplacian_variance(image: Image) -> float:
    """Return the variance of the 4-neighbour Laplacian of luma, in squared 8-bit levels."""
    luma = image @ np.array([0.299, 0.587, 0.114])
    inner = luma[1:-1, 1:-1]
    return float((luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * inner).var())


def colourfulness(image: Image) -> float:
    """Return Hasler & Suesstrunk's (2003) measure of colourfulness."""
    red, green, blue = (image[..., channel].astype(float) for channel in range(3))
    first, second = red - green, 0.5 * (red + green) - blue
    return float(np.hypot(first.std(), second.std()) + 0.3 * np.hypot(first.mean(), second.mean()))


def look(made: Sequence[Image], real: Sequence[Image]) -> dict[str, float]:
    """Return means over pictures, each as a ratio to the renders'."""
    measures: dict[str, Callable[[Image], float]] = {
        "laplacian_variance": laplacian_variance,
        "colourfulness": colourfulness,
        "deviation": lambda image: float(image.std()),
    }
    ratios = {
        name: float(np.mean([f(a) for a in made]) / np.mean([f(b) for b in real])) for name, f in measures.items()
    }
    lowest = min(float(a.std()) / max(float(b.std()), 1e-6) for a, b in zip(made, real, strict=True))
    return {**ratios, "lowest_deviation": lowest}


def autoencoder(model: str, pictures: Pictures, count: int, trips: Sequence[int] = (1, 5, 20)) -> dict[str, Any]:
    """Return PSNR in dB after round trips, the Laplacian ratio and the drift of mean colour after the most trips."""
    from diffusers import AutoencoderTiny

    from reverie.models.shipped import locate

    codec = AutoencoderTiny.from_pretrained(locate(model) / "vae", torch_dtype=torch.float32).eval()
    start = pictures.take(range(count)) * 2 - 1
    made, results = start, {}
    with torch.inference_mode():
        for trip in range(1, max(trips) + 1):
            made = torch.cat([codec.decode(codec.encode(part).latents).sample.clamp(-1, 1) for part in made.split(8)])
            made = ((made + 1) * 127.5).round() / 127.5 - 1
            if trip in trips:
                results[f"psnr_{trip}"] = float((-10 * ((made - start) / 2).square().mean((1, 2, 3)).log10()).mean())
                results[f"laplacian_ratio_{trip}"] = _sharpness(made) / _sharpness(start)
        results["colour_drift"] = float(((made - start).mean((2, 3)) / 2).abs().mean())
    return results


def _sharpness(pictures: torch.Tensor) -> float:
    images = ((pictures + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    return float(np.mean([laplacian_variance(image) for image in images]))


def sheet(path: Path, rows: Sequence[Sequence[Image]]) -> None:
    """Write rows of pictures as one PNG; short rows end in black, empty ones are left out."""
    widest = max(len(row) for row in rows)
    full = [[*row, *[np.zeros_like(row[0])] * (widest - len(row))] for row in rows if row]
    whole: npt.NDArray[np.uint8] = np.concatenate([np.concatenate(row, axis=1) for row in full], axis=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture.fromarray(whole).save(path)


def options() -> argparse.Namespace:
    """Read what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="reverie-tiny")
    parser.add_argument("--train", type=Path, required=True, help="cache that the probes learn from")
    parser.add_argument("--held-out", type=Path, required=True, help="cache of unseen seeds")
    parser.add_argument("--folder", type=Path, required=True, help="for probes, sheets and evaluation.json")
    parser.add_argument("--count", type=int, default=480)
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
    results: dict[str, Any] = {"probes": real, "autoencoder": autoencoder(given.model, held, min(64, len(held)))}
    print(json.dumps(results, indent=2), flush=True)
    count = results["count"] = min(given.count, len(held))
    renders = [np.array(held.array[index]) for index in range(count)]
    for task in (Task(steps, strength, given.guidance_scale) for strength in (0.6, 1.0) for steps in (1, 2, 4)):
        painting = Painting(given.model, task.steps, given.side, given.device)
        made, worlds = painted(painting, task, held, count)
        results[task.name] = {"adherence": adherence(probes, made, worlds, real), "look": look(made, renders)}
        print(task.name, json.dumps(results[task.name]), flush=True)
        starts = [begun(held, index) for index in range(count)] if task.strength < 1 else []
        shown = [row[first : first + 8] for first in (0, 8) for row in (starts, renders, made)]
        sheet(given.folder / f"{task.name}.png", shown)
    (given.folder / "evaluation.json").write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
