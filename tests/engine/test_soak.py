"""A short soak with a fake that drifts on purpose; the long one is a benchmark."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from reverie.engine.assemble import assemble
from reverie.measure import drift, vitals
from tests.fakes import dream

pytestmark = pytest.mark.usefixtures("told")

FRAMES, WARM_UP = 600, 50
LOOP = ("colour", "detail", "limit")


def soaked(kind: str, changes: bool) -> drift.Soak:
    words = [{"time": second, "prompt": f"scene {second}", "blend": 1.0} for second in (15, 30, 45)] if changes else []
    session = assemble(dream(FRAMES / 10, kind=kind, after=0, keyframes=words, correctors=LOOP))
    hashes = np.stack([vitals.dhash(vitals.look(frame.image)) for frame in session])
    report = session.report()
    return drift.soak(report.vitals, hashes, len(report.sparks), WARM_UP)


@pytest.mark.parametrize("kind", ["none", "tinted"])
def test_one_prompt_lives_for_six_hundred_frames(kind: str) -> None:
    told = soaked(kind, changes=False)
    assert told.frames == FRAMES
    assert told.lowest_contrast > 0.1
    assert told.longest_stagnation == 0
    assert all(abs(change) < 0.2 for change in told.changes.values())
    assert told.repeated < 0.01
    assert told.sparks_per_300 <= 1


def test_changing_prompts_live_too() -> None:
    told = soaked("none", changes=True)
    assert told.lowest_contrast > 0.1
    assert told.longest_stagnation <= 60
    assert told.repeated < 0.01
    assert told.sparks_per_300 <= 1


def test_memory_does_not_grow() -> None:
    session, held = assemble(dream(50.0, correctors=LOOP)), []
    tracemalloc.start()
    try:
        for frame in session:
            if frame.index in (200, 499):
                held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert held[1] - held[0] < 1_000_000
