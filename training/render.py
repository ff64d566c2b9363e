"""Stage 0: render pictures into a cache, several processes at once; combinations held out have a split of their own."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from reverie.worlds.camera import Camera
from reverie.worlds.render import render
from reverie.worlds.world import World, random_world
from training.pictures import held_out, write

HELD_OUT_SEEDS = 10**9
"""Seeds from here on belong to the held-out split."""


def draw_world(index: int, split: str) -> World:
    """Return the world of a place in a split: `train`, `seeds` (unseen ones) or `combinations` (unseen ones)."""
    wanted = split == "combinations"
    start = index * 1000 + (0 if split == "train" else HELD_OUT_SEEDS)
    return next(world for world in (_drawn(start + n) for n in range(1000)) if held_out(world) == wanted)


def _drawn(seed: int) -> World:
    """Draw a world, half of them in clear weather, so that what falls from the sky does not hide the rest."""
    clear = random.Random(f"weather:{seed}").random() < 0.5
    return random_world(seed, weather="clear") if clear else random_world(seed)


def draw_camera(seed: int) -> Camera:
    """Return a camera as a zoom loop meets it: half of them wide, the others deep in or off to a side."""
    dice = random.Random(f"camera:{seed}")
    if dice.random() < 0.5:
        return Camera()
    zoom = 2.0 ** (1.6 * dice.random())
    reach = 0.35 * (1.0 - 1.0 / zoom) + 0.03
    return Camera(zoom=zoom, pan_x=dice.uniform(-reach, reach), pan_y=dice.uniform(-reach, reach))


def paint(index: int, side: int, split: str, device: str) -> tuple[World, npt.NDArray[np.uint8]]:
    """Render one picture of a split."""
    torch.set_num_threads(1)
    world = draw_world(index, split)
    picture = render(world, side, side, draw_camera(world.seed), device)
    return world, (picture.clamp(0, 1) * 255 + 0.5).byte().permute(1, 2, 0).cpu().numpy()


def painted(
    count: int, side: int, split: str, workers: int, device: str
) -> Iterator[tuple[World, npt.NDArray[np.uint8]]]:
    """Render a split's pictures in order."""
    job = partial(paint, side=side, split=split, device=device)
    if workers <= 1:
        yield from map(job, range(count))
        return
    with get_context("spawn").Pool(workers) as pool:
        for index, result in enumerate(pool.imap(job, range(count), chunksize=8)):
            if index % 500 == 0:
                print(f"{split}: {index} of {count}", flush=True)
            yield result


def main() -> None:
    """Render a split."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=12_000)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--split", choices=("train", "seeds", "combinations"), default="train")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    pictures = painted(options.count, options.side, options.split, options.workers, options.device)
    write(options.folder, pictures, options.count, options.side)


if __name__ == "__main__":
    main()
