"""High dynamic range brought to what a screen shows: light by its own curve, white at 203 nits, highlights rolled off.

The curves are those of ITU-R BT.2100 (PQ and HLG), the primaries those of BT.2020, the white that of BT.2408.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image

PQ, HLG = 16, 18
"""What a stream calls the two curves by."""

WHITE_NITS, PEAK_NITS, HLG_NITS = 203.0, 10_000.0, 1000.0
_KNEE = 0.75
"""Share of white up to which light is shown as it is; what is brighter shares the rest."""

_BRIGHTEST = 1000.0 / WHITE_NITS
_STEPS = 4096
_FROM_2020 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32)
Floats = npt.NDArray[np.float32]


def to_screen(deep: npt.NDArray[np.uint16], transfer: int) -> Image:
    """Return a picture `(height, width, 3)` of 16 bits in PQ or HLG and BT.2020 as sRGB of 8 bits."""
    light = _curve(transfer)[deep]
    light = np.asarray(cv2.transform(light, _FROM_2020), np.float32)
    shown = _rolled(np.clip(light, 0.0, _BRIGHTEST))
    places = np.rint(shown * (_STEPS - 1)).astype(np.uint16)
    return np.asarray(_screen()[places], np.uint8)


def _rolled(light: Floats) -> Floats:
    """Roll off what is brighter than the knee, so that the brightest is white: straight, then a hyperbola."""
    over = np.maximum(light - _KNEE, 0.0)
    room = 1.0 - _KNEE
    most = _BRIGHTEST - _KNEE
    bent = over * room * (1 + room / most) / (over + room) if most > room else over
    return np.asarray(np.minimum(np.minimum(light, _KNEE) + bent, 1.0), np.float32)


@cache
def _curve(transfer: int) -> Floats:
    """Return light for every 16-bit number, 1 at the white of a page."""
    signal = np.arange(65536, dtype=np.float64) / 65535
    return np.asarray(_pq(signal) if transfer == PQ else _hlg(signal), np.float32)


def _pq(signal: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = signal ** (1 / m2)
    return PEAK_NITS / WHITE_NITS * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)


def _hlg(signal: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    return HLG_NITS / WHITE_NITS * scene**1.2


@cache
def _screen() -> npt.NDArray[np.uint8]:
    """Return sRGB's bytes for light in steps from 0 to 1."""
    light = np.arange(_STEPS) / (_STEPS - 1)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(curve * 255), np.uint8)
