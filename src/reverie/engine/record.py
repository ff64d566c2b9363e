"""What happened, written down as it happens; bounded, so that an endless run stays small."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from enum import StrEnum
from fractions import Fraction

from reverie.core.frame import Frame
from reverie.core.report import Event, VitalSigns

MOST_VITALS = 100_000
MOST_EVENTS = 10_000


class Kind(StrEnum):
    """What kind of thing happened: the names of the report's fields."""

    SPARK = "sparks"
    REROLL = "rerolls"
    FALLBACK = "fallbacks"
    HINT = "hints"


Hear = Callable[[Kind, Event], None]
"""Is told of events as they happen, in the session's own thread."""


def unheard(kind: Kind, event: Event) -> None:
    """Leave events to the report."""


class Record:
    """The newest vitals and events of a run, and how many frames of which origin were delivered.

    `most_vitals` is how many frames' vitals are kept; `hear` is told of every event.
    """

    def __init__(self, hear: Hear = unheard, most_vitals: int = MOST_VITALS) -> None:
        self._hear = hear
        self._vitals: deque[VitalSigns] = deque(maxlen=most_vitals)
        self._events: dict[Kind, deque[Event]] = {kind: deque(maxlen=MOST_EVENTS) for kind in Kind}
        self._origins: Counter[str] = Counter()
        self._before: tuple[Event, ...] = ()

    def note(self, kind: Kind, frame: int, time: Fraction, reason: str) -> None:
        """Write an event down."""
        event = Event(frame, float(time), reason)
        self._events[kind].append(event)
        self._hear(kind, event)

    def hints(self, events: Iterable[Event]) -> None:
        """Write down a generation's own events that are not there yet."""
        known = self._events[Kind.HINT]
        for event in events:
            if event not in known and event not in self._before:
                known.append(event)
                self._hear(Kind.HINT, event)

    def felt(self, signs: VitalSigns) -> None:
        """Write a painted frame's vitals down."""
        self._vitals.append(signs)

    def delivered(self, frame: Frame) -> None:
        """Count a delivered frame."""
        self._origins[str(frame.origin)] += 1

    def turn(self) -> tuple[Event, ...]:
        """Begin a new account; return all hints so far, which are not written down again."""
        self._before = (*self._before, *self._events[Kind.HINT])
        self._vitals.clear()
        self._origins.clear()
        for events in self._events.values():
            events.clear()
        return self._before

    def recall(self, before: Iterable[Event]) -> None:
        """Take hints as written down already, in an account that was another's."""
        self._before = tuple(before)

    @property
    def frames(self) -> dict[str, int]:
        """Delivered frames by origin."""
        return dict(self._origins)

    @property
    def vitals(self) -> tuple[VitalSigns, ...]:
        """Vitals of the painted frames, oldest first."""
        return tuple(self._vitals)

    def events(self, kind: Kind) -> tuple[Event, ...]:
        """Events of one kind, oldest first."""
        return tuple(self._events[kind])
