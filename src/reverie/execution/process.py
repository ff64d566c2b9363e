"""Units made in a process of their own: a crash or a leak takes only its film, and its end frees all it held."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Lock, Thread
from typing import Any

from reverie.core.errors import Cancelled, MachineError
from reverie.execution.crew import Heard
from reverie.execution.machine import total_memory
from reverie.execution.plan import Unit
from reverie.execution.shelved import Shelved
from reverie.execution.trouble import Failed, Kind
from reverie.execution.worker import packed
from reverie.execution.works import Made, made

WORKER = (sys.executable, "-m", "reverie.execution.worker")
LOOK = 0.2
"""Seconds between two looks at whether a worker is to be held or stopped, or has fallen silent."""

MOST_SAID = 1000
"""What a worker may say before anybody listens; then it waits."""

LAST_WORDS = 2000
"""Characters of what a worker that died wrote last."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds.

    `silence` is until a process that gives no sign of life counts as dead (its lease), `frame` until a step that does
    not end counts as one that never will, `load` the same for weights on their way, `stop` until one that was told to
    stop is ended; `memory` is the share of the machine's memory that one may hold.
    """

    silence: float = 30.0
    frame: float = 900.0
    load: float = 3600.0
    stop: float = 10.0
    memory: float = 0.85


@dataclass(frozen=True)
class Processes(Shelved):
    """A workshop whose crews are processes."""

    command: Sequence[str] = WORKER
    patience: Patience = Patience()

    def crew(self, job_id: str) -> Process:
        """Return a job's crew; its process begins with its first order."""
        self.root.mkdir(parents=True, exist_ok=True)
        return Process(self, job_id)


class Process:
    """One film's worker: begun with its first order, and again where it died."""

    def __init__(self, workshop: Processes, job_id: str) -> None:
        self._workshop, self._job_id = workshop, job_id
        self._log = workshop.root / f"{job_id}.log"
        self._lock = Lock()
        self._running: subprocess.Popen[str] | None = None
        self._said: Queue[dict[str, Any] | None] = Queue(MOST_SAID)
        self._held = self._stopped = False
        self._stopped_at = 0.0
        self._watch: _Watch | None = None

    @property
    def pid(self) -> int | None:
        """The process, None while there is none."""
        return None if self._running is None else self._running.pid

    def do(self, unit: Unit, heard: Heard) -> Made:
        """Have a unit made; Cancelled where it was stopped, Failed says of which kind the trouble is."""
        order = {"do": packed(unit), "shelf": str(self._workshop.shelf.root)}
        self._order({**order, "preview": str(self._workshop.preview(self._job_id))}, heard)
        found = made(unit, self._workshop.shelf)
        if found is None:
            self.close()
            raise Failed(Kind.DISK, f"What was made of {unit.key} is gone from the disk: try again.")
        return found

    def show(self, film: Path, heard: Heard) -> None:
        """Have a film's poster and sprite sheet made beside it; Failed where it does not play."""
        self._order({"show": str(film)}, heard)

    def convert(self, film: Path, target: Path, fps: float, heard: Heard) -> None:
        """Have a film written in another form; Failed where that can't be."""
        self._order({"convert": [str(film), str(target), fps]}, heard)

    def hold(self, held: bool) -> None:
        """Have the worker wait after the step under way, or go on."""
        with self._lock:
            self._held = held
            self._send({"hold": held})

    def stop(self) -> None:
        """Have the worker stop after the step under way; one that takes long is ended."""
        with self._lock:
            if not self._stopped:
                self._stopped, self._stopped_at = True, time.monotonic()
                self._send({"stop": True})

    def close(self) -> None:
        """End the process, and wait until the system has back all it held."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            _ended(running)

    def _order(self, order: Mapping[str, Any], heard: Heard) -> None:
        with self._lock:
            if self._stopped:
                raise Cancelled("Stopped.")
            if self._running is None or self._running.poll() is not None:
                self._begin()
            self._send(order)
            self._send({"hold": self._held})
        try:
            self._follow(heard)
        except BaseException:
            self.close()  # whatever is wrong, what it held is free, and the next order begins anew
            raise

    def _begin(self) -> None:
        log = self._log.open("w", encoding="utf-8")
        try:
            self._running = subprocess.Popen(
                self._workshop.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        except OSError as error:
            raise MachineError(f"A worker can't be begun ({error.strerror}): close other programs.") from None
        finally:
            log.close()
        self._said = Queue(MOST_SAID)
        Thread(target=_read, args=(self._running, self._said), name="reverie-worker", daemon=True).start()

    def _follow(self, heard: Heard) -> None:
        """Listen until an order is done."""
        watch = self._watch = _Watch(self._workshop.patience)
        while True:
            try:
                said = self._said.get(timeout=LOOK)
            except Empty:
                watch.quiet(self._held, self._stopped_at)
                continue
            if said is None:
                self._died()
            elif self._heard(said or {}, heard, watch):
                return

    def _heard(self, said: Mapping[str, Any], heard: Heard, watch: _Watch) -> bool:
        watch.heard(said, self._held, self._stopped_at)
        if "tick" in said:
            phase, done = said["tick"]
            heard.tick(str(phase), float(done))
        elif "alive" in said:
            heard.alive()
        elif "failed" in said:
            failed = said["failed"]
            raise Failed(Kind(failed["kind"]), failed["words"], failed["frame"])
        elif "stopped" in said:
            raise Cancelled("Stopped.")
        return "made" in said

    def _died(self) -> None:
        running = self._running
        code = -1 if running is None else running.wait()
        if self._stopped:
            raise Cancelled("Stopped.")
        raise Failed(Kind.CRASH, _obituary(code, self._log), None if self._watch is None else self._watch.frame)

    def _send(self, order: Mapping[str, Any]) -> None:
        running = self._running
        if running is not None and running.stdin is not None:
            with suppress(OSError, ValueError):
                running.stdin.write(json.dumps(order) + "\n")
                running.stdin.flush()


class _Watch:
    """Whether a worker lives, comes on, and holds no more than it may."""

    def __init__(self, patience: Patience, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience, self._clock = patience, clock
        self._alive = self._moved = clock()
        self.frame: int | None = None
        self._loading = True
        self._most = (total_memory() or 2**62) * patience.memory

    def heard(self, said: Mapping[str, Any], held: bool, stopped_at: float) -> None:
        """Take note of what it said; Failed where it holds too much, or stands still."""
        self._alive = self._clock()
        if "tick" in said or held:
            self._moved = self._alive
        if "tick" in said:
            self._loading = said["tick"][0] == "loading"
        self.frame = said.get("frame", self.frame)
        if said.get("alive", 0) > self._most:
            raise Failed(Kind.MEMORY, "It needs more memory than this machine has.", self.frame)
        self.quiet(held, stopped_at)

    def quiet(self, held: bool, stopped_at: float) -> None:
        """Failed where it has been silent or still for too long, Cancelled where it would not stop by itself."""
        now, patience = self._clock(), self._patience
        if stopped_at and now - stopped_at > patience.stop:
            raise Cancelled("Stopped.")
        if now - self._alive > patience.silence:
            raise Failed(Kind.CRASH, f"The worker gave no sign of life for {patience.silence:g} s.")
        most = patience.load if self._loading else patience.frame
        if not held and now - self._moved > most:
            raise Failed(Kind.TIMEOUT, f"A step took more than {most:g} s.", self.frame)


def _read(running: subprocess.Popen[str], said: Queue[dict[str, Any] | None]) -> None:
    with suppress(OSError, ValueError):
        for line in running.stdout or ():
            with suppress(ValueError):
                said.put(json.loads(line))
    said.put(None)


def _ended(running: subprocess.Popen[str]) -> None:
    with suppress(OSError):
        running.kill()
    running.wait()
    for pipe in (running.stdin, running.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _obituary(code: int, log: Path) -> str:
    how = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
    with suppress(OSError):
        lines = log.read_text("utf-8", "replace")[-LAST_WORDS:].strip().splitlines()
        if lines:
            return f"The worker died ({how}: {lines[-1][:200]})."
    return f"The worker died ({how})."
