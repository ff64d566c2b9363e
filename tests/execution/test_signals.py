"""Ctrl-C asks once, insists twice."""

from __future__ import annotations

import os
import signal
from threading import Event, Thread

import pytest

from reverie.execution.signals import stopping


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_and_the_second_insists(number: signal.Signals) -> None:
    with stopping(Event()) as stop:
        os.kill(os.getpid(), number)
        assert stop.wait(5)
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012
            os.kill(os.getpid(), number)
            Event().wait(5)


def test_what_listened_before_listens_again() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with stopping(Event()):
        assert signal.getsignal(signal.SIGINT) is not before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_in_another_thread_nothing_is_touched() -> None:
    seen = list[object]()

    def look() -> None:
        with stopping(Event()):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
