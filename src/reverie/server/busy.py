"""How busy the processor is: one figure, whichever of the server's threads asks."""

from __future__ import annotations

import threading

import psutil  # type: ignore[import-untyped]


class Busy:
    """Counts from one look to the next; psutil's own figure is counted for each thread apart, from 0 for its first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = _ticks()
        self._percent = 0.0

    def percent(self) -> float:
        """Return the busy share of all cores since the last look, 0..100; the last figure where no tick has passed."""
        with self._lock:
            (all_before, idle_before), self._last = self._last, _ticks()
            all_now, idle_now = self._last
            if all_now > all_before:
                share = 1.0 - (idle_now - idle_before) / (all_now - all_before)
                self._percent = round(100.0 * min(max(share, 0.0), 1.0), 1)
            return self._percent


def _ticks() -> tuple[float, float]:
    times = psutil.cpu_times()
    # Linux counts a guest's time in its host's as well.
    guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
    return sum(times) - guests, times.idle + getattr(times, "iowait", 0.0)
