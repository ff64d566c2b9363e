"""The kernels written by hand, run on the processor by Triton's interpreter: whether they compute the right thing.

The interpreter is chosen when Triton is first imported, so these run in a process of their own and change no other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FILES = sorted((HERE / "interpreted").glob("test_*.py"))


@pytest.mark.skipif(find_spec("triton") is None, reason="Triton is there for Linux on x86-64 only")
def test_in_the_interpreter_kernels_do_what_their_references_do(tmp_path: Path) -> None:
    outer = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    surroundings = {**outer, "TRITON_INTERPRET": "1", "TRITON_CACHE_DIR": str(tmp_path), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, FILES)]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_every_kernel_has_a_file_here() -> None:
    written = {path.stem for path in (ROOT / "src/reverie/kernels/on_triton").glob("*.py")} - {"__init__", "launching"}
    assert {file.stem.removeprefix("test_") for file in FILES} == written | {"in_use"}
