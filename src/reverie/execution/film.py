"""A film being rendered in a thread of its own: the same handle as a live session's, without a clock."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread

from reverie.core.errors import Cancelled, InputError, MachineError
from reverie.core.frame import Frame
from reverie.core.protocols import Sink, Tick
from reverie.core.report import LiveState, Receipt, Report, Stage
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Keyframe
from reverie.engine.assemble import House
from reverie.engine.broadcast import Broadcast
from reverie.engine.session import Session
from reverie.execution.live import ENDED, OnEvent
from reverie.execution.local import Watch, render
from reverie.execution.residency import Residency


class Film:
    """The handle of a render; see `core.protocols.Handle`."""

    def __init__(self, spec: RenderSpec, tick: Tick, on_event: OnEvent, residency: Residency) -> None:
        self._spec, self._tick, self._on_event, self._residency = spec, tick, on_event, residency
        self._stop = Event()
        self._broadcast = Broadcast(
            lambda sink, error: on_event("sink", {"reason": f"{type(sink).__name__} was let go: {error}"})
        )
        self._session: Session | None = None
        self._newest: Frame | None = None
        self._stage = Stage.INITIALISING
        self._report: Report | None = None
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, name="reverie-film", daemon=True)
        self._thread.start()

    @property
    def spec(self) -> RenderSpec:
        """The spec that replays the film."""
        return self._spec if self._session is None else self._session.spec

    def insert(self, keyframe: Keyframe) -> Receipt:
        """Add a wish to the film under way."""
        if self._session is None or not self._thread.is_alive():
            raise MachineError(ENDED)
        return self._session.insert(keyframe)

    def feed(self, frame: Frame) -> None:
        """Refuse: a film has its own pictures."""
        raise InputError("source", self._spec.scenes[0].source.name, f"takes no pictures (frame {frame.index}).")

    def attach(self, sink: Sink) -> None:
        """Give every frame from the next one on to a sink."""
        self._broadcast.attach(sink)

    def detach(self, sink: Sink) -> None:
        """Give a sink no more; returns when it is closed."""
        self._broadcast.detach(sink)

    def cancel(self) -> None:
        """Ask for the end: what is there becomes whole files."""
        self._stop.set()

    def result(self, timeout: float | None = None) -> Report:
        """Wait for the end; raises what ended the render where something broke."""
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise TimeoutError("The render is still under way.")
        if self._error is not None:
            raise self._error
        return self.report()

    def state(self) -> LiveState:
        """Return where the render stands."""
        session, shown = self._session, self._newest
        if session is None or shown is None:
            return LiveState(self._stage, self._spec.scenes[0].keyframes[0].prompt or "")
        now, (rates, latency) = session.now(), session.recent()
        return LiveState(self._stage, now.prompt, shown.index, shown.time, now.frozen, now.signs, rates, latency)

    def report(self) -> Report:
        """Return how it went so far; MachineError where nothing was begun."""
        if self._report is not None:
            return self._report
        if self._session is None:
            raise MachineError("There is nothing to report: the render has not begun.")
        report = self._session.report()
        return replace(report, spec=report.spec.model_copy(update={"sinks": ()}))

    def _work(self) -> None:
        self._stage = Stage.LOADING
        try:
            with self._residency.lent() as lend:
                watch = Watch(House(lend), self._began, self._seen)
                self._report = render(self._spec, tick=self._tick, stop=self._stop, watch=watch)
        except BaseException as error:
            self._error = error
        self._broadcast.close()
        broke = self._error is not None and not isinstance(self._error, Cancelled)
        self._stage = Stage.FAILED if broke else Stage.STOPPED

    def _began(self, session: Session) -> None:
        self._session, self._stage = session, Stage.RUNNING

    def _seen(self, frame: Frame) -> None:
        self._broadcast.write(frame, self._check)
        self._newest = frame

    def _lost(self, sink: Sink, error: BaseException) -> None:
        with suppress(Exception):
            self._on_event("sink", {"reason": f"{type(sink).__name__} was let go: {error}"})

    def _check(self) -> None:
        if self._stop.is_set():
            raise Cancelled("Stopped.")
