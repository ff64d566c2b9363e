"""How fast it goes: three rates that are never mixed up, and the percentiles of a painted frame's time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

import numpy as np

from reverie.core.report import Rates

KEPT = 5_000
"""Painted frames whose times are kept for the percentiles: the newest."""

RECENT_SECONDS = 4.0
"""Over which the rates of a live session are counted."""

RECENT_FRAMES = 1000
"""At most so many frames count for them, and for its percentiles."""

PERCENTILES = (50, 95, 99)


class Meter:
    """Counts frames and seconds of one run; `clock` returns seconds. `took` are those of the newest painted frame."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._model_seconds = 0.0
        self._model_frames = 0
        self._painted = self._delivered = 0
        self._first = self._last = 0.0
        self._times: deque[float] = deque(maxlen=KEPT)
        self.took = 0.0
        self._asked: deque[tuple[float, float, int]] = deque(maxlen=RECENT_FRAMES)
        self._made: deque[tuple[float, int]] = deque(maxlen=RECENT_FRAMES)
        self._shown: deque[float] = deque(maxlen=RECENT_FRAMES)

    @contextmanager
    def model(self, frames: int) -> Iterator[None]:
        """Count the block as the network's own time for so many frames."""
        begun = self._clock()
        yield
        ended = self._clock()
        self._model_seconds += ended - begun
        self._model_frames += frames
        self._asked.append((ended, ended - begun, frames))

    @contextmanager
    def painting(self) -> Iterator[Callable[[int], None]]:
        """Count the block as the whole work for as many painted frames as it says by calling what it is given."""
        begun = self._clock()
        self._first = self._first or begun
        frames: list[int] = []
        yield frames.append
        self._last = self._clock()
        self._painted += sum(frames)
        self.took = (self._last - begun) / max(1, sum(frames))
        self._made.append((self._last, sum(frames)))
        self._times.extend((self._last - begun) / count for count in frames for _ in range(count))

    def delivered(self) -> None:
        """Count a delivered frame."""
        self._last = self._clock()
        self._delivered += 1
        self._shown.append(self._last)

    def rates(self) -> Rates:
        """Return the three rates, in frames a second from the first frame's beginning to the last one's end."""
        wall = max(self._last - self._first, 1e-9)
        model = self._model_frames / self._model_seconds if self._model_seconds else 0.0
        return Rates(model=model, new=self._painted / wall, displayed=self._delivered / wall)

    def recent(self) -> Rates:
        """Return the three rates of the last few seconds; from any thread."""
        since = self._clock() - RECENT_SECONDS
        asked = [entry for entry in tuple(self._asked) if entry[0] > since]
        made = [entry for entry in tuple(self._made) if entry[0] > since]
        shown = [moment for moment in tuple(self._shown) if moment > since]
        seconds = sum(entry[1] for entry in asked)
        return Rates(
            model=sum(entry[2] for entry in asked) / seconds if seconds else 0.0,
            new=_rate([entry[0] for entry in made], sum(entry[1] for entry in made[1:])),
            displayed=_rate(shown, len(shown) - 1),
        )

    def latency(self, newest: int = KEPT) -> dict[str, float]:
        """Return the percentiles of a painted frame's time in milliseconds: `p50`, `p95`, `p99`; empty before any.

        Only the `newest` frames count.
        """
        times = tuple(self._times)[-newest:]
        if not times:
            return {}
        values = np.percentile(np.asarray(times), PERCENTILES)
        return {f"p{share}": float(1000 * value) for share, value in zip(PERCENTILES, values, strict=True)}


def _rate(moments: list[float], frames: int) -> float:
    """Return frames a second, of those that came after the first moment and up to the last."""
    seconds = moments[-1] - moments[0] if moments else 0.0
    return frames / seconds if seconds > 0 else 0.0
