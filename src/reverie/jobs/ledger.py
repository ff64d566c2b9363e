"""The one log of what happens to jobs: told from any thread at once, on disk a moment later, readable from any point.

Whoever tells the log of something never waits for the disk. What is not saved yet is held in memory, and so are the
newest events, from which nearly every reader is served. Vitals are held in memory only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import merge
from itertools import takewhile
from threading import Condition, Lock, Thread
from typing import Any

from reverie.core.errors import ReverieError
from reverie.core.spec import RenderSpec
from reverie.jobs.job import Job, JobEvent, now
from reverie.jobs.store import Changes, Store

VITALS = "vitals"
MOST_VITALS = 600
MOST_HELD = 20_000
"""Events of one job that are held while the disk can't take them; beyond that the oldest are given up."""

KEPT = 500
"""Saved events that stay in memory for readers."""

BLOCK = 4096
"""Ids that are reserved on disk before they are given, so that none is given twice after a crash."""

PAGE = 500
PAUSE, RETRY = 0.05, 1.0

Listener = Callable[[], object]


@dataclass
class Tape:
    """One job's newest events in order of their ids; those up to `forgotten` are on disk only."""

    next: int
    reserved: int
    saved: int
    forgotten: int
    events: deque[JobEvent] = field(default_factory=lambda: deque(maxlen=MOST_HELD))
    vitals: deque[JobEvent] = field(default_factory=lambda: deque(maxlen=MOST_VITALS))
    listeners: set[Listener] = field(default_factory=set)
    closed: bool = False

    def unsaved(self) -> list[JobEvent]:
        """Return what the disk does not have yet."""
        newest = takewhile(lambda event: event.id > self.saved, reversed(self.events))
        return list(newest)[::-1]

    def after(self, event_id: int) -> list[JobEvent]:
        """Return what is held beyond an id."""
        rings = [takewhile(lambda event: event.id > event_id, reversed(ring)) for ring in (self.events, self.vitals)]
        return list(merge(*rings, key=lambda event: -event.id))[::-1]

    def trim(self) -> None:
        """Let go of old events that are on disk."""
        while len(self.events) > KEPT and self.events[0].id <= self.saved:
            self.forgotten = self.events.popleft().id


class Ledger:
    """Events and job rows on their way to the store, by a thread of its own; `trouble` says why it can't save."""

    def __init__(self, store: Store, retry: float = RETRY) -> None:
        self._store, self._retry = store, retry
        self._tapes: dict[str, Tape] = {}
        self._rows: dict[str, Job] = {}
        self._performances: dict[str, RenderSpec] = {}
        self._changed = Condition()
        self._closing = False
        self._saving = Lock()
        self.trouble = ""
        self._thread = Thread(target=self._work, name="reverie-ledger", daemon=True)
        self._thread.start()

    def begin(self, job_id: str) -> None:
        """Open a job's tape, again where it was closed; reads the store, so not to be called where nobody may wait."""
        with self._changed:
            tape = self._tapes.get(job_id)
            if tape is not None:
                tape.closed = False
                return
        first = self._store.next_event(job_id)
        self._store.save(Changes(reserved={job_id: first + BLOCK}))
        with self._changed:
            self._tapes.setdefault(job_id, Tape(first, first + BLOCK, first - 1, first - 1))

    def append(self, job_id: str, kind: str, data: Mapping[str, Any]) -> JobEvent | None:
        """Note that something happened; at once, from any thread. None where the job's tape is not open."""
        with self._changed:
            tape = self._tapes.get(job_id)
            if tape is None or tape.closed:
                return None
            event = JobEvent(id=tape.next, kind=kind, at=now(), data=dict(data))
            tape.next += 1
            (tape.vitals if kind == VITALS else tape.events).append(event)
            listeners = list(tape.listeners)
            self._changed.notify()
        _call(listeners)
        return event

    def note(self, job: Job) -> None:
        """Have a job's row brought up to date; the newest of several wins."""
        with self._changed:
            self._rows[job.id] = job
            self._changed.notify()

    def keep(self, job_id: str, performance: RenderSpec) -> None:
        """Have the spec that replays a live session written down."""
        with self._changed:
            self._performances[job_id] = performance
            self._changed.notify()

    def kept(self, job_id: str) -> RenderSpec | None:
        """Return the spec that replays a session where it is not saved yet."""
        with self._changed:
            return self._performances.get(job_id)

    def noted(self, job_id: str) -> Job | None:
        """Return a row that is not saved yet."""
        with self._changed:
            return self._rows.get(job_id)

    def unsaved(self) -> dict[str, Job]:
        """Return all rows that are not saved yet."""
        with self._changed:
            return dict(self._rows)

    def end(self, job_id: str) -> None:
        """Close a tape, which whoever listens hears of: it is let go of when all is saved and nobody listens."""
        with self._changed:
            tape = self._tapes.get(job_id)
            if tape is None:
                return
            tape.closed = True
            listeners = list(tape.listeners)
        _call(listeners)

    def held(self, job_id: str, after: int, limit: int = PAGE) -> list[JobEvent] | None:
        """Return the next events after an id from memory, None where some of them may be on disk only."""
        with self._changed:
            tape = self._tapes.get(job_id)
            return tape.after(after)[:limit] if tape is not None and after >= tape.forgotten else None

    def read(self, job_id: str, after: int, limit: int = PAGE) -> list[JobEvent]:
        """Return the next events after an id, oldest first; asks the store only for what is not in memory."""
        with self._changed:
            tape = self._tapes.get(job_id)
            held, forgotten = (tape.after(after), tape.forgotten) if tape is not None else ([], None)
        if forgotten is None:
            return self._store.events(job_id, after, None, limit)
        older = self._store.events(job_id, after, forgotten + 1, limit) if after < forgotten else []
        return older if len(older) >= limit else sorted([*older, *held], key=_id)[:limit]

    def last(self, job_id: str) -> int:
        """Return the id after which nothing has happened yet, as far as memory knows; 0 where it knows nothing."""
        with self._changed:
            tape = self._tapes.get(job_id)
            return tape.next - 1 if tape else 0

    def listen(self, job_id: str, listener: Listener) -> Callable[[], None]:
        """Have a function called, from any thread, when something happens; returns what ends that."""
        with self._changed:
            tape = self._tapes.get(job_id)
            if tape is None:
                return lambda: None
            tape.listeners.add(listener)
        return lambda: self._unlisten(job_id, listener)

    def listeners(self, job_id: str) -> int:
        """Return how many follow a job just now."""
        with self._changed:
            tape = self._tapes.get(job_id)
            return len(tape.listeners) if tape is not None else 0

    def followed(self, job_id: str) -> bool:
        """True while a job's tape is open: more may happen."""
        with self._changed:
            tape = self._tapes.get(job_id)
            return tape is not None and not tape.closed

    def close(self) -> None:
        """Save all there is, as far as the disk allows, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout=10)

    def flush(self) -> None:
        """Save what is waiting, now; StoreFault where that can't be done."""
        with self._saving:
            self._save()

    def _save(self) -> None:
        with self._changed:
            unsaved = {job_id: tape.unsaved() for job_id, tape in self._tapes.items()}
            changes = Changes(
                jobs=tuple(self._rows.values()),
                events=tuple((job_id, event) for job_id, batch in unsaved.items() for event in batch),
                reserved=dict(self._wanted()),
                performances=dict(self._performances),
            )
        if changes.any:
            self._store.save(changes)
        with self._changed:
            self._forget(changes)
            self._saved(unsaved, changes.reserved)

    def _wanted(self) -> Iterator[tuple[str, int]]:
        """Give the ids to reserve next: before they run out, or where a tape is closed, just those that were given."""
        for job_id, tape in self._tapes.items():
            if tape.next > tape.reserved - BLOCK // 2:
                yield job_id, tape.next + BLOCK

    def _forget(self, changes: Changes) -> None:
        for job in changes.jobs:
            if self._rows.get(job.id) is job:
                del self._rows[job.id]
        for job_id, performance in changes.performances.items():
            if self._performances.get(job_id) is performance:
                del self._performances[job_id]

    def _saved(self, unsaved: Mapping[str, list[JobEvent]], reserved: Mapping[str, int]) -> None:
        for job_id, batch in unsaved.items():
            tape = self._tapes.get(job_id)
            if tape is None:
                continue
            tape.saved = batch[-1].id if batch else tape.saved
            tape.reserved = reserved.get(job_id, tape.reserved)
            tape.trim()
            if tape.closed and not tape.listeners and not tape.unsaved():
                del self._tapes[job_id]

    def _unlisten(self, job_id: str, listener: Listener) -> None:
        with self._changed:
            if job_id in self._tapes:
                self._tapes[job_id].listeners.discard(listener)

    def _work(self) -> None:
        while True:
            with self._changed:
                closing = self._closing
            try:
                self.flush()
                self.trouble = ""
            except ReverieError as error:
                self.trouble = str(error)
            if closing:
                return
            with self._changed:
                if not self._closing:
                    self._changed.wait(self._retry if self.trouble else 10 * PAUSE)
            # Whatever happens in the next moment is saved together.
            with self._changed:
                self._changed.wait(0 if self._closing else PAUSE)


def _call(listeners: Iterable[Listener]) -> None:
    for listener in listeners:
        with suppress(RuntimeError):  # the listener's event loop has ended
            listener()


def _id(event: JobEvent) -> int:
    return event.id
