"""May flat pictures be painted smaller? What is saved, and what is lost of the painting.

    python benchmarks/content_size.py [--media FOLDER] [--frames 6]

Frames of clips, and flat pictures made on purpose, are repainted as `reverie restyle` does by default, whole and at
shares of their sides, with the same noise; the smaller pictures are enlarged again. For each: `lost`, what the *input*
loses by being made that much smaller (`measure.complexity`), by which it would be decided beforehand; then what became
of the painting: PSNR and SSIM beside the whole one, detail kept (variance of the Laplacian, 1 is all), how well the
input's edges are kept beside what the whole painting keeps of them, and the time saved. `twice` is the SSIM of two
whole paintings with other noise: one no lower than that is within what chance does anyway.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._restyling import footage
from benchmarks._results import save
from reverie.authoring.restyle import restyle_spec
from reverie.core.frame import Image
from reverie.core.registry import create
from reverie.core.timeline import Conditioning
from reverie.engine.assemble import silent
from reverie.measure.beside import edges_alike, pictures_alike
from reverie.measure.complexity import detail_lost

SIDE = 256
SHARES = (0.875, 0.75, 0.5)
CLIPS = ("01_dog", "04_coffee", "bedroom", "flipping_a_pancake", "walk", "chaplin")
PROMPT = "an oil painting"

Row = dict[str, Any]


def pictures(media: Path | None, frames: int) -> Iterator[tuple[str, Sequence[Image]]]:
    """Return pictures by where they are from: flat ones made on purpose, and clips, evenly over three seconds."""
    yield "gradient", [gradient(step) for step in range(frames)]
    yield "fog", [np.asarray(cv2.GaussianBlur(noise(step), (0, 0), 12), np.uint8) for step in range(frames)]
    for path in sorted(media.rglob("*")) if media is not None else ():
        if path.stem in CLIPS:
            clip = footage(path, SIDE, 72)
            yield path.stem, [clip[number] for number in np.linspace(0, len(clip) - 1, frames).astype(int)]


def gradient(step: int) -> Image:
    """Return a sky: one colour into another."""
    ramp = np.linspace(0, 1, SIDE)[:, None, None]
    sky = ramp * np.array([240.0, 190.0, 150.0]) + (1 - ramp) * np.array([60.0, 100.0 + step, 190.0])
    return np.ascontiguousarray(np.broadcast_to(sky, (SIDE, SIDE, 3))).astype(np.uint8)


def noise(step: int) -> Image:
    """Return any picture."""
    return np.random.default_rng(step).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


class Painter:
    """The model as a live restyle has it."""

    def __init__(self) -> None:
        self._spec = restyle_spec(PROMPT, size=(SIDE, SIDE), seed=1)
        self._scene = self._spec.scenes[0]
        self._backend = create("backends", self._scene.backend)

    def painted(self, image: Image, share: float, seed: int = 1) -> tuple[Image, float]:
        """Return a picture painted at a share of its sides, and the milliseconds that it took."""
        run = self._backend.start(self._spec, self._scene, silent)
        key, side = self._scene.keyframes[0], round(SIDE * share)
        cond = Conditioning(
            ((PROMPT, 1.0),), "", key.guidance_scale or 1.0, key.strength or 0.2, seed, image[None],
            options={"width": side, "height": side},
        )  # fmt: skip
        shown = np.asarray(run.step(cond, silent))[0]
        taken = []
        for _ in range(3):
            begun = time.perf_counter()
            run.step(cond, silent)
            taken.append(1000 * (time.perf_counter() - begun))
        run.close()
        return shown, min(taken)


def measured(name: str, given: Sequence[Image], painter: Painter) -> list[Row]:
    """Return a row for each share of the sides."""
    whole = [painter.painted(image, 1.0) for image in given]
    twice = fmean(
        pictures_alike(one, painter.painted(image, 1.0, 2)[0]) for (one, _), image in zip(whole, given, strict=True)
    )
    rows = []
    for share in SHARES:
        small = [painter.painted(image, share) for image in given]
        pairs = [(one, other) for (one, _), (other, _) in zip(whole, small, strict=True)]
        rows.append(
            {
                "pictures": name,
                "share": share,
                "lost": round(max(detail_lost(image, share) for image in given), 1),
                "psnr": round(fmean(cv2.PSNR(one, other) for one, other in pairs), 1),
                "ssim": round(fmean(pictures_alike(one, other) for one, other in pairs), 3),
                "twice": round(twice, 3),
                "detail_kept": round(fmean(laplacian(other) / laplacian(one) for one, other in pairs), 2),
                "edges_kept": round(_edges(given, small) / max(_edges(given, whole), 1e-6), 2),
                "whole_ms": round(median(taken for _, taken in whole), 1),
                "saved": round(1 - median(taken for _, taken in small) / median(taken for _, taken in whole), 2),
            }
        )
        print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    return rows


def laplacian(image: Image) -> float:
    """Return the variance of the Laplacian of luma: how much fine detail there is."""
    return float(cv2.Laplacian(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var())


def _edges(given: Sequence[Image], painted: Sequence[tuple[Image, float]]) -> float:
    return fmean(edges_alike(image, shown) for image, (shown, _) in zip(given, painted, strict=True))


def verdict(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return in words whether any share pays: no less alike than chance, detail and edges within five per cent."""
    free = [
        row for row in rows if row["ssim"] >= row["twice"] and row["detail_kept"] >= 0.95 and row["edges_kept"] >= 0.95
    ]
    if not free:
        return "No pictures can be painted smaller without a loss that is seen."
    return "Without a loss that is seen: " + ", ".join(f"{row['pictures']} at {row['share']:g}" for row in free)


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--media", type=Path, help="a folder of films")
    parser.add_argument("--frames", type=int, default=6)
    options = parser.parse_args()
    painter, rows = Painter(), list[Row]()
    for name, given in pictures(options.media, options.frames):
        rows += measured(name, given, painter)
        save("content_size", rows, verdict=verdict(rows), note=__doc__)
    print(verdict(rows))


if __name__ == "__main__":
    main()
