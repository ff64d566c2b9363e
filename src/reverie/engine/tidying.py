"""Freed memory is given back to the system now and then, so that a run of hours holds no more than it needs.

Every kind of scene frees pieces of other sizes. The C library keeps them for later, in between those that are still in
use, and a dream that goes through twenty prompts would hold a hundred megabytes of nothing.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

EVERY = 100
"""Painted frames between two times: it takes four milliseconds."""


class Tidying:
    """Counts painted frames, and gives freed memory back at every so many."""

    def __init__(self, give_back: Callable[[], object] | None = None, every: int = EVERY) -> None:
        self._give_back, self._every = give_back or giving_back(), every
        self._since = 0

    def painted(self, frames: int) -> None:
        """Count some frames more."""
        self._since += frames
        if self._since >= self._every:
            self._since = 0
            self._give_back()


def giving_back() -> Callable[[], object]:
    """Return what gives freed memory back: glibc's malloc_trim, and nothing where the C library is another."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return (lambda: None) if trim is None else (lambda: trim(0))
