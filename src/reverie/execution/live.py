"""A live session in a thread of its own: painted at the clock's pace, steered and watched from any other thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from threading import Event, Thread
from types import MappingProxyType
from typing import Any

from reverie.core import registry
from reverie.core.clock import exact_rate
from reverie.core.errors import Busy, Cancelled, InputError, MachineError
from reverie.core.frame import Frame, Origin
from reverie.core.protocols import Arriving, Sink, Tick
from reverie.core.report import Arrivals, LiveState, Receipt, Report, Stage
from reverie.core.report import Event as Told
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Keyframe
from reverie.engine.assemble import House, assemble
from reverie.engine.broadcast import Broadcast
from reverie.engine.record import Kind
from reverie.engine.session import Session
from reverie.engine.troupe import Lend
from reverie.execution.advice import Advice
from reverie.execution.capacity import Capacity, affordable
from reverie.execution.following import Following
from reverie.execution.performed import at_rate, performed, takes_pictures
from reverie.execution.residency import Residency
from reverie.filters.buffer import Buffer
from reverie.filters.pace import Pace

OnEvent = Callable[[str, Mapping[str, Any]], None]
"""Is told what happens, in the session's thread: it must not wait."""

LIVE_VITALS = 6_000
"""Frames of which a live session's report has the vitals: the newest ten minutes or so."""

LOADING_SECONDS = 30.0
"""How long whoever asks for a spec waits for the session's rate at most."""

KINDS = MappingProxyType(
    {Kind.SPARK: "spark", Kind.REROLL: "reroll", Kind.FALLBACK: "fallback", Kind.HINT: "hint"},
)
ENDED = "The session has ended: start another."


@dataclass(frozen=True)
class Device:
    """What sessions on one machine share: weights, and time.

    Every `advises` seconds of a show it is asked whether the machine could paint it quicker.
    """

    residency: Residency
    capacity: Capacity
    advises: float = 30.0


class Performance:
    """The handle of a live session; see `core.protocols.Handle`."""

    def __init__(self, spec: RenderSpec, tick: Tick, on_event: OnEvent, device: Device) -> None:
        self._spec, self._tick, self._on_event, self._device = spec, tick, on_event, device
        self._stop, self._ready, self.admitted = Event(), Event(), Event()
        self._broadcast = Broadcast(self._lost)
        self._session: Session | None = None
        self._newest: Frame | None = None
        self._pace: Pace | Following | None = None
        self._early: Frame | None = None
        self._arriving: Arriving | None = None
        self._stage = Stage.INITIALISING
        self._cancelled = False
        self.error: BaseException | None = None
        self._thread = Thread(target=self._work, name="reverie-session", daemon=True)
        self._thread.start()

    @property
    def spec(self) -> RenderSpec:
        """The spec that replays what was shown so far; waits for a session that is loading, since its rate is in it."""
        self._ready.wait(LOADING_SECONDS)
        session, shown = self._session, self._newest
        if session is None:
            return self._spec
        return performed(session.spec, 0 if shown is None else shown.index + 1)

    def insert(self, keyframe: Keyframe) -> Receipt:
        """Add a wish; waits for a session that is still loading, MachineError where it has ended."""
        self._ready.wait()
        if self._session is None or not self._thread.is_alive():
            raise MachineError(ENDED)
        return self._session.insert(keyframe)

    def feed(self, frame: Frame) -> None:
        """Give the source a picture, the newest of which it takes; InputError where it takes none, or it is none."""
        if not takes_pictures(self._spec):
            source = self._spec.scenes[0].source.name
            raise InputError("source", source, f"takes no pictures (frame {frame.index}): it has its own.")
        if not self._thread.is_alive():
            raise MachineError(ENDED)
        if self._arriving is None:
            self._early = frame
        else:
            self._arriving.feed(frame)

    def attach(self, sink: Sink) -> None:
        """Give every frame from the next one on to a sink."""
        self._broadcast.attach(sink)

    def detach(self, sink: Sink) -> None:
        """Give a sink no more; returns when it is closed."""
        self._broadcast.detach(sink)

    def cancel(self) -> None:
        """Ask for the end."""
        self._stop.set()

    def result(self, timeout: float | None = None) -> Report:
        """Wait for the end; raises what ended the session where something broke."""
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise TimeoutError("The session is still under way.")
        if self.error is not None:
            raise self.error
        return self.report()

    def state(self) -> LiveState:
        """Return where the session stands."""
        session, shown, pace = self._session, self._newest, self._pace
        if session is None or shown is None:
            prompt = self._spec.scenes[0].keyframes[0].prompt or "" if session is None else session.now().prompt
            return LiveState(self._stage, prompt, input=self._input())
        now = session.now()
        rates, latency = session.recent()
        slipped = 0 if pace is None else int(pace.slipped)
        where = (shown.index, shown.time, now.frozen)
        return LiveState(self._stage, now.prompt, *where, now.signs, rates, latency, slipped, self._input())

    def _input(self) -> Arrivals | None:
        return None if self._arriving is None else self._arriving.arrivals()

    def report(self) -> Report:
        """Return how it went so far; MachineError where nothing was begun."""
        if self._session is None:
            raise MachineError("There is nothing to report: the session has not begun.")
        return replace(self._session.report(), spec=self.spec, cancelled=self._cancelled)

    def _work(self) -> None:
        try:
            with self._device.residency.lent() as lend, self._room(lend) as rate:
                self.admitted.set()
                self._perform(at_rate(self._spec, rate), lend)
        except BaseException as error:
            self.error = error
        finally:
            self._end()

    def _end(self) -> None:
        for event in (self.admitted, self._ready):
            event.set()
        self._broadcast.close()
        if isinstance(self.error, Busy):
            # Whoever asked is told in person; there was no session.
            return
        broke = self.error is not None and not isinstance(self.error, Cancelled)
        self._turn(Stage.FAILED if broke else Stage.STOPPED, error=str(self.error) if broke else None)

    def _room(self, lend: Lend) -> AbstractContextManager[float]:
        return self._device.capacity.room(self._spec, lambda: self._measured(lend))

    def _measured(self, lend: Lend) -> float:
        self._turn(Stage.LOADING)
        return affordable(self._spec, self._checked, House(lend))

    def _perform(self, spec: RenderSpec, lend: Lend) -> None:
        self._turn(Stage.LOADING)
        wanted, device = self._spec.paint_fps, self._device
        possible = partial(device.capacity.better, spec.paint_fps, wanted)
        self._advice = Advice(spec, possible, device.advises)
        session = assemble(spec, self._checked, House(lend, self._heard, LIVE_VITALS, self._eased))
        self._session = session
        self._ready.set()
        self._await_pictures(session)
        try:
            for sink in spec.sinks:
                self.attach(registry.create("sinks", sink).start(spec))
            with self._paced(session, spec) as frames:
                for frame in frames:
                    self._show(frame, session)
        except Cancelled:
            self._cancelled = True
            if self._newest is None:
                raise
        finally:
            session.close()

    def _await_pictures(self, session: Session) -> None:
        """Say that a picture is waited for, where the first is not there yet."""
        self._arriving = session.arriving
        early, self._early = self._early, None
        if self._arriving is not None and early is not None:
            self._arriving.feed(early)
        elif self._arriving is not None:
            self._turn(Stage.WAITING)

    @contextmanager
    def _paced(self, session: Session, spec: RenderSpec) -> Iterator[Iterator[Frame]]:
        """Give the frames at their moments; painted ahead only where the next one can't be painted in time else."""
        made = iter(session)
        if session.arriving is not None:
            self._pace = Following(exact_rate(spec.fps), session.arriving, self._wait)
        elif session.windowed or spec.fps > spec.paint_fps:
            made = Buffer(ceil(spec.fps / spec.paint_fps))(made)
        self._pace = self._pace or Pace(exact_rate(spec.fps), self._wait)
        frames = self._pace(made)
        try:
            yield frames
        finally:
            for stream in (frames, made):
                with suppress(AttributeError):
                    stream.close()  # type: ignore[attr-defined]

    def _show(self, frame: Frame, session: Session) -> None:
        self._broadcast.write(frame, self._check)
        self._newest = frame
        arriving = session.arriving
        if arriving is not None and frame.origin is not Origin.HELD:
            arriving.shown()
        self._turn(_stage(session))
        advice = self._advice.at(frame.index, lambda: session.recent()[1]["p50"] / 1000)
        if advice is not None:
            session.hint(frame, advice)

    def _turn(self, stage: Stage, error: str | None = None) -> None:
        if stage is not self._stage:
            self._stage = stage
            self._tell("state", {"state": str(stage), "phase": "", "error": error})

    def _heard(self, kind: Kind, event: Told) -> None:
        self._tell(KINDS[kind], {"frame": event.frame, "time": event.time, "reason": event.reason})

    def _eased(self, receipt: Receipt) -> None:
        keyframe = receipt.keyframe.model_dump(mode="json", exclude_defaults=True)
        self._tell("keyframe", {"keyframe": keyframe, "frame": receipt.frame, "time": float(receipt.time)})

    def _lost(self, sink: Sink, error: BaseException) -> None:
        self._tell("sink", {"reason": f"{type(sink).__name__} was let go: {error}"})

    def _tell(self, kind: str, data: Mapping[str, Any]) -> None:
        # Whoever listens must not be able to end the show.
        with suppress(Exception):
            self._on_event(kind, data)

    def _checked(self, phase: str, done: float, preview: Callable[[], Any] | None = None) -> None:
        self._check()
        self._tick(phase, done, preview)

    def _wait(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Cancelled("Stopped.")

    def _check(self) -> None:
        self._wait(0.0)


def _stage(session: Session) -> Stage:
    """Return where a session stands that shows pictures."""
    if session.arriving is not None and session.arriving.stalled:
        return Stage.STALLED
    return Stage.SELF_CORRECTING if session.now().rescued else Stage.RUNNING
