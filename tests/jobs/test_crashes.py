"""Killed at random moments, ten times over films of three scenes: nothing is lost, made twice, or other than it was."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest

from benchmarks.crashes import Campaign, film

KILLS = 10


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked")
def test_kills_lose_nothing_make_nothing_twice_and_change_no_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    found = Campaign(film(0.25), tmp_path, random.Random(7)).run(KILLS)
    assert sum(found.kills.values()) == KILLS
    assert (found.lost, found.again, found.other) == (0, 0, 0), found.facts
    assert found.units == 7 * found.films
    left = [path for path in tmp_path.rglob("*") if path.name.endswith(".part") or path.parent.name == "unfinished"]
    assert left == [], "what the dead left unfinished is swept"
