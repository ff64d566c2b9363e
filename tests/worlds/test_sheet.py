"""Contact sheets."""

from __future__ import annotations

from pathlib import Path

import torch
from PIL import Image

from reverie.worlds.sheet import choices, grid, main, sheet
from reverie.worlds.world import Style, World


def test_a_grid_has_a_gap_on_every_side() -> None:
    cell = torch.ones(3, 10, 20)
    joined = grid([[cell, cell], [cell, cell]], gap=2)
    assert joined.shape == (3, 2 * 10 + 3 * 2, 2 * 20 + 3 * 2)
    assert float(joined[:, 2:12, 2:22].min()) == 1
    assert float(joined[:, :2].max()) < 0.1


def test_a_sheet_shows_each_world_smaller() -> None:
    shown = sheet([[World(seed=1)]], 64, 64, thumb=0.5)
    assert shown.shape == (3, 32 + 8, 32 + 8)


def test_axes_are_tables_or_seeds() -> None:
    assert choices("style", 3) == list(Style)
    assert choices("seed", 3) == ["0", "1", "2"]


def test_the_command_writes_a_picture(tmp_path: Path) -> None:
    target = tmp_path / "sheet.png"
    main([str(target), "--rows", "style", "--columns", "seed", "--count", "2", "--size", "64x32", "--thumb", "1",
          "--family", "nebula", "--style", "ink"])  # fmt: skip
    with Image.open(target) as picture:
        assert picture.size == (4 + 2 * 68, 4 + 36)
