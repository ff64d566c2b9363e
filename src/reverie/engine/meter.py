"""How fast it goes: three rates that are never mixed up, and the percentiles of a painted frame's time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

import numpy as np

from reverie.core.report import Rates

KEPT = 20_000
"""Painted frames whose times are kept for the percentiles: the newest."""

PERCENTILES = (50, 95, 99)


class Meter:
    """Counts frames and seconds of one run; `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._model_seconds = 0.0
        self._model_frames = 0
        self._painted = self._delivered = 0
        self._first = self._last = 0.0
        self._times: deque[float] = deque(maxlen=KEPT)

    @contextmanager
    def model(self, frames: int) -> Iterator[None]:
        """Count the block as the network's own time for so many frames."""
        begun = self._clock()
        yield
        self._model_seconds += self._clock() - begun
        self._model_frames += frames

    @contextmanager
    def painting(self) -> Iterator[Callable[[int], None]]:
        """Count the block as the whole work for as many painted frames as it says by calling what it is given."""
        begun = self._clock()
        self._first = self._first or begun
        frames: list[int] = []
        yield frames.append
        self._last = self._clock()
        self._painted += sum(frames)
        self._times.extend((self._last - begun) / count for count in frames for _ in range(count))

    def delivered(self) -> None:
        """Count a delivered frame."""
        self._last = self._clock()
        self._delivered += 1

    def rates(self) -> Rates:
        """Return the three rates, in frames a second from the first frame's beginning to the last one's end."""
        wall = max(self._last - self._first, 1e-9)
        model = self._model_frames / self._model_seconds if self._model_seconds else 0.0
        return Rates(model=model, new=self._painted / wall, displayed=self._delivered / wall)

    def latency(self) -> dict[str, float]:
        """Return the percentiles of a painted frame's time in milliseconds: `p50`, `p95`, `p99`; empty before any."""
        if not self._times:
            return {}
        values = np.percentile(np.asarray(self._times), PERCENTILES)
        return {f"p{share}": float(1000 * value) for share, value in zip(PERCENTILES, values, strict=True)}
