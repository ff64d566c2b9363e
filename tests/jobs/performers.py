"""A session that stands in for the real one: it paints what costs nothing, in a thread of its own."""

from __future__ import annotations

import time
from fractions import Fraction
from threading import Event, RLock, Thread
from typing import Any

import numpy as np

from reverie.core.errors import Cancelled, MachineError, ReverieError
from reverie.core.frame import Frame
from reverie.core.protocols import Sink, Tick
from reverie.core.registry import create
from reverie.core.report import LiveState, Receipt, Report, Stage, VitalSigns
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Keyframe
from reverie.jobs.live import Happened


class FakePerformer:
    """Paints a frame a hundredth of a second; a prompt that says `break` breaks it, `refuse` is refused."""

    def __init__(self, spec: RenderSpec, tick: Tick, happened: Happened) -> None:
        self._spec, self._tick, self._happened = spec, tick, happened
        self._lock, self._stop = RLock(), Event()
        self._sinks: list[Sink] = [create("sinks", sink).start(spec) for sink in spec.sinks]
        self._keys = list(spec.scenes[0].keyframes)
        self._next = 0
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def spec(self) -> RenderSpec:
        played: dict[str, Any] = {"keyframes": tuple(self._keys)}
        if self._spec.live:
            played["duration"] = max(self._next, 1) / self._spec.paint_fps
        scene = self._spec.scenes[0].model_copy(update=played)
        return self._spec.model_copy(update={"scenes": (scene,), "live": False})

    def insert(self, keyframe: Keyframe) -> Receipt:
        with self._lock:
            frame = self._next
            placed = keyframe.model_copy(update={"time": frame / self._spec.paint_fps})
            self._keys.append(placed)
            return Receipt(placed, frame, Fraction(frame) / Fraction(self._spec.paint_fps))

    def feed(self, frame: Frame) -> None:
        raise MachineError("It takes no pictures.")

    def attach(self, sink: Sink) -> None:
        with self._lock:
            self._sinks.append(sink)

    def detach(self, sink: Sink) -> None:
        with self._lock:
            if sink in self._sinks:
                self._sinks.remove(sink)
                sink.close()

    def cancel(self) -> None:
        self._stop.set()

    def result(self, timeout: float | None = None) -> Report:
        self._thread.join(timeout)
        if self._error is not None:
            raise self._error
        return self.report()

    def state(self) -> LiveState:
        signs = VitalSigns(self._next / 100, 0.5, 0.5, 0.5, 0.5, 0.1, 0.0)
        prompt = [key.prompt for key in self._keys if key.prompt][-1]
        return LiveState(Stage.RUNNING, prompt or "", self._next, self._time(), vitals=signs)

    def _time(self) -> Fraction:
        return Fraction(self._next) / Fraction(self._spec.paint_fps)

    def report(self) -> Report:
        return Report(spec=self.spec, frames={"painted": self._next}, cancelled=self._stop.is_set())

    def _run(self) -> None:
        try:
            self._paint()
        except BaseException as error:
            self._error = error
        for sink in list(self._sinks):
            sink.close()

    def _paint(self) -> None:
        total = None
        if self._spec.scenes[0].duration is not None:
            total = round(self._spec.scenes[0].duration * self._spec.paint_fps)
        self._happened("state", {"state": "running"})
        while not self._stop.is_set() and (total is None or self._next < total):
            self._one(total)
            time.sleep(0.002)

    def _one(self, total: int | None) -> None:
        with self._lock:
            if "break" in (self._keys[-1].prompt or ""):
                raise MachineError("The model broke.")
            index, self._next = self._next, self._next + 1
            image = np.full((self._spec.height, self._spec.width, 3), index % 255, dtype=np.uint8)
            image[: index % 16] = 255
            sinks = list(self._sinks)
        frame = Frame(image, Fraction(index) / Fraction(self._spec.paint_fps), index)
        for sink in sinks:
            sink.write(frame)
        if total is not None:
            self._tick("dreaming", self._next / total)


class FakeHub:
    """Holds the newest frame."""

    newest_only = True

    def __init__(self) -> None:
        self.newest: Frame | None = None
        self.viewers = self.dropped = 0

    def write(self, frame: Frame) -> None:
        self.newest = frame

    def close(self) -> None:
        self.viewers = 0

    def abandon(self) -> None:
        self.viewers = 0


def submit(spec: RenderSpec, tick: Tick, happened: Happened) -> Any:
    if "refuse" in (spec.scenes[0].keyframes[0].prompt or ""):
        raise ReverieError("One more can't be shown.")
    return FakePerformer(spec, tick, happened)


def live_spec(prompt: str = "a reef", **changes: Any) -> RenderSpec:
    scene = Scene(keyframes=(Keyframe(prompt=prompt),), backend=ComponentSpec(name="worlds"))
    return RenderSpec(**{"width": 64, "height": 64, "live": True, "fps": 12, "scenes": (scene,), **changes})


def film(seconds: float = 1.0, prompt: str = "a reef") -> RenderSpec:
    scene = Scene(keyframes=(Keyframe(prompt=prompt),), backend=ComponentSpec(name="worlds"), duration=seconds)
    return RenderSpec(width=64, height=64, fps=12, scenes=(scene,))


__all__ = ["Cancelled", "FakeHub", "FakePerformer", "film", "live_spec", "submit"]
