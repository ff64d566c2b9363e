"""Every example runs as it is, and leaves what it says."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples"
LEFT = {
    "dream": {"reef.mp4"},
    "steer": {"steered.mp4"},
    "frames": {"stripes.png"},
    "again": {"dunes.mp4", "replayed.mp4", "remastered.mp4", "again.mp4"},
    "film": {"film.mp4", "other.mp4", "shelf"},
}
"""What each example leaves in the folder it is run in."""

TOLD = {
    "dream": "reef.mp4: 24 frames by worlds, seed 7",
    "steer": "a spark, asked for by a keyframe",
    "frames": "36 frames side by side",
    "again": "the same bytes",
    "film": "film.mp4: 24 frames by worlds",
}
"""What each example says."""


def test_every_example_is_tested() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == set(LEFT) == set(TOLD)


@pytest.mark.parametrize("name", LEFT)
def test_an_example_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
    assert {path.name for path in tmp_path.iterdir()} == LEFT[name]
    assert TOLD[name] in capsys.readouterr().out
