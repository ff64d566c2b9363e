"""What is painted, and from where."""

from __future__ import annotations

from pathlib import Path

from tests.training.caches import save_pictures
from training.evaluation.painting import Task, begun


def test_a_repaint_starts_half_the_cache_away(tmp_path: Path) -> None:
    cache = save_pictures(tmp_path)
    assert [int(begun(cache, index)[0, 0, 0]) for index in (0, 5, 6, 11)] == [6, 11, 0, 5]


def test_tasks_are_told_apart_by_name() -> None:
    assert [Task(2, strength, 3.0).name for strength in (0.6, 1.0)] == ["repaint_2", "text_2"]
