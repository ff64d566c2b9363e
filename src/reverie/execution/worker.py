"""A process that makes units of work: `python -m reverie.execution.worker`, spoken to in JSON lines.

It reads orders from its standard input: `{"do": unit, "shelf": folder, "preview": file}`, `{"show": film}`,
`{"convert": [film, target, fps]}`,
`{"hold": true}`, `{"stop": true}`; where the input ends, so does the process, at once, whatever it was doing. It says
`{"ready"}`, `{"tick": [phase, done]}`, `{"alive": bytes held}`, and at the end of an order `{"made"}`, `{"stopped"}`
or `{"failed": {kind, words, frame}}`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from queue import Queue
from threading import Event, Lock, Thread
from typing import IO, TYPE_CHECKING, Any

from reverie.core.errors import Cancelled
from reverie.core.frame import Image
from reverie.core.spec import RenderSpec
from reverie.execution.keeping import Preview
from reverie.execution.plan import Unit
from reverie.execution.shelf import Shelf
from reverie.execution.trouble import kind_of, sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reverie.engine.troupe import Lend

BEAT = 1.0
"""Seconds between two signs of life."""

TELLING = 0.1
"""Seconds between two words of progress at least."""

MOST_ORDERS = 16
"""Orders that may wait; whoever gives one waits for its end before the next."""

Work = Callable[..., object]


def packed(unit: Unit) -> dict[str, Any]:
    """Return a unit as JSON holds it."""
    return {**asdict(unit), "spec": unit.spec.model_dump(mode="json")}


def unpacked(told: Mapping[str, Any]) -> Unit:
    """Return the unit that `packed` was given."""
    return Unit(**{**told, "spec": RenderSpec.model_validate(told["spec"]), "inputs": tuple(told["inputs"])})


class Worker:
    """One process's work: orders from `said`, what is to be told to `tell`."""

    def __init__(self, said: IO[str], tell: IO[str], work: Work) -> None:
        self._said, self._out, self._work = said, tell, work
        self._speaking = Lock()
        self._orders: Queue[dict[str, Any]] = Queue(MOST_ORDERS)
        self._stop, self._go = Event(), Event()
        self._go.set()
        self._told, self._phase = 0.0, ""
        self._frame: int | None = None

    def run(self) -> None:
        """Do what is ordered until the process ends."""
        Thread(target=self._listen, name="orders", daemon=True).start()
        Thread(target=self._beat, name="beat", daemon=True).start()
        self._tell({"ready": os.getpid()})
        with _lending() as lend:
            while True:
                self._obey(self._orders.get(), lend)

    def _obey(self, order: Mapping[str, Any], lend: Lend) -> None:
        try:
            if "do" in order:
                self._frame, self._phase = None, ""
                unit = unpacked(order["do"])
                self._work(unit, Shelf(Path(order["shelf"])), self._ticking(unit, order), lend)
            elif "convert" in order:
                self._convert(*order["convert"])
            else:
                self._show(Path(order["show"]))
            self._tell({"made": True})
        except Cancelled:
            self._tell({"stopped": True})
        except Exception as error:
            failed = {"kind": kind_of(error).value, "words": sentence_of(error), "frame": self._frame}
            self._tell({"failed": failed})

    def _ticking(self, unit: Unit, order: Mapping[str, Any]) -> Callable[..., None]:
        preview = Preview(Path(order["preview"]))

        def tick(phase: str, done: float, picture: Callable[[], Image] | None = None) -> None:
            self._go_on()
            self._frame = unit.frame(done)
            now = time.monotonic()
            # A new phase is told at once: how long a step may take depends on it.
            if now - self._told >= TELLING or done >= 1 or phase != self._phase:
                self._told, self._phase = now, phase
                self._tell({"tick": [phase, min(1.0, max(0.0, done))], "frame": self._frame})
            preview.seen(picture)

        return tick

    def _show(self, film: Path) -> None:
        from reverie.execution.showing import show

        show(film)

    def _convert(self, film: str, target: str, fps: float) -> None:
        from reverie.execution.converting import convert

        convert(Path(film), Path(target), fps, self._go_on)

    def _go_on(self) -> None:
        """Wait while held; Cancelled where it is to stop."""
        self._go.wait()
        if self._stop.is_set():
            raise Cancelled("Stopped.")

    def _listen(self) -> None:
        for line in self._said:
            order = json.loads(line)
            if "hold" in order:
                (self._go.clear if order["hold"] else self._go.set)()
            elif "stop" in order:
                self._stop.set()
                self._go.set()
            else:
                self._orders.put(order)
        os._exit(0)  # whoever gave orders is gone, and with this process goes all that it holds

    def _beat(self) -> None:
        import psutil  # type: ignore[import-untyped]

        me = psutil.Process()
        while True:
            self._tell({"alive": me.memory_info().rss})
            time.sleep(BEAT)

    def _tell(self, said: Mapping[str, Any]) -> None:
        with self._speaking, suppress(OSError, ValueError):
            self._out.write(json.dumps(said) + "\n")
            self._out.flush()


@contextmanager
def _lending() -> Iterator[Lend]:
    """Lend weights for as long as the process lives: scenes with the same model load it once."""
    from reverie.execution.residency import Residency

    with Residency().lent() as lend:
        yield lend


def serve(work: Work) -> None:
    """Be a worker; what libraries print goes where errors go, so that only we speak on the standard output."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    Worker(sys.stdin, told, work).run()


def main() -> None:
    """Be a worker that makes real units."""
    from reverie.execution.works import Bench

    serve(Bench().work)


if __name__ == "__main__":
    main()
