"""How much of a picture is lost when it is painted smaller: what a flat picture has too little of to lose."""

from __future__ import annotations

import cv2
import numpy as np

from reverie.core.frame import Image

TILES = 8
"""Tiles a side, the worst of which speaks for the picture: one face in an empty sky is not to be blurred."""


def detail_lost(image: Image, share: float) -> float:
    """Return what a picture loses when its sides are made `share` of what they are, and enlarged again.

    `image` is `(H, W, 3)` uint8, `share` lies in 0..1; the answer is the root mean square of the difference in luma, in
    levels of 255, of the worst of 8 by 8 tiles. A level is seen by nobody, ten are a blur.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    rows, columns = grey.shape
    small = cv2.resize(
        grey, (max(1, round(columns * share)), max(1, round(rows * share))), interpolation=cv2.INTER_AREA
    )
    again = cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC)
    square = np.square(grey.astype(np.float32) - again)
    tiles = cv2.resize(square, (min(TILES, columns), min(TILES, rows)), interpolation=cv2.INTER_AREA)
    return float(np.sqrt(tiles.max()))
