"""Many questions at once: each once, no more under way than may be, and no answer thrown away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from threading import Event, Lock

import pytest

from reverie.backends.openai_images.parallel import answered
from reverie.core.errors import InputError, MachineError


class Desk:
    """Answers with ten times the number, and counts how many wait at the same time."""

    def __init__(self, most: int) -> None:
        self.asked: list[int] = []
        self.waiting = self.crowd = 0
        self._most, self._lock, self._full = most, Lock(), Event()

    def ask(self, number: int, go_on: Callable[[], None]) -> int:
        with self._lock:
            self.asked.append(number)
            self.waiting += 1
            self.crowd = max(self.crowd, self.waiting)
            if self.crowd == self._most:
                self._full.set()
        assert self._full.wait(20)
        with self._lock:
            self.waiting -= 1
        return number * 10


def quiet() -> None:
    """Do nothing."""


@pytest.mark.parametrize("most", [1, 3])
def test_each_is_asked_once_and_as_many_at_a_time_as_may_be(most: int) -> None:
    desk = Desk(most)
    assert sorted(answered(7, most, desk.ask, quiet)) == [(number, number * 10) for number in range(7)]
    assert (sorted(desk.asked), desk.crowd) == (list(range(7)), most)


def test_where_there_is_no_question_there_is_no_answer() -> None:
    assert list(answered(0, 4, Desk(1).ask, quiet)) == []


def test_an_answer_that_is_not_taken_yet_counts_as_under_way() -> None:
    desk = Desk(1)
    with closing(answered(3, 1, desk.ask, quiet)) as coming:
        assert next(coming) == (0, 0)
        assert desk.asked == [0]
        next(coming)
        assert desk.asked == [0, 1]


@pytest.mark.parametrize(("error", "asked"), [(InputError("prompt", "x", "is bad."), 5), (MachineError("Gone."), 2)])
def test_an_error_about_one_question_ends_only_that_one(error: Exception, asked: int) -> None:
    seen, got = list[int](), list[int]()

    def ask(number: int, go_on: Callable[[], None]) -> int:
        seen.append(number)
        if number == 1:
            raise error
        return number

    with pytest.raises(type(error)), closing(answered(5, 1, ask, quiet)) as coming:
        got.extend(number for number, _ in coming)
    assert len(seen) == asked
    assert got == [number for number in seen if number != 1]


def test_who_stops_looking_waits_for_nobody() -> None:
    asked, door = Event(), Event()

    def ask(number: int, go_on: Callable[[], None]) -> int:
        asked.set()
        assert door.wait(20)
        return number

    def look() -> None:
        if asked.is_set():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(answered(2, 2, ask, look))
    door.set()
