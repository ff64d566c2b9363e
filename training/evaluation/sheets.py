"""Pictures in rows, to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image as Picture

from reverie.core.frame import Image


def sheet(path: Path, rows: Sequence[Sequence[Image]]) -> None:
    """Write rows of pictures as one PNG; short rows end in black, empty ones are left out."""
    widest = max(len(row) for row in rows)
    full = [[*row, *[np.zeros_like(row[0])] * (widest - len(row))] for row in rows if row]
    whole: npt.NDArray[np.uint8] = np.concatenate([np.concatenate(row, axis=1) for row in full], axis=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture.fromarray(whole).save(path)
