"""A film in figures: how it changed from its beginning to its end, how it hangs together, whether it lives.

A smooth film is not yet a good one: blur, grey and standing still all lower the error after warping. So what hangs
together is told beside detail, contrast and motion, and judged with them (`gates`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image
from reverie.measure.appearance import Appearance, Histogram, appearance, histogram, histograms_apart, working
from reverie.measure.drift import WINDOW, change, longest_run, slope
from reverie.measure.temporal import Follower, Passage, flicker
from reverie.measure.vitals import HASH_BITS, Hash, dhash, look

FROZEN = 0.001
"""Mean absolute difference, 0..1, under which a frame is the one before (FFmpeg's freezedetect)."""

FLAT_CONTRAST, FLAT_ENTROPY = 4.0, 3.0
"""Levels of deviation, and bits, under which there is nothing to see: real films lie at 12 to 83, and 5.3 to 7.7."""

LEAST_LAG = 4
MOST_LAGS = 400
LEAST_JOURNEY = 0.02
"""Share of bits by which pictures must have changed before coming back means anything."""
MEASURES = tuple(one.name for one in fields(Appearance))

Curve = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scorecard:
    """What a film came to.

    `changes`: by measure, the last 15 % less the first over the first; `slopes`: of the whole run, as a share of its
    mean. `colours_apart` and `likeness`: of both ends, 0 the same colours, and 1 the same picture whatever its light.
    `warp_error` is E_warp; `flicker` in levels; `trembling` the share of luma's changes above a quarter of the frame
    rate; `motion` and `camera` in widths a frame. `frozen` and `dull` are the longest such stretch in seconds.
    `unique` is the share of pictures unlike all others; `echo` how near pictures come to those `echo_lag` frames
    later, as a share of how far they had gone meanwhile: 0 the film repeats itself, 1 it never comes back.
    """

    frames: int
    seconds: float
    width: int
    height: int
    changes: dict[str, float]
    slopes: dict[str, float]
    colours_apart: float
    likeness: float
    warp_error: float
    flicker: float
    trembling: float
    motion: float
    camera: float
    frozen: float
    dull: float
    unique: float
    echo: float
    echo_lag: int
    means: dict[str, float]
    curves: dict[str, Curve] = field(repr=False, compare=False)


@dataclass
class Scoring:
    """Looks at a film frame by frame; the rate is in frames a second, the size that of the first picture."""

    fps: float
    _looks: list[Appearance] = field(default_factory=list)
    _colours: list[Histogram] = field(default_factory=list)
    _passages: list[Passage] = field(default_factory=list)
    _hashes: list[Hash] = field(default_factory=list)
    _thumbs: list[npt.NDArray[np.uint8]] = field(default_factory=list)
    _follower: Follower = field(default_factory=Follower)
    _last: Image | None = None
    _size: tuple[int, int] | None = None

    def see(self, image: Image) -> Image:
        """Take the next frame, `(H, W, 3)` uint8, and return it as it was looked at; ValueError for another size."""
        size = image.shape[1], image.shape[0]
        if self._size not in {None, size}:
            raise ValueError(f"frame {len(self._looks)} is {size}, but the film began with {self._size}")
        self._size = size
        seen = working(image)
        if self._last is not None:
            self._passages.append(self._follower.passage(self._last, seen))
        self._last = seen
        self._looks.append(appearance(seen))
        self._colours.append(histogram(seen))
        glance = look(seen)
        self._hashes.append(dhash(glance))
        self._thumbs.append(np.asarray(cv2.cvtColor(glance.thumb, cv2.COLOR_RGB2GRAY), np.uint8))
        return seen

    def card(self) -> Scorecard:
        """Sum up; ValueError where nothing was seen."""
        if not self._looks or self._size is None:
            raise ValueError("nothing was seen")
        curves = self._curves()
        lag, echo = returning(self._hashes)
        return Scorecard(
            frames=len(self._looks),
            seconds=len(self._looks) / self.fps,
            width=self._size[0],
            height=self._size[1],
            changes={name: change(curves[name].tolist()) for name in MEASURES},
            slopes={name: slope(curves[name].tolist()) for name in MEASURES},
            colours_apart=histograms_apart(*_ends(np.stack(self._colours))),
            likeness=_alike(*_ends(np.stack(self._thumbs).astype(np.float32))),
            warp_error=_mean(curves["warp_error"]),
            flicker=flicker(curves["luma"]),
            trembling=trembling(curves["luma"]),
            motion=_mean(curves["motion"]),
            camera=_mean(curves["camera"]),
            frozen=longest_run(curves["change"] < FROZEN) / self.fps,
            dull=longest_run(map(_is_dull, self._looks)) / self.fps,
            unique=unique(self._hashes),
            echo=echo,
            echo_lag=lag,
            means={name: _mean(curves[name]) for name in MEASURES},
            curves=curves,
        )

    def _curves(self) -> dict[str, Curve]:
        rows = [asdict(one) for one in self._looks]
        ways = [asdict(one) for one in self._passages]
        curves = {name: np.array([row[name] for row in rows]) for name in MEASURES}
        between = {one.name: np.array([way[one.name] for way in ways]) for one in fields(Passage)}
        return {**curves, **between}


def trembling(lumas: Curve) -> float:
    """Return the share of the mean luma's power, its trend removed, that lies above a quarter of the frame rate."""
    count = len(lumas)
    if count < 8:
        return 0.0
    trend = np.polynomial.Polynomial.fit(np.arange(count), lumas, 1)(np.arange(count))
    power = np.square(np.abs(np.fft.rfft(lumas - trend)))[1:]
    fast = np.fft.rfftfreq(count)[1:] > 0.25
    return float(power[fast].sum() / power.sum()) if power.sum() > 1e-9 * count else 0.0


def unique(hashes: Sequence[Hash]) -> float:
    """Return how many different pictures there are for every frame, 0..1; the same dHash is the same picture."""
    return len({one.tobytes() for one in hashes}) / len(hashes)


def returning(hashes: Sequence[Hash]) -> tuple[int, float]:
    """Return the lag, in frames, after which pictures come back most faithfully, and how far they then are apart.

    As a share of the farthest at any shorter lag; lags from 5 to half the film. (0, 1.0) where it is too short to
    tell, or where nothing ever goes far enough away to come back.
    """
    told = np.stack(hashes)
    lags = np.arange(LEAST_LAG, min(len(told) // 2, MOST_LAGS) + 1)
    if len(lags) < 2:
        return 0, 1.0
    apart = np.array([_bits(told[:-lag], told[lag:]).mean() for lag in lags]) / HASH_BITS
    farthest = np.maximum.accumulate(apart)[:-1]
    shares = np.where(farthest > LEAST_JOURNEY, apart[1:] / np.maximum(farthest, 1e-9), 1.0)
    best = int(shares.argmin())
    return (int(lags[best + 1]), float(shares[best])) if shares[best] < 1.0 else (0, 1.0)


def _bits(first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    return np.asarray(np.bitwise_count(first ^ second).sum(axis=1, dtype=np.int64))


def _is_dull(seen: Appearance) -> bool:
    return seen.contrast < FLAT_CONTRAST or seen.entropy < FLAT_ENTROPY


def _ends(rows: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    length = max(1, round(len(rows) * WINDOW))
    return rows[:length].mean(axis=0), rows[-length:].mean(axis=0)


def _alike(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]) -> float:
    """Return the correlation of two pictures, -1..1; light and contrast do not matter; 0 where one has neither."""
    one, other = first - first.mean(), second - second.mean()
    size = float(np.sqrt(np.square(one).sum() * np.square(other).sum()))
    return float((one * other).sum()) / size if size > 1e-3 else 0.0


def _mean(values: Curve) -> float:
    return float(values.mean()) if len(values) else 0.0
