"""Killed at random moments, ten times over films of three scenes: nothing is lost, made twice, or other than it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 10
CAMPAIGN = """
import json, random, sys
from pathlib import Path
from benchmarks.crashes import Campaign, film
print(json.dumps(Campaign(film(6.5), Path(sys.argv[1]), random.Random(7)).run(int(sys.argv[2])).facts))
"""
"""It forks, which a process with threads, such as this one, had better not do."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked")
def test_kills_lose_nothing_make_nothing_twice_and_change_no_bit(tmp_path: Path) -> None:
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CAMPAIGN, str(tmp_path), str(KILLS)]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["kills"] == KILLS
    assert (found["films_lost"], found["units_made_again"], found["films_of_other_bits"]) == (0, 0, 0), found
    assert found["units"] == 10 * found["films"], "two windows of painting a scene"
    left = [path for path in tmp_path.rglob("*") if path.name.endswith(".part") or path.parent.name == "unfinished"]
    assert left == [], "what the dead left unfinished is swept"
