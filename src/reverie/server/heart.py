"""What is done again and again beside everything else: wishes told, vitals sent, the deleted removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from reverie.core.errors import ReverieError
from reverie.jobs.files import Home
from reverie.jobs.job import now
from reverie.jobs.live import LiveRun
from reverie.jobs.store import Store

BEAT = 0.1
BEATS_A_PULSE = 5
RESTORABLE = timedelta(seconds=10)
"""How long a deleted job can be brought back."""


class Heart:
    """A thread that beats ten times a second until it is stopped."""

    def __init__(
        self,
        runs: Callable[[], Iterable[LiveRun]],
        settle: Callable[[LiveRun], None],
        deleted: Bin,
        look: Callable[[], None],
    ) -> None:
        self._runs, self._settle, self._bin, self._look = runs, settle, deleted, look
        self._stopped = Event()
        self._thread = Thread(target=self._work, name="reverie-heart", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._stopped.set()
        self._thread.join(5)

    def _work(self) -> None:
        beats = 0
        while not self._stopped.wait(BEAT):
            beats += 1
            pulse = beats % BEATS_A_PULSE == 0
            for run in self._runs():
                # Whatever one session's beat stumbles over, the next beat and the other sessions' come.
                with suppress(Exception):
                    self._beat(run, pulse)
            if pulse:
                self._bin.empty(RESTORABLE)
                with suppress(Exception):
                    self._look()

    def _beat(self, run: LiveRun, pulse: bool) -> None:
        run.gestures.flush()
        if pulse:
            run.pulse()
            self._settle(run)


class Bin:
    """Deleted jobs: gone for whoever asks, and removed for good when they can't be restored any more."""

    def __init__(self, store: Store, home: Home) -> None:
        self._store, self._home = store, home
        self._lock = Lock()
        self._since: dict[str, datetime] = {}

    def add(self, job_id: str) -> None:
        """Begin the time in which a job can be brought back."""
        with self._lock:
            self._since[job_id] = now()

    def take(self, job_id: str) -> bool:
        """Take a job out again; False where it is not there or its time has passed."""
        with self._lock:
            since = self._since.get(job_id)
            if since is None or now() - since > RESTORABLE:
                return False
            del self._since[job_id]
            return True

    def empty(self, older: timedelta) -> None:
        """Remove what has been here for longer; what can't be removed now stays for the next time."""
        with self._lock:
            due = [job_id for job_id, since in self._since.items() if now() - since >= older]
        for job_id in due:
            with suppress(ReverieError):
                self._store.remove(job_id)
                self._home.remove(job_id)
                with self._lock:
                    self._since.pop(job_id, None)
