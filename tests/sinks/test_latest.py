from __future__ import annotations

from threading import Thread

from reverie.core.protocols import Sink
from reverie.sinks.latest import Latest
from tests.sinks.pictures import frame


def test_only_the_newest_is_there() -> None:
    latest = Latest()
    assert latest.serial < 1
    for index in range(5):
        latest.write(frame(index))
    assert latest.newest is not None
    assert latest.newest.index == 4
    assert latest.serial == 5


def test_it_is_a_sink_of_the_newest_only() -> None:
    latest = Latest()
    assert isinstance(latest, Sink)
    assert latest.newest_only


def test_who_waits_is_told_of_a_frame_and_of_the_end() -> None:
    latest, told = Latest(), []

    def wait() -> None:
        with latest.changed:
            latest.changed.wait_for(lambda: latest.serial > 0)
            told.append(latest.newest)
            latest.changed.wait_for(lambda: latest.closed)
            told.append(None)

    waiting = Thread(target=wait)
    waiting.start()
    first = frame(0)
    latest.write(first)
    while not told:
        pass
    latest.abandon()
    waiting.join(5)
    assert told == [first, None]


def test_the_last_picture_stays_after_the_end_and_none_comes() -> None:
    latest = Latest()
    last = frame(0)
    latest.write(last)
    latest.close()
    latest.write(frame(1))
    assert latest.newest is last
