"""Is anything lost when everything is killed?

    python benchmarks/crashes.py [--quick] [--kills 200] [--seed 0]

A film of three scenes is made again and again while the studio's process, or the worker that makes its units, is killed
(SIGKILL) at random moments, and begun again where it was. To hold: no film lost, no unit made again whose commit was
acknowledged, and every film bit for bit the one that was made undisturbed. `--quick` is 10 kills.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil  # type: ignore[import-untyped]

from benchmarks._house import live
from benchmarks._results import save
from reverie.core.spec import ComponentSpec, RenderSpec, Scene, Transition
from reverie.core.timeline import Keyframe

PATIENCE = 300.0
"""Seconds in which anything must happen."""

FEW, SOONER, LATER = 4, 0.7, 1.1
"""Kills of a film under which the next one is killed sooner: how fast a film is made depends on what else runs."""

DONE = ("done", "reused")


def film(seconds: float = 0.5, backend: str = "placeholder", seed: int = 5) -> RenderSpec:
    """Return a film of three scenes that any machine can make."""
    scenes = tuple(
        Scene(
            id=name.replace(" ", "-"),
            duration=seconds,
            keyframes=(Keyframe(prompt=name),),
            backend=ComponentSpec(name=backend),
            transition=Transition(kind="crossfade", duration=seconds / 4),
        )
        for name in ("a reef", "a city", "a forest")
    )
    filters = (ComponentSpec(name="interpolate", options={}),)
    return RenderSpec(width=96, height=64, fps=12, paint_fps=6, seed=seed, scenes=scenes, filters=filters)


@dataclass
class Campaign:
    """What was done and what was found; `lost`, `again` and `other` must stay 0."""

    spec: RenderSpec
    folder: Path
    dice: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    films: int = 0
    lost: int = 0
    again: int = 0
    other: int = 0
    units: int = 0
    span: float = 0.0
    pause: float = 0.0
    whole: str = ""

    def run(self, kills: int, minutes: float = 1e9) -> Campaign:
        """Make the film undisturbed once, and then with as many kills, however many films that takes."""
        began = time.monotonic()
        self.whole = self._undisturbed()
        self.span = self.pause = time.monotonic() - began
        while self.kills.total() < kills and time.monotonic() - began < 60 * minutes:
            before = self.kills.total()
            self._disturbed(kills)
            self.films += 1
            self.pause *= SOONER if self.kills.total() - before < FEW else LATER
            print(self.facts, file=sys.stderr, flush=True)
        return self

    @property
    def facts(self) -> dict[str, object]:
        """Return what is to be told."""
        return {
            "kills": self.kills.total(),
            "of_the_studio": self.kills["studio"],
            "of_the_worker": self.kills["worker"],
            "films": self.films,
            "units": self.units,
            "films_lost": self.lost,
            "units_made_again": self.again,
            "films_of_other_bits": self.other,
            "seconds_undisturbed": round(self.span, 1),
        }

    def _undisturbed(self) -> str:
        data = self.folder / "undisturbed"
        with house(data, self.spec) as running:
            assert running.wait(PATIENCE) == 0, "the film could not be made even undisturbed"
        return digest(data)

    def _disturbed(self, most: int) -> None:
        data = self.folder / f"film-{self.films}"
        acknowledged: dict[tuple[str, str], int] = {}
        while self.kills.total() < most and not ended(data):
            with house(data, self.spec) as running:
                self._kill_now_and_then(running, most)
            self._look(data, acknowledged)
        with house(data, self.spec) as running:
            assert running.wait(PATIENCE) == 0, "a film that was killed did not go on"
        self._look(data, acknowledged)
        self.units += len(acknowledged)
        self.lost += not finished(data)
        self.other += digest(data) != self.whole

    def _kill_now_and_then(self, running: Forked, most: int) -> None:
        """Kill workers until the studio itself is to be killed, or has done all there was to do."""
        while running.poll() is None and self.kills.total() < most:
            end = time.monotonic() + self.dice.uniform(0, self.pause)
            while time.monotonic() < end and running.poll() is None:
                time.sleep(0.01)
            workers = [child for child in children(running) if child.is_running()]
            if running.poll() is not None:
                return
            if workers and self.dice.random() < 0.6:
                with suppress(psutil.NoSuchProcess):
                    workers[0].kill()
                    self.kills["worker"] += 1
                continue
            running.kill()
            running.wait(PATIENCE)
            self.kills["studio"] += 1

    def _look(self, data: Path, acknowledged: dict[tuple[str, str], int]) -> None:
        """Count units that were made once more although their commit was acknowledged."""
        for key, fingerprint, state, attempt in rows(data):
            known = acknowledged.get((key, fingerprint))
            if known is not None and (attempt != known or state not in DONE):
                self.again += 1
            if state in DONE:
                acknowledged[key, fingerprint] = attempt


class Forked:
    """A process forked off this one, which has everything imported already: only the work is left to be killed."""

    def __init__(self, data: Path, asked: Path) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            _live(data, asked)
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, None while it lives."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def wait(self, timeout: float) -> int:
        """Wait for the end."""
        end = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise TimeoutError("The studio did not come to an end.")
            time.sleep(0.02)
        return code

    def kill(self) -> None:
        """Kill it, so that it can do nothing more."""
        os.kill(self.pid, signal.SIGKILL)


def _live(data: Path, asked: Path) -> None:
    """Be a studio until all films are made; what is said goes to a file."""
    code = 1
    try:
        said = os.open(data / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(said, 1)
        os.dup2(said, 2)
        live(data, [asked])
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


@contextmanager
def house(data: Path, spec: RenderSpec) -> Iterator[Forked]:
    """Give a studio's process; it is gone when the block ends."""
    data.mkdir(parents=True, exist_ok=True)
    asked = data / "asked.json"
    if not asked.exists():
        asked.write_text(spec.model_dump_json())
    running = Forked(data, asked)
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.wait(PATIENCE)


def children(running: Forked) -> list[psutil.Process]:
    """Return a process's own children."""
    try:
        found: list[psutil.Process] = psutil.Process(running.pid).children()
    except psutil.NoSuchProcess:
        return []
    return found


def rows(data: Path) -> list[tuple[str, str, str, int]]:
    """Return key, fingerprint, state and attempt of every unit that is written down."""
    if not (data / "reverie.db").exists():
        return []
    with closing(sqlite3.connect(data / "reverie.db", timeout=10)) as connection, suppress(sqlite3.OperationalError):
        return connection.execute("SELECT key, fingerprint, state, attempt FROM units").fetchall()
    return []


def finished(data: Path) -> bool:
    """True where every job has ended well, and there is one."""
    return states(data) == {"succeeded"}


def ended(data: Path) -> bool:
    """True where every job has ended, however it did, and there is one."""
    found = states(data)
    return bool(found) and not found & {"queued", "running"}


def states(data: Path) -> set[str]:
    """Return the states that jobs are in."""
    if not (data / "reverie.db").exists():
        return set()
    with closing(sqlite3.connect(data / "reverie.db", timeout=10)) as connection, suppress(sqlite3.OperationalError):
        return {state for (state,) in connection.execute("SELECT state FROM jobs")}
    return set()


def digest(data: Path) -> str:
    """Return the hash of the one film that a data folder has."""
    films = list(data.glob("jobs/*/film.mp4"))
    return sha256(films[0].read_bytes()).hexdigest() if len(films) == 1 else f"{len(films)} films"


def main() -> int:
    """Run the campaign and save what it found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10 kills")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=1e9, help="end after this time, with fewer kills")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    kills = 10 if options.quick else options.kills
    with tempfile.TemporaryDirectory() as place:
        found = Campaign(film(), Path(place), random.Random(options.seed)).run(kills, options.minutes)
    save("crashes", [found.facts], quick=options.quick)
    return int(bool(found.lost or found.again or found.other))


if __name__ == "__main__":
    sys.exit(main())
