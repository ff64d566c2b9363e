"""The loop: ask the timeline, move the source, step the backend, correct, stamp the time, pass the frame on."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import count, islice
from math import ceil
from threading import RLock
from typing import Any

from reverie.core.clock import exact_rate
from reverie.core.errors import InputError
from reverie.core.frame import Frame, Origin
from reverie.core.protocols import Arriving, Filter, State
from reverie.core.report import Event, Rates, Receipt, Report, VitalSigns
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Keyframe, Timeline, strongest
from reverie.engine.holding import Holding
from reverie.engine.meter import RECENT_FRAMES, Meter
from reverie.engine.record import Kind, Record
from reverie.engine.schedule import Stretch, delivered, stretches
from reverie.engine.score import Score, Told
from reverie.engine.shot import Shot
from reverie.engine.stills import frame_of, noted
from reverie.engine.tidying import Tidying


def unheld(number: int) -> Holding | None:  # noqa: ARG001
    """Hold no budget in any scene."""
    return None


def unplaced(receipt: Receipt) -> None:
    """Leave keyframes of the session's own to its spec."""


@dataclass(frozen=True)
class Setup:
    """What a session is assembled from.

    `open_shot` begins the scene of a number, `fit` checks a keyframe against its model, `timelines` has one for
    each scene; `environment` describes the machine and `backend` names what paints, when they are asked; `since` is the
    state that it goes on from. `hold` returns who holds the budget in the scene of a number, None where there is none,
    and `placed` is told of keyframes that the session places by itself.
    """

    spec: RenderSpec
    open_shot: Callable[[int], Shot]
    fit: Callable[[int, Keyframe], Keyframe]
    timelines: Sequence[Timeline]
    filters: Sequence[Filter]
    record: Record
    meter: Meter
    backend: Callable[[], str]
    environment: Callable[[], Mapping[str, Any]] = field(default=dict)
    since: State | None = None
    hold: Callable[[int], Holding | None] = unheld
    placed: Callable[[Receipt], None] = unplaced


@dataclass(frozen=True, slots=True)
class Now:
    """Where a session stands: what the newest step was told, what came of it, and whether it is being rescued."""

    prompt: str = ""
    frozen: bool = False
    rescued: bool = False
    signs: VitalSigns | None = None


class Session:
    """A spec being rendered: iterate over its frames, once; `insert` wishes meanwhile, from any thread."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._rate = exact_rate(setup.spec.paint_fps)
        self._stretches = stretches(setup.spec)
        self._scores = [Score(timeline) for timeline in setup.timelines]
        self._lock = RLock()
        self._scene = 0
        self._next = self._stretches[0].first
        self._told: Told | None = None
        self._shot: Shot | None = setup.open_shot(0)
        self._holding = setup.hold(0)
        self._closed = False
        self._painted: list[Frame] = []
        self._tidying = Tidying()
        self._index = self._shown = 0
        if setup.since is not None:
            self._resume(setup.since)
        self._stream = self._deliver()

    def __iter__(self) -> Iterator[Frame]:
        """Return the frames as they are painted, corrected and filtered."""
        return self._stream

    @property
    def spec(self) -> RenderSpec:
        """The spec that replays what was shown: keyframes inserted meanwhile are in it."""
        with self._lock:
            played = [score.keyframes for score in self._scores]
        scenes = tuple(
            scene.model_copy(update={"keyframes": keyframes})
            for scene, keyframes in zip(self._setup.spec.scenes, played, strict=True)
        )
        # What held the budget is in the keyframes: they are followed, and not held to it once more.
        return self._setup.spec.model_copy(update={"scenes": scenes, "budget": None})

    @property
    def windowed(self) -> bool:
        """True where one step paints several frames, so that somebody must paint ahead."""
        shot = self._shot
        return shot is not None and shot.num_frames > 1

    @property
    def arriving(self) -> Arriving | None:
        """The source of the scene under way, where its pictures come from outside."""
        shot = self._shot
        return None if shot is None else shot.arriving

    def now(self) -> Now:
        """Return where the session stands; from any thread."""
        told, shot = self._told, self._shot
        signs = None if shot is None else shot.signs
        if told is None:
            return Now(prompt=self._setup.spec.scenes[0].keyframes[0].prompt or "", signs=signs)
        rescued = shot is not None and shot.rescued
        return Now(strongest(told.cond.prompts), told.frozen, rescued, signs)

    def recent(self) -> tuple[Rates, dict[str, float]]:
        """Return rates and percentiles of the last few seconds, see `Meter`; from any thread."""
        meter = self._setup.meter
        return meter.recent(), meter.latency(RECENT_FRAMES)

    def insert(self, keyframe: Keyframe) -> Receipt:
        """Add a wish to the scene under way; it takes effect at its time, at the next step where that has passed.

        Of wishes for the same step the newest wins, field by field, so that any number of them are but one keyframe.

        `keyframe.time` is seconds from the scene's start. Raises InputError where it lies after the scene's end or asks
        for what the scene's model can't do.
        """
        with self._lock:
            stretch = self._stretches[self._scene]
            placed = self._placed(self._setup.fit(self._scene, keyframe), stretch)
            frame = self._first_frame(placed, stretch)
            if self._closed or (stretch.end is not None and frame >= stretch.end):
                raise InputError("time", keyframe.time, "is after the scene's end: give an earlier one.")
            self._scores[self._scene].insert(placed, self._next / self._rate - stretch.start)
            return Receipt(placed, frame, frame / self._rate)

    def hint(self, frame: Frame, reason: str) -> None:
        """Write down, at a frame, what whoever performs should know; in the session's own thread."""
        self._setup.record.note(Kind.HINT, frame.index, frame.time, reason)

    def report(self) -> Report:
        """Return what was shown so far and how it went."""
        record, meter = self._setup.record, self._setup.meter
        return Report(
            spec=self.spec,
            frames=record.frames,
            fps=meter.rates(),
            vitals=record.vitals,
            sparks=record.events(Kind.SPARK),
            rerolls=record.events(Kind.REROLL),
            fallbacks=record.events(Kind.FALLBACK),
            hints=record.events(Kind.HINT),
            latency=meter.latency(),
            backend=self._setup.backend(),
            seed=self._setup.spec.seed,
            environment=self._setup.environment(),
        )

    def put_down(self) -> State:
        """Return what another session of this spec would have to know to go on behind the newest frame, to the bit.

        Only for a single scene whose parts are all `core.protocols.Resumable` or know nothing, and without filters.
        The report tells from now on what comes from now on.
        """
        if self._shot is None or len(self._stretches) > 1 or self._setup.filters:
            raise AssertionError("only one scene under way, as it is painted, can be put down")
        hints = self._setup.record.turn()
        return {
            "shown": self._shown,
            "index": self._index,
            "asked": self._scores[0].asked,
            "painted": [noted(frame) for frame in self._painted],
            "shot": self._shot.state(),
            "stand_in": self._shot.stands_in,
            "holding": None if self._holding is None else self._holding.state(),
            "hints": [(hint.frame, hint.time, hint.reason) for hint in hints],
        }

    def _resume(self, since: State) -> None:
        assert self._shot is not None
        self._shown, self._index = since["shown"], since["index"]
        known = since.get("holding")
        if self._holding is not None and known is not None:
            self._holding.restore(known)
            for keyframe in self._holding.placed:
                self._scores[0].insert(keyframe, Fraction(0))
        self._scores[0].resume(since["asked"])
        self._painted.extend(frame_of(known) for known in since["painted"])
        self._shot.restore(since["shot"])
        self._setup.record.recall(Event(*hint) for hint in since["hints"])

    def close(self) -> None:
        """Stop painting and let go of everything; what was delivered stays, and so does the report."""
        self._closed = True
        self._stream.close()
        self._end_shot()

    def _deliver(self) -> Generator[Frame, None, None]:
        filtered = reduce(lambda frames, apply: apply(frames), self._setup.filters, self._paint())
        try:
            total = delivered(self._setup.spec)
            for frame in islice(filtered, None if total is None else total - self._shown):
                self._shown += 1
                self._setup.record.delivered(frame)
                self._setup.meter.delivered()
                yield frame
        finally:
            self._closed = True
            self._end_shot()

    def _paint(self) -> Iterator[Frame]:
        for number, stretch in enumerate(self._stretches):
            shot = self._turn_to(number, stretch)
            self._index = max(self._index, stretch.first)
            while self._painted or stretch.end is None or self._index < stretch.end:
                if not self._painted:
                    self._step(shot, stretch)
                yield self._painted.pop(0)

    def _step(self, shot: Shot, stretch: Stretch) -> None:
        index = self._index
        told = self._ask(stretch, index, shot.num_frames)
        with self._setup.meter.painting() as painted:
            frames = shot.step(index, told, None if stretch.end is None else stretch.end - index)
            painted(sum(frame.origin is not Origin.HELD for frame in frames))
        shot.hints()
        self._index += len(frames)
        self._painted.extend(frames)
        self._tidying.painted(len(frames))
        if self._holding is not None and frames[-1].origin is not Origin.HELD:
            self._hold(self._holding, shot, frames[-1])

    def _hold(self, holding: Holding, shot: Shot, frame: Frame) -> None:
        """Have the next frame painted otherwise where the budget asks for it."""
        rung = holding.took(self._setup.meter.took, shot.generation)
        for words in holding.said():
            self.hint(frame, words)
        if rung is None:
            return
        with suppress(InputError):  # no frame is left that it could hold for
            receipt = self.insert(Keyframe(options=rung.options))
            holding.placed.append(receipt.keyframe)
            self._setup.placed(receipt)

    def _ask(self, stretch: Stretch, index: int, ahead: int) -> Told:
        """Ask the timeline about the step that begins at a frame; wishes that come later hold from the next step on."""
        with self._lock:
            self._next = index + ahead
            self._told = self._scores[self._scene].at(index / self._rate - stretch.start)
            return self._told

    def _turn_to(self, number: int, stretch: Stretch) -> Shot:
        with self._lock:
            if number != self._scene or self._shot is None:
                self._end_shot()
                self._scene, self._next = number, stretch.first
                self._shot = self._setup.open_shot(number)
                self._holding = self._setup.hold(number)
            return self._shot

    def _end_shot(self) -> None:
        if self._shot is not None:
            self._shot.close()
            self._shot = None
        if self._holding is not None:
            self._holding.close()

    def _placed(self, keyframe: Keyframe, stretch: Stretch) -> Keyframe:
        """Give a wish whose time has passed the moment of the next step.

        One that takes effect gradually is put half a frame earlier, between two steps, so that the next step has some
        of it already; no earlier step is changed by either.
        """
        now = self._next / self._rate - stretch.start
        if keyframe.time > now:
            return keyframe
        early = now - 1 / (2 * self._rate) if keyframe.blend and now else now
        return keyframe.model_copy(update={"time": float(early)})

    def _first_frame(self, keyframe: Keyframe, stretch: Stretch) -> int:
        guess = max(self._next, ceil((stretch.start + Fraction(keyframe.time)) * self._rate) - 1)
        return next(index for index in count(guess) if float(index / self._rate - stretch.start) >= keyframe.time)
