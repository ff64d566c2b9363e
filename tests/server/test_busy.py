"""The processor's share is the same figure whichever thread asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import thread_time

from reverie.server.busy import Busy


def burn(seconds: float) -> None:
    """Keep one core busy for so long."""
    end = thread_time() + seconds
    while thread_time() < end:
        pass


def test_a_thread_that_has_never_asked_is_told_what_was_since_anybody_did() -> None:
    busy = Busy()
    for _ in range(2):
        burn(0.2)
        with ThreadPoolExecutor(1) as fresh:
            told = fresh.submit(busy.percent).result()
        assert 0 < told <= 100
