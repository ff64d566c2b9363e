"""One stream to sinks that come and go: what each is given, and what none can do to another."""

from __future__ import annotations

from fractions import Fraction
from threading import Event, Thread

import pytest

from reverie.core.errors import Cancelled
from reverie.core.frame import Frame
from reverie.core.protocols import Sink
from reverie.engine.broadcast import DEPTH, Broadcast
from tests.engine.pictures import plain
from tests.execution.audience import Broken, Collector, Gate, Mailbox, until

Losses = list[tuple[Sink, BaseException]]


def frame(number: int) -> Frame:
    return Frame(plain(number % 256), Fraction(number, 10), number)


def calm() -> None:
    """Never give up."""


def opened() -> tuple[Broadcast, Losses]:
    lost: Losses = []
    return Broadcast(lambda sink, error: lost.append((sink, error))), lost


def numbers(sink: Collector) -> list[int]:
    return [frame.index for frame in sink.frames]


def test_everybody_gets_what_comes_while_they_are_there() -> None:
    cast, lost = opened()
    whole, part, newest = Collector(), Collector(), Mailbox()
    cast.attach(whole)
    for number in range(30):
        if number == 10:
            cast.attach(part)
            cast.attach(newest)
        if number == 20:
            cast.detach(part)
            assert numbers(part) == list(range(10, 20))
        cast.write(frame(number), calm)
    cast.close()
    assert numbers(whole) == list(range(30))
    assert numbers(part) == list(range(10, 20))
    assert numbers(newest) == [29]
    assert [sink.closed for sink in (whole, part, newest)] == [1, 1, 1]
    assert lost == []


def test_a_sink_that_takes_every_frame_holds_the_stream_back_and_loses_none() -> None:
    cast, _ = opened()
    slow, quick, checks, written = Gate(), Mailbox(), Event(), list[int]()
    cast.attach(slow)
    cast.attach(quick)

    def paint() -> None:
        for number in range(20):
            cast.write(frame(number), checks.set)
            written.append(number)

    painter = Thread(target=paint)
    painter.start()
    assert checks.wait(10)
    assert len(written) <= DEPTH + 1
    slow.open.set()
    painter.join()
    cast.close()
    assert numbers(slow) == list(range(20))


def test_whoever_waits_for_a_sink_can_give_up() -> None:
    cast, _ = opened()
    slow = Gate()
    cast.attach(slow)

    def enough() -> None:
        raise Cancelled("Stopped.")

    def paint() -> None:
        for number in range(20):
            cast.write(frame(number), enough)

    with pytest.raises(Cancelled):
        paint()
    slow.open.set()
    cast.close()
    assert numbers(slow) == list(range(len(slow.frames)))
    assert slow.closed == 1


@pytest.mark.parametrize("newest_only", [True, False])
def test_a_sink_that_fails_is_let_go_alone_and_told_of_once(newest_only: bool) -> None:
    cast, lost = opened()
    broken, other = Broken(3, newest_only), Collector()
    cast.attach(broken)
    cast.attach(other)
    for number in range(40):
        cast.write(frame(number), calm)
        if number == 20 and not newest_only:
            until(lambda: broken.abandoned)
    cast.close()
    assert numbers(other) == list(range(40))
    assert [(sink, str(error)) for sink, error in lost] == [(broken, "no space left")]
    assert (broken.abandoned, broken.closed) == (1, 0)


def test_a_sink_that_fails_in_its_last_frames_is_told_of_when_it_is_detached() -> None:
    cast, lost = opened()
    broken = Broken(0)
    cast.attach(broken)
    cast.write(frame(0), calm)
    cast.detach(broken)
    assert [sink for sink, _ in lost] == [broken]


def test_after_the_end_a_newcomer_is_closed_at_once_and_a_stranger_may_leave() -> None:
    cast, _ = opened()
    cast.close()
    late = Collector()
    cast.attach(late)
    cast.detach(Collector())
    assert late.closed == 1
    cast.close()


def test_a_thousand_sinks_that_come_and_go_leave_nothing() -> None:
    cast, lost = opened()
    for number in range(1000):
        sink = Mailbox()
        cast.attach(sink)
        cast.write(frame(number), calm)
        cast.detach(sink)
        assert (numbers(sink), sink.closed) == ([number], 1)
    assert cast._places == ()
    assert lost == []
