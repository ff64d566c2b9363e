"""Contact sheets of worlds, for documents and for the eye.

python -m reverie.worlds.sheet out.png --rows family --columns palette --style oil
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from reverie.worlds.families import FAMILIES
from reverie.worlds.render import render
from reverie.worlds.world import TABLES, Family, World, random_world


def grid(pictures: Sequence[Sequence[Tensor]], gap: int = 4) -> Tensor:
    """Join rows of equal (3, H, W) pictures to one on a dark ground with `gap` pixels between."""
    rows = [torch.cat([F.pad(cell, (0, gap, 0, gap), value=0.06) for cell in row], 2) for row in pictures]
    return F.pad(torch.cat(rows, 1), (gap, 0, gap, 0), value=0.06)


def sheet(worlds: Sequence[Sequence[World]], width: int = 256, height: int = 256, thumb: float = 1.0) -> Tensor:
    """Render rows of worlds at `width` x `height` and show them at `thumb` times that size: (3, H, W) in 0..1."""
    size = round(height * thumb), round(width * thumb)

    def picture(world: World) -> Tensor:
        return F.interpolate(render(world, width, height)[None], size, mode="area")[0]

    return grid([[picture(world) for world in row] for row in worlds])


def save(image: Tensor, path: Path) -> None:
    """Write a (3, H, W) picture in 0..1 as PNG."""
    from PIL import Image

    Image.fromarray((image.clamp(0, 1) * 255 + 0.5).byte().permute(1, 2, 0).cpu().numpy()).save(path)


def choices(field: str, count: int) -> list[str]:
    """Values a row or column of a sheet runs through: a table's names, or "seed" for numbers."""
    if field == "seed":
        return [str(k) for k in range(count)]
    if field == "family":
        return [name for name in Family if name in FAMILIES]
    return list(TABLES[field])


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: see the module's first lines."""
    parser = argparse.ArgumentParser(description="Render a contact sheet of worlds.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", default="family")
    parser.add_argument("--columns", default="palette")
    parser.add_argument("--count", type=int, default=8, help="length of a seed axis")
    parser.add_argument("--seed", type=int, default=1, help="first seed; every cell has its own")
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--thumb", type=float, default=0.625)
    for field in TABLES:
        parser.add_argument(
            f"--{field}", action="append", help=f"only these; otherwise drawn: {', '.join(TABLES[field])}"
        )
    options = parser.parse_args(arguments)
    width, height = (int(side) for side in options.size.split("x"))

    def axis(field: str) -> list[str]:
        return (getattr(options, field) if field in TABLES else None) or choices(field, options.count)

    def world(row: str, column: str, seed: int) -> World:
        # A fixed field with several values is dealt out in turn; what is not fixed is drawn from the seed.
        fixed = {
            field: getattr(options, field)[seed % len(getattr(options, field))]
            for field in TABLES
            if getattr(options, field)
        }
        fixed |= {key: value for key, value in ((options.rows, row), (options.columns, column)) if key != "seed"}
        return random_world(seed, **fixed)

    rows, columns = axis(options.rows), axis(options.columns)
    worlds = [
        [world(row, column, options.seed + 100 * r + c) for c, column in enumerate(columns)]
        for r, row in enumerate(rows)
    ]
    save(sheet(worlds, width, height, options.thumb), options.path)


if __name__ == "__main__":
    main()
