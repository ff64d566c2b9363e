"""Stage 0 of the memory: clips of worlds, each painted in two ways at once from one moving camera.

One way is what a camera gives, the other what a restyled film of it should be: the same things in the same places, in
other colours and by another hand. Nothing else has both, frame by frame, and without a flicker in the second.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from reverie.worlds.camera import Camera
from reverie.worlds.render import render
from reverie.worlds.world import TABLES, Style, World
from training.render import draw_world

LENGTH = 10
"""Frames of a clip: a third of a second of film, or half of one at the rates that a processor paints at."""

PLAIN = 0.6
"""Share of clips whose source has no style of its own."""

STILL = 0.25
"""Share of clips whose camera rests, as on a tripod: there only the world itself moves."""

Frames = npt.NDArray[np.uint8]
"""`(LENGTH, side, side, 3)`."""


def journey(seed: int, length: int = LENGTH) -> list[Camera]:
    """Return where the camera is at each frame: resting, or moving evenly with a little of a hand's tremor."""
    dice = random.Random(f"journey:{seed}")
    zoom, age = 1.15 + 0.8 * dice.random(), 20 * dice.random()
    step = 1 / 12
    if dice.random() < STILL:
        return [Camera(zoom=zoom, time=age + step * index) for index in range(length)]
    growth, turn, tremor = 1 + dice.uniform(-0.03, 0.03), dice.uniform(-0.8, 0.8), dice.choice((0.0, 0.004))
    pan = dice.uniform(-0.04, 0.04), dice.uniform(-0.02, 0.02)
    return [
        Camera(
            zoom=zoom * growth**index,
            pan_x=pan[0] * index / zoom + dice.gauss(0, tremor),
            pan_y=pan[1] * index / zoom + dice.gauss(0, tremor),
            roll=turn * index,
            time=age + step * index,
        )
        for index in range(length)
    ]


def filmed(world: World) -> World:
    """Return the place as a camera would give it: most often painted plainly, since footage has no hatching."""
    plain = random.Random(f"filmed:{world.seed}").random() < PLAIN
    return replace(world, style=Style.PAINTING) if plain else world


def repainted(world: World) -> World:
    """Return the same place in other colours, by another hand, at another hour."""
    dice = random.Random(f"repainted:{world.seed}")
    drawn: dict[str, Any] = {
        name: dice.choice([one for one in TABLES[name] if one != getattr(world, name)])
        for name in ("palette", "style", "time")
    }
    return replace(world, **drawn)


def paint(index: int, side: int, split: str) -> tuple[Frames, Frames]:
    """Render one clip of a split, both ways."""
    torch.set_num_threads(1)
    world = filmed(draw_world(index, split))
    cameras = journey(world.seed)
    given, wanted = (_film(one, cameras, side) for one in (world, repainted(world)))
    return given, wanted


def _film(world: World, cameras: Sequence[Camera], side: int) -> Frames:
    pictures = [render(world, side, side, camera, "cpu") for camera in cameras]
    return (torch.stack(pictures).clamp(0, 1) * 255 + 0.5).byte().permute(0, 2, 3, 1).numpy()


@dataclass(frozen=True)
class Clips:
    """Clips on disk: `given` and `wanted` are `(N, LENGTH, side, side, 3)` uint8."""

    given: npt.NDArray[np.uint8]
    wanted: npt.NDArray[np.uint8]

    @classmethod
    def open(cls, folder: Path) -> Clips:
        """Open what `main` left in `folder`."""
        return cls(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("given", "wanted")))

    def __len__(self) -> int:
        """Return how many clips there are."""
        return len(self.given)

    def batch(self, chosen: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return both ways of some clips, `(LENGTH, n, 3, side, side)` in 0..1."""
        given, wanted = (
            torch.from_numpy(np.stack([array[index] for index in chosen])).permute(1, 0, 4, 2, 3).float() / 255
            for array in (self.given, self.wanted)
        )
        return given, wanted


def main() -> None:
    """Render a split."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--split", choices=("train", "seeds"), default="train")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    shape = (options.count, LENGTH, options.side, options.side, 3)
    given, wanted = (
        np.lib.format.open_memmap(options.folder / f"{name}.npy", mode="w+", dtype=np.uint8, shape=shape)
        for name in ("given", "wanted")
    )
    job = partial(paint, side=options.side, split=options.split)
    with get_context("spawn").Pool(options.workers) as pool:
        for index, clip in enumerate(pool.imap(job, range(options.count), chunksize=2)):
            given[index], wanted[index] = clip
            if index % 50 == 0:
                print(f"{options.split}: {index} of {options.count}", flush=True)
    given.flush()
    wanted.flush()


if __name__ == "__main__":
    main()
