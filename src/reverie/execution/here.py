"""Units made in this process, in the thread that asks: nothing to start, and nothing between us and a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING

from reverie.core.errors import Cancelled
from reverie.core.frame import Image
from reverie.execution.crew import Heard
from reverie.execution.keeping import Preview
from reverie.execution.plan import Unit
from reverie.execution.shelved import Shelved
from reverie.execution.trouble import Failed, kind_of, sentence_of
from reverie.execution.works import Bench, Made

if TYPE_CHECKING:
    from reverie.engine.troupe import Lend


@dataclass(frozen=True)
class Here(Shelved):
    """A workshop in this process: for one machine with one user, and for tests."""

    def crew(self, job_id: str) -> Hands:
        """Return a job's crew."""
        self.root.mkdir(parents=True, exist_ok=True)
        return Hands(self, job_id)


@contextmanager
def _told() -> Iterator[None]:
    """Have what goes wrong be told as a worker would tell it."""
    try:
        yield
    except Cancelled:
        raise
    except Exception as error:
        raise Failed(kind_of(error), sentence_of(error)) from error


class Hands:
    """Makes one film's units in the caller's thread; weights are let go of when it is closed."""

    def __init__(self, workshop: Here, job_id: str) -> None:
        self._workshop, self._preview = workshop, Preview(workshop.preview(job_id))
        self._door = Condition()
        self._held = self._stopped = False
        self._stack = ExitStack()
        self._bench = Bench()
        self._lend: Lend | None = None
        self._frame: int | None = None

    def do(self, unit: Unit, heard: Heard) -> Made:
        """Make a unit; Cancelled where it was stopped, Failed says of which kind the trouble is."""
        self._frame = None
        try:
            return self._bench.work(unit, self._workshop.shelf, self._ticking(unit, heard), self._lent())
        except Cancelled:
            raise
        except Exception as error:
            self.close()
            raise Failed(kind_of(error), sentence_of(error), self._frame) from error

    def show(self, film: Path, heard: Heard) -> None:
        """Make a film's poster and sprite sheet; Failed where it does not play."""
        from reverie.execution.showing import show

        with _told():
            show(film)
        heard.alive()

    def convert(self, film: Path, target: Path, fps: float, heard: Heard) -> None:
        """Write a film in another form; Failed where that can't be."""
        from reverie.execution.converting import convert

        with _told():
            convert(film, target, fps, heard.alive)

    def hold(self, held: bool) -> None:
        """Wait after the step under way, or go on."""
        with self._door:
            self._held = held
            self._door.notify_all()

    def stop(self) -> None:
        """Stop after the step under way."""
        with self._door:
            self._stopped = True
            self._door.notify_all()

    def close(self) -> None:
        """Let go of the weights."""
        self._lend = None
        with suppress(Exception):
            self._bench.close()
        with suppress(Exception):
            self._stack.close()

    def _lent(self) -> Lend:
        from reverie.execution.residency import Residency

        if self._lend is None:
            self._lend = self._stack.enter_context(Residency().lent())
        return self._lend

    def _ticking(self, unit: Unit, heard: Heard) -> Callable[..., None]:
        def tick(phase: str, done: float, picture: Callable[[], Image] | None = None) -> None:
            heard.tick(phase, done)
            with self._door:
                self._door.wait_for(lambda: not self._held or self._stopped)
                if self._stopped:
                    raise Cancelled("Stopped.")
            self._frame = unit.frame(done)
            self._preview.seen(picture)

        return tick
