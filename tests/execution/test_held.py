"""A film with a budget that no machine holds: how it was painted is in its report, and paints the same again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from reverie.core import registry
from reverie.core.report import Report
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Keyframe
from reverie.execution.documents import read_work
from reverie.execution.production import produce
from reverie.execution.shelf import Shelf
from reverie.media.video import read_frames
from tests.engine.test_holding import Machine

FRAMES = 40
"""More than a window has: what was learned goes on from one to the next."""


@pytest.fixture(autouse=True)
def machine() -> Iterator[None]:
    backends = registry.BUILT_IN["backends"]
    backends["machine"] = "tests.engine.test_holding:Machine"
    registry.targets.cache_clear()
    Machine.load = 0.0
    yield
    del backends["machine"]
    registry.targets.cache_clear()


def made(spec: RenderSpec, path: Path, shelf: Path) -> Report:
    film = ComponentSpec(name="file", options={"path": str(path)})
    return produce(spec.model_copy(update={"sinks": (film,)}), Shelf(shelf))


def test_a_film_is_held_to_its_budget_and_replayed(tmp_path: Path) -> None:
    # It sleeps for longer than the budget is, whatever the machine.
    backend = ComponentSpec(name="machine", options={"num_inference_steps": 3, "sleeps": 0.003})
    scene = Scene(
        keyframes=(Keyframe(prompt="oils"),), backend=backend, duration=FRAMES / 10, source=ComponentSpec(name="blank")
    )
    spec = RenderSpec(width=64, height=64, fps=10, paint_fps=10, budget=1.0, seed=1, scenes=(scene,))
    report = made(spec, tmp_path / "held.mp4", tmp_path / "shelf")
    told = [key.options for key in report.spec.scenes[0].keyframes[1:]]
    assert report.spec.budget is None
    assert told[:2] == [{"num_inference_steps": steps, "width": 64, "height": 64} for steps in (2, 1)]
    # How far sizes follow in so many frames is the machine's matter.
    assert all(one["width"] >= other["width"] for one, other in pairwise(told))
    assert {key["num_inference_steps"] for key in told[1:]} == {1}
    assert sum("to hold the budget of 1 ms" in hint.reason for hint in report.hints) == len(told)
    assert read_work(tmp_path / "held.mp4").scenes[0].keyframes == report.spec.scenes[0].keyframes
    made(report.spec, tmp_path / "again.mp4", tmp_path / "other")
    shown, again = (
        np.stack([image for image, _ in read_frames(str(tmp_path / name))]) for name in ("held.mp4", "again.mp4")
    )
    assert np.array_equal(shown, again)
