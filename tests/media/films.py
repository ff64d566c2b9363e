"""Tiny films for the tests of everything that writes or reads one."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from reverie.core.frame import Image
from reverie.media.video import VideoWriter

SPEC = {"reverie_spec": json.dumps({"fps": 12.0, "prompt": "a reef at dusk: 'quoted', \"twice\"; ünïcödé 海\n"})}


def film(frames: int, width: int = 96, height: int = 64) -> list[Image]:
    """Return a painterly picture that is zoomed into, with a mark that tells the frames apart."""
    random, cells = np.random.default_rng(3), (height // 8 + 2, width // 8 + 2)
    light, tint = random.uniform(20, 235, (*cells, 1)), random.uniform(-25, 25, (*cells, 3))
    noise = (light + tint).astype(np.float32)
    large = np.clip(cv2.resize(noise, (width * 2, height * 2), interpolation=cv2.INTER_CUBIC), 0, 255)
    pictures = []
    for index in range(frames):
        zoom = 0.6 * 1.02**index
        place = np.array([[zoom, 0, width / 2 - zoom * width], [0, zoom, height / 2 - zoom * height]])
        picture = cv2.warpAffine(large, place, (width, height), borderMode=cv2.BORDER_REFLECT_101)
        picture[: height // 4, : width // 4] = 255 * (index % 2)
        pictures.append(picture.astype(np.uint8))
    return pictures


def written(path: Path, pictures: list[Image], fps: Fraction = Fraction(12), said: dict[str, str] = SPEC) -> Path:
    height, width = pictures[0].shape[:2]
    writer = VideoWriter(path, width, height, fps, said)
    for picture in pictures:
        writer.write(picture)
    writer.close()
    return path


def psnr(one: Image, other: Image) -> float:
    return float(10 * np.log10(255**2 / max(1e-9, float(np.mean((one.astype(float) - other) ** 2)))))
