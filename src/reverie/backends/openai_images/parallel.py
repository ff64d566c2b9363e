"""Several questions under way at once: answers as they come, and none that was paid for is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Generator
from queue import Empty, Queue
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

from reverie.core.errors import Cancelled, InputError

Found = TypeVar("Found")
Ask = Callable[[int, Callable[[], None]], Found]
"""Answers the question of a number; calls the other now and then, which raises where nobody waits for the answer."""

SLICE = 0.1
MOST_SAID = 64
"""Answers and errors that wait for whoever asked: of each asker one at most, and its end."""


def answered(questions: int, most: int, ask: Ask[Found], look: Callable[[], None]) -> Generator[tuple[int, Found]]:
    """Yield the number of each question and its answer, as they come, `most` asked at once.

    An answer counts as under way until the next one is asked for: never are more than `most` lost with the process.
    `look` is called while there is nothing, and may raise to end it. Where an answer is an error no further question is
    asked, unless it is about that question alone (InputError); what is under way is waited for, and the first error is
    raised at the end.
    """
    return _Round(questions, ask).answers(min(most, questions), look)


class _Round(Generic[Found]):
    """Questions that are left, and what was said to the others."""

    def __init__(self, questions: int, ask: Ask[Found]) -> None:
        self._ask = ask
        self._left, self._turn = iter(range(questions)), Lock()
        self._said: Queue[tuple[int, Found, Event] | Exception | None] = Queue(MOST_SAID)
        self._over, self._alone = Event(), Event()

    def answers(self, most: int, look: Callable[[], None]) -> Generator[tuple[int, Found]]:
        """Yield answers until all who ask are done."""
        for number in range(most):
            # Nobody waits at the end for an answer that nobody wants any more.
            Thread(target=self._work, name=f"question-{number}", daemon=True).start()
        errors: list[Exception] = []
        try:
            while most:
                look()
                try:
                    said = self._said.get(timeout=SLICE)
                except Empty:
                    continue
                if said is None:
                    most -= 1
                elif isinstance(said, Exception):
                    errors.append(said)
                else:
                    number, found, taken = said
                    yield number, found
                    taken.set()
        finally:
            self._over.set()
            self._alone.set()
        if errors:
            raise errors[0]

    def _work(self) -> None:
        while not self._over.is_set():
            with self._turn:
                number = next(self._left, None)
            if number is None:
                break
            try:
                found, taken = self._ask(number, self._go_on), Event()
                self._said.put((number, found, taken))
                while not taken.wait(SLICE):
                    self._go_on()
            except Exception as error:
                if not isinstance(error, InputError):
                    self._over.set()
                self._said.put(error)
        self._said.put(None)

    def _go_on(self) -> None:
        if self._alone.is_set():
            raise Cancelled("Stopped.")
