"""Freed memory goes back at every so many frames, wherever the C library can."""

from __future__ import annotations

import sys

import pytest

from reverie.engine.tidying import Tidying, giving_back


def test_it_is_done_at_every_so_many_frames_however_they_come() -> None:
    done: list[int] = []
    tidying = Tidying(lambda: done.append(len(done)), every=10)
    for _ in range(9):
        tidying.painted(1)
    assert not done
    tidying.painted(4)
    assert len(done) == 1
    tidying.painted(9)
    assert len(done) == 1
    tidying.painted(1)
    assert len(done) == 2


def test_it_can_be_asked_for_on_every_system() -> None:
    giving_back()()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone gives back")
def test_what_was_freed_is_no_longer_held() -> None:
    def resident() -> int:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1])

    pieces = [bytearray(60_000) for _ in range(2000)]
    kept = pieces[::50]
    full = resident()
    del pieces
    giving_back()()
    assert resident() < full - 20_000
    assert kept
