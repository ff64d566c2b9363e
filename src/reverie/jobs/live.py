"""One live session as a job: what steers it, what it records, what it tells, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Any, Protocol

import psutil  # type: ignore[import-untyped]

from reverie.core.errors import Busy, Cancelled, MachineError, ReverieError
from reverie.core.frame import Frame
from reverie.core.protocols import Handle, Sink, Tick
from reverie.core.report import LiveState, Receipt, Report, Stage
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Keyframe, MotionSpec
from reverie.jobs.files import Home
from reverie.jobs.inputkeeping import KEPT, keeping, keeps_input, shown_again
from reverie.jobs.intake import Intake
from reverie.jobs.job import InputView, Job, JobFile, LiveView, title_of
from reverie.jobs.ledger import VITALS, Ledger
from reverie.jobs.recorder import Recorder
from reverie.jobs.remembered import as_film
from reverie.media.jpeg import encode_jpeg
from reverie.media.part import Part

Happened = Callable[[str, Mapping[str, Any]], None]
ENDING_SECONDS = 20.0
"""How long the end of a session is waited for: a recording is made whole in that time."""

MOST_WISHES = 16
"""Wishes that may wait at once for a session to load; each keeps a thread of the server waiting."""

POSTER, POSTER_QUALITY = "poster.jpg", 92


Submit = Callable[[RenderSpec, Tick, Happened], Handle]


class Hub(Sink, Protocol):
    """Where viewers come and go; it holds the newest frame."""

    newest_only: bool

    @property
    def viewers(self) -> int: ...  # noqa: D102
    @property
    def dropped(self) -> int: ...  # noqa: D102
    @property
    def newest(self) -> Frame | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class House:
    """What all sessions of a server share."""

    home: Home
    ledger: Ledger
    submit: Submit
    new_hub: Callable[[], Hub]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a session ended: `error` is None where nothing broke, `report` None where there was nothing to report."""

    error: str | None
    cancelled: bool
    report: Report | None


class LiveRun:
    """A live session under way; every method may be called from any thread, the event loop's excepted."""

    def __init__(self, job: Job, house: House, ended: Callable[[LiveRun, Ending], None]) -> None:
        self.job_id, self.job_spec, self._house, self._ended = job.id, job.spec, house, ended
        self.started_at = job.created_at
        self.hub = house.new_hub()
        self._line = BoundedSemaphore(MOST_WISHES)
        self.settled, self.over, self.finished = False, False, Event()
        self.gestures = Gestures(lambda receipt: self.tell("keyframe", shown_receipt(receipt)))
        self._lock = Lock()
        self._seen = LiveView(state=Stage.INITIALISING, prompt=title_of(job.spec))
        self.recorder = Recorder(job.id, house.home, self.tell)
        self._kept = house.home.folder(job.id) / KEPT if keeps_input(job.spec) else None
        spec = job.spec if self._kept is None else keeping(job.spec, self._kept)
        self.handle = house.submit(spec, self._tick, self.tell)
        self.intake = Intake(self.handle.feed)
        self.handle.attach(self.hub)
        Thread(target=self._wait, name=f"reverie-job-{job.id}", daemon=True).start()

    @property
    def spec(self) -> RenderSpec:
        """The spec under way, wishes and all."""
        return self.handle.spec

    def performance(self) -> RenderSpec:
        """Return the spec of a film that replays what was shown so far."""
        film = as_film(self.handle.spec, 0.0)
        if self._kept is None:
            return film
        there = self._kept.is_file() or not self.finished.is_set()
        return shown_again(film, self.job_id) if there else film

    def insert(self, keyframe: Keyframe) -> Receipt:
        """Pass a wish on; the receipt names the first frame that holds it. InputError where it can't be granted."""
        if not self._line.acquire(blocking=False):
            raise Busy("The session is still loading and many wishes wait for it: try again in a moment.")
        try:
            receipt = self.handle.insert(keyframe)
        finally:
            self._line.release()
        self.gestures.add(receipt)
        return receipt

    def motion(self) -> MotionSpec:
        """Return the motion that was last wished for."""
        wished = (key.motion for key in reversed(self.spec.scenes[-1].keyframes))
        return next((motion for motion in wished if motion is not None), MotionSpec())

    def view(self) -> LiveView:
        """Return what is to be known of the session just now."""
        state = self.handle.state()
        self._seen = LiveView(
            state=state.state,
            prompt=state.prompt,
            frame=state.frame,
            time=float(state.time),
            frozen=state.frozen,
            recording=self.recorder.on,
            viewers=self.hub.viewers,
            input=self._input(state),
        )
        return self._seen

    def _input(self, state: LiveState) -> InputView | None:
        if state.input is None:
            return None
        width, height = self.intake.size
        return InputView(**{**asdict(state.input), "by": self.intake.by, "width": width, "height": height})

    def snapshot(self) -> JobFile:
        """Save the newest picture as PNG; MachineError where there is none yet, or it can't be written."""
        from reverie.media.picture import save_png

        frame = self.hub.newest
        if frame is None:
            raise MachineError("There is no picture yet: the session is still loading, try again in a moment.")
        with self._lock:
            path = self._house.home.numbered(self.job_id, "snapshot", ".png")
            save_png(frame.image, path, overwrite=False)
        return self.recorder.made(path)

    def record(self, on: bool) -> None:
        """Begin or end a recording; asking for what is already so changes nothing."""
        (self.recorder.begin if on else self.recorder.end)(self.handle)

    def pulse(self) -> None:
        """Tell everybody the vitals; called about twice a second."""
        self.recorder.mind(self.handle)
        state = self.handle.state()
        if self.finished.is_set() or state.vitals is None:
            return
        signs = asdict(state.vitals)
        del signs["likeness"]
        told = {
            **signs,
            "frame": state.frame,
            "fps": asdict(state.fps),
            "latency": dict(state.latency),
            "drops": self.hub.dropped,
            "late": state.drops,
            "viewers": self.hub.viewers,
            "memory_mb": round(psutil.Process().memory_info().rss / 2**20, 1),
        }
        if (given := self._input(state)) is not None:
            told["input"] = given.model_dump()
        self.tell(VITALS, told)

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        """Write down that something happened."""
        if kind == "state":
            # The session's own thread speaks here: asking it how it is would be asking it to wait for itself.
            view = self._seen.model_copy(update={"state": Stage(data.get("state", self._seen.state))})
            data = {
                "state": "running",
                "phase": str(view.state),
                "live_state": view.model_dump(mode="json"),
                "error": data.get("error"),
            }
        self._house.ledger.append(self.job_id, kind, plain(data))

    def cancel(self) -> None:
        """Ask the session to end after the frame under way."""
        self.handle.cancel()

    def _tick(self, phase: str, done: float, preview: object = None) -> None:
        """Take progress of a session; a live one has none but while it loads, which its state tells."""

    def _wait(self) -> None:
        ending = self._outcome()
        self.recorder.end(self.handle)
        self.gestures.flush()
        self._keep_poster()
        self.hub.close()
        try:
            self._ended(self, ending)
        finally:
            self.finished.set()

    def _keep_poster(self) -> None:
        """Keep the last picture, by which the session is known later; without room for it, it goes without."""
        frame = self.hub.newest
        if frame is None:
            return
        with suppress(ReverieError, OSError):
            part = Part(self._house.home.folder(self.job_id) / POSTER, overwrite=True)
            part.part.write_bytes(encode_jpeg(frame.image, POSTER_QUALITY))
            part.land()

    def _outcome(self) -> Ending:
        try:
            report = self.handle.result()
            return Ending(None, report.cancelled, report)
        except Cancelled:
            return Ending(None, True, self._so_far())
        except ReverieError as error:
            return Ending(str(error), False, self._so_far())
        except Exception as error:
            return Ending(f"The session broke ({type(error).__name__}: {error}): start another.", False, self._so_far())

    def _so_far(self) -> Report | None:
        try:
            return self.handle.report()
        except Exception:
            return None


class Gestures:
    """One event a frame however many wishes it took: what came for the same frame is told once, the newest winning."""

    def __init__(self, tell: Callable[[Receipt], None]) -> None:
        self._tell, self._lock = tell, Lock()
        self._waiting: Receipt | None = None

    def add(self, receipt: Receipt) -> None:
        """Take a receipt; the one before is told now if it was for another frame."""
        with self._lock:
            before, self._waiting = self._waiting, receipt
            if before is not None and before.frame == receipt.frame:
                self._waiting = Receipt(merged(before.keyframe, receipt.keyframe), receipt.frame, receipt.time)
                before = None
        if before is not None:
            self._tell(before)

    def flush(self) -> None:
        """Tell what is waiting."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._tell(waiting)


def merged(before: Keyframe, after: Keyframe) -> Keyframe:
    """Return one wish for two of the same frame: of whatever both speak, the later one wins."""
    said = {name: value for name, value in after if value is not None}
    always = {"options": {**before.options, **after.options}, "spark": before.spark or after.spark}
    return before.model_copy(update={**said, **always})


def shown_receipt(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as it is sent."""
    keyframe = receipt.keyframe.model_dump(mode="json", exclude_defaults=True)
    return {"keyframe": keyframe, "frame": receipt.frame, "time": float(receipt.time)}


def plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was told as JSON would hold it: numbers that are none become null."""
    return {str(key): _plain(value) for key, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return number if abs(number) != float("inf") and number == number else None
