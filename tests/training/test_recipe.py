"""Every stage of the recipe runs, one after another, and what comes out is a model that users' backend paints with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import pytest

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "training" / "runs" / "smoke_cpu.sh"
TASKS = {f"{way}_{steps}" for way in ("repaint", "text") for steps in (1, 2, 4)}
MEASURED = {"probes", "autoencoder", "count", "told_apart", "heart", "variety", "words", *TASKS}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="the recipes are scripts of bash")
def test_the_whole_recipe_runs(tmp_path: Path) -> None:
    surroundings = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(ROOT / "src")}
    command = ["bash", str(RECIPE), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]

    assert [row["step"] for row in rows(tmp_path / "autoencoder.log.jsonl")] == [0, 12, 12, 16], (
        "the second call resumes"
    )
    results = json.loads((tmp_path / "evaluation.json").read_text())
    assert set(results) == MEASURED
    assert (tmp_path / "model" / "MODEL_CARD.md").is_file()
    for name in TASKS:
        assert results[name]["look"]["deviation"] > 0
        assert cv2.imread(str(tmp_path / f"{name}.png")) is not None
    assert (tmp_path / "model" / "model_index.json").exists()
