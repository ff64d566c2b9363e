"""A film with a budget that no machine holds: how it was painted is in its report, and paints the same again."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from reverie.authoring.film import film_spec
from reverie.core.report import Report
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.execution.documents import read_work
from reverie.execution.production import produce
from reverie.execution.shelf import Shelf
from reverie.media.video import read_frames
from tests import checkpoints
from tests.media.films import film, written

LEAST = 1.0
"""Milliseconds in which no network paints a picture and corrects it."""


def into(spec: RenderSpec, path: Path) -> RenderSpec:
    return spec.model_copy(update={"sinks": (ComponentSpec(name="file", options={"path": str(path)}),)})


def made(spec: RenderSpec, path: Path, shelf: Path) -> Report:
    return produce(into(spec, path), Shelf(shelf))


def test_a_film_is_held_to_its_budget_and_replayed(tmp_path: Path) -> None:
    clip = written(tmp_path / "clip.mp4", film(40, 64, 64), Fraction(10))
    model = str(checkpoints.save_ours(tmp_path / "model"))
    spec = film_spec(
        {"scenes": [{"prompt": "oils", "clip": str(clip)}]}, model=model, steps=3, budget="1ms", seed=1, runtime="torch"
    )
    assert spec.budget == LEAST
    report = made(spec, tmp_path / "held.mp4", tmp_path / "shelf")
    told = [key.options for key in report.spec.scenes[0].keyframes[1:]]
    assert report.spec.budget is None
    assert told[:2] == [{"num_inference_steps": steps, "width": 64, "height": 64} for steps in (2, 1)]
    assert sum("to hold the budget of 1 ms" in hint.reason for hint in report.hints) == len(told)
    assert read_work(tmp_path / "held.mp4").scenes[0].keyframes == report.spec.scenes[0].keyframes
    made(report.spec, tmp_path / "again.mp4", tmp_path / "other")
    shown, again = (
        np.stack([image for image, _ in read_frames(str(tmp_path / name))]) for name in ("held.mp4", "again.mp4")
    )
    assert np.array_equal(shown, again)
