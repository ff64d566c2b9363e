"""Caches of made-up pictures, latents and captions, each telling which row it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reverie.worlds.world import World, random_world
from training.build import TOKENS
from training.latents import CAPTIONS
from training.pictures import Pictures, write


def save_pictures(folder: Path, count: int = 12, side: int = 32, worlds: list[World] | None = None) -> Pictures:
    """Write noise whose corner pixel is the row's number, of random worlds unless others are given."""
    rng = np.random.default_rng(0)
    shown = worlds if worlds else [random_world(seed) for seed in range(count)]
    pictures = rng.integers(0, 256, (count, side, side, 3), np.uint8)
    pictures[:, 0, 0] = np.arange(count)[:, None]
    write(folder, zip(shown, pictures, strict=True), count, side)
    return Pictures(folder)


def save_lessons(folder: Path, count: int = 12, side: int = 32) -> None:
    """Write latents and tokens that are the row's number plus one everywhere; nothing said is token 0."""
    rows = np.arange(1, count + 1)
    np.save(
        folder / f"latents_{side}.npy",
        np.ones((count, 4, side // 4, side // 4), np.float16) * rows[:, None, None, None],
    )
    np.save(folder / "tokens.npy", np.ones((count, CAPTIONS, TOKENS), np.int16) * rows[:, None, None].astype(np.int16))
    np.save(folder / "empty.npy", np.zeros(TOKENS, np.int16))
