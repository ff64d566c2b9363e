"""The benchmarks that need a graphics card, in the small form that they have without one."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from benchmarks import _captured
from reverie.core import catalogue
from reverie.core.errors import ReverieError
from reverie.kernels.choosing import KERNELS
from reverie.models.memory_runtimes import WEIGHTS
from reverie.models.shipped import locate

ROOT = Path(__file__).resolve().parents[2]


def shipped() -> bool:
    try:
        return locate(catalogue.OURS).is_dir() and WEIGHTS.is_file()
    except ReverieError:
        return False


@pytest.mark.skipif(torch.cuda.is_available(), reason="it would measure")
def test_without_a_card_kernels_are_compared_and_no_speed_is_claimed(tmp_path: Path) -> None:
    result = ROOT / "benchmarks" / "results" / "kernels.json"
    before = result.stat().st_mtime_ns if result.exists() else None
    surroundings = {**os.environ, "TRITON_CACHE_DIR": str(tmp_path), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, str(ROOT / "benchmarks" / "kernels.py")]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not measured" in done.stdout
    assert done.stdout.count("the answer of its reference") == (len(KERNELS) if find_spec("triton") else 0)
    assert (result.stat().st_mtime_ns if result.exists() else None) == before


@pytest.mark.skipif(not shipped(), reason="the weights are not in this checkout")
def test_what_would_be_captured_paints_what_the_live_path_paints() -> None:
    assert _captured.compared(64) == []
