"""Asking a generation for a picture until it is one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import cv2
import numpy as np

from reverie.core.errors import MachineError, NotFinite
from reverie.core.frame import Images
from reverie.core.protocols import Generation, Tick
from reverie.core.timeline import Conditioning
from reverie.engine.meter import Meter
from reverie.engine.record import Kind, Record
from reverie.engine.seeds import derived

BLACK = 4.0
"""Mean level of 255 under which a picture is black, if it is flat besides."""

FLAT = 1.5
"""Spread in levels of 255, of a 32x32 thumbnail, under which a picture is one flat colour."""

NIGHT = 3.0
"""The same for a picture with a mean under `BLACK`."""


class Painter:
    """A generation, and what is done when its pictures are none: rolled again with other seeds, and written down."""

    def __init__(self, generation: Generation, size: tuple[int, int], rerolls: int, record: Record) -> None:
        self.generation = generation
        self._size = size
        self._rerolls = rerolls
        self._record = record

    def paint(self, cond: Conditioning, index: int, time: Fraction, tick: Tick, meter: Meter | None) -> Images | None:
        """Return `(T, H, W, 3)` pictures for a step, None where the seed and every other one gave none.

        `meter` counts the network's time, None leaves it out. Raises MachineError for pictures of another form than
        `uint8` of the film's size.
        """
        for attempt in range(self._rerolls + 1):
            told = cond if attempt == 0 else replace(cond, seed=derived(cond.seed, attempt))
            images, fault = self._tried(told, tick, meter)
            if fault is None:
                return images
            self._record.note(Kind.REROLL, index, time, self._said(fault, attempt))
        return None

    def _tried(self, cond: Conditioning, tick: Tick, meter: Meter | None) -> tuple[Images | None, str | None]:
        try:
            if meter is None:
                images = self.generation.step(cond, tick)
            else:
                with meter.model(self.generation.num_frames):
                    images = self.generation.step(cond, tick)
        except NotFinite:
            return None, "not finite"
        return images, fault_of(images, self._size)

    def _said(self, fault: str, attempt: int) -> str:
        last = attempt == self._rerolls
        return f"{fault}: {'given up' if last else f'rolled again, {attempt + 1} of {self._rerolls}'}"


def fault_of(images: Any, size: tuple[int, int]) -> str | None:
    """Name what is wrong with a step's pictures: not finite, black or flat; None where they are fit to be seen.

    `size` is width and height. Raises MachineError where they are no pictures at all.
    """
    array = np.asarray(images)
    if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
        return "not finite"
    if array.dtype != np.uint8 or array.ndim != 4 or array.shape[1:] != (size[1], size[0], 3):
        wanted = f"uint8 (T, {size[1]}, {size[0]}, 3)"
        raise MachineError(f"The backend painted {array.dtype} {array.shape} instead of {wanted}: it is broken.")
    return next((fault for image in array for fault in [_fault(image)] if fault), None)


def _fault(image: Images) -> str | None:
    small = cv2.resize(image, (32, 32), interpolation=cv2.INTER_AREA)
    mean, spread = cv2.meanStdDev(small)
    light, unlike = float(mean.mean()), float(spread.max())
    if light < BLACK and unlike < NIGHT:
        return "black"
    return "flat" if unlike < FLAT else None
