"""SVT-AV1 makes whoever opens it, and all its threads, real-time where it may, as root may: others starve."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def as_before() -> Iterator[None]:
    """Give threads of this process that became real-time meanwhile the scheduling that this thread had before."""
    if sys.platform != "linux":
        yield
        return
    before = _policies()
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        for thread, now in _policies().items():
            if now in _REAL_TIME and before.get(thread, policy) not in _REAL_TIME:
                with suppress(OSError):  # it has ended
                    os.sched_setscheduler(thread, policy, parameters)


def _policies() -> dict[int, int]:
    """Return how each thread of this process is scheduled."""
    found: dict[int, int] = {}
    for thread in map(int, os.listdir("/proc/self/task")):
        with suppress(OSError):
            found[thread] = os.sched_getscheduler(thread)
    return found


_REAL_TIME = (1, 2)
"""SCHED_FIFO and SCHED_RR by Linux's numbers."""
