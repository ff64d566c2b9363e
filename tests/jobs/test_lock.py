"""One server a folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reverie.core.errors import MachineError
from reverie.jobs.lock import FolderLock

HOLD = """
import sys
from pathlib import Path
from reverie.jobs.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_told_and_the_next_one_gets_it(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    with pytest.raises(MachineError, match="another Reverie serves from"):
        FolderLock(tmp_path)
    first.release()
    first.release()
    FolderLock(tmp_path).release()


def test_a_server_that_dies_lets_go(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2] / "src",
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(MachineError):
            FolderLock(tmp_path)
        other.kill()
    FolderLock(tmp_path).release()
