"""Sheets hold every picture they are given."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from reverie.core.frame import Image
from training.evaluation.sheets import sheet


def flat(*colour: int) -> Image:
    return np.full((16, 16, 3), np.array(colour, np.uint8), np.uint8)


def test_a_sheet_has_every_row_and_ends_short_ones_in_black(tmp_path: Path) -> None:
    path = tmp_path / "sheets" / "sheet.png"
    sheet(path, [[flat(200, 0, 0)] * 3, [], [flat(0, 200, 0)] * 2])
    written = cv2.imread(str(path))
    assert written is not None
    assert written.shape == (32, 48, 3)
    assert written[20, 20].tolist() == [0, 200, 0]
    assert not written[16:, 32:].any()
