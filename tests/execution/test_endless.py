"""A session that runs for ever stays as small as it was; many thousand cheap frames stand in for a night."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest

from reverie.core.frame import Frame
from reverie.core.report import VitalSigns
from reverie.core.timeline import Keyframe, Timeline
from reverie.engine.assemble import assemble
from reverie.engine.broadcast import Broadcast
from reverie.engine.meter import KEPT, Meter
from reverie.engine.record import MOST_EVENTS, Kind, Record
from reverie.engine.score import Told
from reverie.engine.session import Session, Setup
from reverie.execution.live import LIVE_VITALS
from reverie.filters.pace import Pace
from tests.execution.audience import Mailbox
from tests.fakes import dream, registered


@pytest.fixture(autouse=True)
def fakes() -> Iterator[None]:
    with registered():
        yield


WARM_UP, NIGHT = MOST_EVENTS + 1_000, 9_000
ALLOWED = 64 * 2**10
IMAGE = np.zeros((2, 2, 3), np.uint8)


class Quick:
    """A shot whose every frame is there at once, and each has its event."""

    num_frames, rescued, signs = 1, False, None

    def __init__(self, record: Record) -> None:
        self._record = record

    def step(self, index: int, told: Told, most: int | None) -> list[Frame]:
        time = Fraction(index, 10)
        self._record.note(Kind.SPARK, index, time, "dark")
        self._record.felt(VitalSigns(float(time), 0.5, 0.3, 0.01, 0.2, 0.02, 0.6))
        return [Frame(IMAGE, time, index)]

    def hints(self) -> None: ...

    def close(self) -> None: ...


def endless() -> Session:
    spec = dream(None)
    record = Record(most_vitals=LIVE_VITALS)
    setup = Setup(
        spec=spec,
        open_shot=lambda number: Quick(record),  # type: ignore[arg-type, return-value]
        fit=lambda number, keyframe: keyframe,
        timelines=[Timeline(scene.keyframes) for scene in spec.scenes],
        filters=[Pace(Fraction(10), wait=lambda seconds: None, clock=lambda: 0.0)],
        record=record,
        meter=Meter(),
        backend=lambda: "quick",
    )
    return Session(setup)


def traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_frames_without_end_take_no_more_memory() -> None:
    session, sink, cast = endless(), Mailbox(), Broadcast(lambda sink, error: None)
    cast.attach(sink)
    stream = iter(session)

    def show(frames: int) -> None:
        for frame in islice(stream, frames):
            cast.write(frame, lambda: None)
            if frame.index % 1000 == 0:
                session.now(), session.recent(), session.spec

    tracemalloc.start()
    try:
        show(WARM_UP)
        before = traced()
        show(NIGHT)
        grown = traced() - before
    finally:
        tracemalloc.stop()
    cast.close()
    session.close()
    assert sink.frames[0].index == WARM_UP + NIGHT - 1
    assert len(session.report().vitals) == LIVE_VITALS
    assert grown < ALLOWED


def test_what_is_kept_of_a_night_is_the_newest() -> None:
    now = [0.0]
    meter = Meter(lambda: now[0])
    for _ in range(3 * KEPT):
        with meter.painting() as painted:
            now[0] += 0.05
            painted(1)
        meter.delivered()
    assert len(meter._times) == KEPT
    assert meter.recent().new == pytest.approx(20)
    assert meter.recent().displayed == pytest.approx(20, rel=0.05)
    assert LIVE_VITALS < 10_000


def test_wishes_without_end_make_no_step_slower() -> None:
    session = assemble(dream(None).model_copy(update={"width": 16, "height": 16}))
    stream = iter(session)
    for number in range(100):
        next(stream)
        for _ in range(5):
            session.insert(Keyframe(strength=0.3 + (number % 50) / 100))
    waiting = session._scores[0]._timeline.keyframes
    session.close()
    assert len(waiting) <= 2
    assert len(session.spec.scenes[0].keyframes) == 101
