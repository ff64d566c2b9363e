"""A probe tells what is different, and only that."""

from __future__ import annotations

import cv2
import numpy as np

from reverie.core.frame import Image
from training.evaluation.tell import told_apart


def pictures(first: int, count: int = 36, blur: float = 0.0) -> list[Image]:
    made = [
        np.random.default_rng(first + index).integers(0, 256, (32, 32, 3), dtype=np.uint8) for index in range(count)
    ]
    return made if blur == 0 else [np.asarray(cv2.GaussianBlur(one, (0, 0), blur), np.uint8) for one in made]


def test_blurred_pictures_are_told_from_sharp_ones() -> None:
    assert told_apart(pictures(0, blur=2.0), pictures(100), steps=40, batch=8) > 0.9


def test_pictures_of_one_kind_are_not_told_apart() -> None:
    assert told_apart(pictures(0), pictures(100), steps=40, batch=8) < 0.8
