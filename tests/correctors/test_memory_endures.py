"""The short form of the memory's long run: six hundred frames of rendered clips, from a tripod and by a moving camera.

The long form is `benchmarks/restyle.py`; there and here the same pictures, painted once by the shipped model, are shown
with a memory and without.
"""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks._restyling import Clip, endured, moving, painted, rendered, resting, source_figures, watched
from reverie.models.memory_runtimes import WEIGHTS as MEMORY
from reverie.models.shipped import WEIGHTS
from reverie.worlds.world import Family, Time, World

SIDE, LENGTH, FRAMES = 128, 38, 600

pytestmark = pytest.mark.skipif(
    not MEMORY.is_file() or not (WEIGHTS / "reverie-tiny").is_dir(), reason="the weights are not installed"
)

WAYS = {
    "tripod": (World(Family.OCEAN, Time.SUNSET, seed=3), resting),
    "moving": (World(Family.CANYON, Time.SUNSET, seed=5), moving),
}


@pytest.fixture(scope="module", params=list(WAYS))
def clip(request: pytest.FixtureRequest) -> Clip:
    world, way = WAYS[request.param]
    return painted(request.param, rendered(world, way(LENGTH), SIDE), threads=1)


@pytest.fixture(scope="module")
def source(clip: Clip) -> dict[str, Any]:
    return source_figures(clip)


def test_with_a_memory_it_lasts(clip: Clip, source: dict[str, Any]) -> None:
    gates = endured(watched(clip, "all", FRAMES), source)
    assert [name for name, held in gates.items() if not held] == []


def test_without_one_it_is_more_restless_than_what_it_was_made_from(clip: Clip, source: dict[str, Any]) -> None:
    gates = endured(watched(clip, "off", 2 * len(clip)), source)
    assert not gates["restless"] or not gates["flicker"]


def test_the_memory_halves_what_is_restless_and_keeps_what_is_there(clip: Clip) -> None:
    off, settled = (watched(clip, arm, 2 * len(clip)) for arm in ("off", "all"))
    assert settled["warp_error"] <= 0.5 * off["warp_error"]
    assert settled["flicker"] <= 0.5 * off["flicker"]
    assert settled["detail"] == pytest.approx(off["detail"], rel=0.1)
    assert settled["edges"] >= off["edges"]
    assert settled["difference"] >= 0.8 * off["difference"]
