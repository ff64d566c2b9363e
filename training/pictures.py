"""A cache of rendered pictures: one array on disk, the worlds they show beside it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from reverie.worlds.world import World

HELD_OUT = 16
"""One in so many combinations of family, palette and style is never trained on."""


def held_out(world: World) -> bool:
    """True for the combinations of family, palette and style that training never sees."""
    return zlib.crc32(f"{world.family}/{world.palette}/{world.style}".encode()) % HELD_OUT == 0


class Pictures:
    """Pictures on disk, `(N, side, side, 3)` uint8, opened without reading them; `worlds[i]` is what the i-th shows."""

    def __init__(self, folder: Path) -> None:
        """Open what `write` left in `folder`."""
        self.array: npt.NDArray[np.uint8] = np.load(folder / "pictures.npy", mmap_mode="r")
        rows = json.loads((folder / "worlds.json").read_text())
        self.worlds = [World(**row) for row in rows]
        if len(self.worlds) != len(self.array):
            raise ValueError(f"{folder}: {len(self.array)} pictures but {len(self.worlds)} worlds")

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return len(self.array)

    def take(self, indices: Sequence[int] | npt.NDArray[np.int64]) -> Tensor:
        """Return pictures as `(n, 3, side, side)` float in 0..1."""
        chosen = np.stack([self.array[index] for index in indices])
        return torch.from_numpy(chosen).permute(0, 3, 1, 2).float().div_(255.0)

    def crops(self, count: int, size: int, rng: np.random.Generator) -> Tensor:
        """Return random crops, `(count, 3, size, size)` in 0..1."""
        side = self.array.shape[1]
        corners = rng.integers(0, side - size + 1, (count, 2))
        chosen = rng.integers(0, len(self), count)
        cut = [self.array[i, y : y + size, x : x + size] for i, (y, x) in zip(chosen, corners, strict=True)]
        return torch.from_numpy(np.stack(cut)).permute(0, 3, 1, 2).float().div_(255.0)


def write(folder: Path, pictures: Iterator[tuple[World, npt.NDArray[np.uint8]]], count: int, side: int) -> None:
    """Write `count` pictures and their worlds into a folder that `Pictures` opens."""
    folder.mkdir(parents=True, exist_ok=True)
    array = np.lib.format.open_memmap(folder / "pictures.npy", mode="w+", dtype=np.uint8, shape=(count, side, side, 3))
    worlds = []
    for index, (world, picture) in enumerate(pictures):
        array[index] = picture
        worlds.append({key: str(value) if key != "seed" else value for key, value in asdict(world).items()})
    array.flush()
    (folder / "worlds.json").write_text(json.dumps(worlds))
