"""From the newest frame to everybody who watches it: encoded once, in a thread of its own, while somebody is there."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from threading import Thread
from typing import Generic, NamedTuple, TypeVar

from reverie.core.frame import Frame
from reverie.sinks.audience import Audience, Place
from reverie.sinks.latest import Latest

Item = TypeVar("Item")
_LOG = logging.getLogger(__name__)


class Turn(NamedTuple, Generic[Item]):
    """What there is to do: `fresh` is False where nobody but newcomers lacks the frame."""

    frame: Frame
    serial: int
    fresh: bool
    newcomers: Sequence[Place[Item]]


class Lane(ABC, Generic[Item]):
    """One encoding of a stream. Its thread begins with the first viewer, rests without any, ends with the stream."""

    def __init__(self, latest: Latest, name: str) -> None:
        self.latest, self.name = latest, name
        self.audience: Audience[Item] = Audience()
        self.encoded = 0
        self._newcomers: list[Place[Item]] = []
        self._thread: Thread | None = None

    @abstractmethod
    def place(self, loop: asyncio.AbstractEventLoop) -> Place[Item]:
        """Return a place of the kind that this encoding needs."""

    @abstractmethod
    def turn(self, turn: Turn[Item]) -> None:
        """Encode what is to be encoded and publish it."""

    def due(self) -> float | None:
        """Return in how many seconds there is something to do without a new frame; None for never."""
        return None

    def subscribe(self, loop: asyncio.AbstractEventLoop | None = None) -> Place[Item]:
        """Give a viewer a place on an event loop (the running one); the newest kept picture comes at once."""
        place = self.place(loop or asyncio.get_running_loop())
        with self.latest.changed:
            self.audience.add(place)
            self._newcomers.append(place)
            if self._thread is None:
                self._thread = Thread(target=self._run, name=f"reverie-{self.name}", daemon=True)
                self._thread.start()
            self.latest.changed.notify_all()
        return place

    def _run(self) -> None:
        seen = 0
        while (turn := self._next(seen)) is not None:
            try:
                self.turn(turn)
            except Exception:
                # Those who watch this way are let go; whoever comes next finds a new thread.
                _LOG.exception("the %s of a live session could not be encoded", self.name)
                with self.latest.changed:
                    self._thread = None
                    self.audience.end()
                return
            seen = turn.serial
            del turn  # It would keep viewers who have left until the next one comes.

    def _next(self, seen: int) -> Turn[Item] | None:
        """Wait for the next turn; None when the stream is over and everybody has the last picture."""
        changed = self.latest.changed
        with changed:
            while True:
                turn = self._ready(seen)
                if turn is not None:
                    return turn
                if self.latest.closed:
                    self._thread = None
                    self._newcomers = []
                    self.audience.end()
                    return None
                changed.wait(self.due() if self._watched else None)

    @property
    def _watched(self) -> bool:
        return len(self.audience) > 0 and self.latest.newest is not None

    def _ready(self, seen: int) -> Turn[Item] | None:
        frame, serial, due = self.latest.newest, self.latest.serial, self.due()
        if frame is None or not self._watched:
            self._newcomers = [place for place in self._newcomers if not place.ended]
            return None
        if serial == seen and not self._newcomers and (due is None or due > 0):
            return None
        newcomers, self._newcomers = self._newcomers, []
        return Turn(frame, serial, serial != seen, newcomers)
