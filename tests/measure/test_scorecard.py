"""A scorecard is tested by what it must see: every deliberate fault trips its own gate, and a good film trips none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reverie.core.frame import Image
from reverie.measure.gates import judged
from reverie.measure.scorecard import Scorecard, Scoring, returning, trembling, unique
from reverie.media import tensor
from reverie.media.video import read_frames
from reverie.worlds.camera import Camera
from reverie.worlds.parser import parse
from reverie.worlds.render import render
from tests.measure.degradations import DEGRADATIONS

FPS = 24.0
REAL = Path(__file__).resolve().parents[3] / "shared" / "media" / "video_real"
FIXED = ("sam2/01_dog.mp4", "sam2/04_coffee.mp4", "sample-videos/walk.mkv", "sample-videos/again.mkv")


def scored(film: list[Image], fps: float = FPS) -> Scorecard:
    scoring = Scoring(fps)
    for image in film:
        scoring.see(image)
    return scoring.card()


def failed(film: list[Image], fps: float = FPS) -> set[str]:
    return {verdict.gate.name for verdict in judged(scored(film, fps), fixed=True) if verdict.passed is False}


@pytest.fixture(scope="module")
def sea() -> list[Image]:
    """A world seen from one place, whose waves move."""
    world = parse("a stormy sea at sunset, digital painting", 5).world
    moments = [Camera(time=index / FPS) for index in range(72)]
    return [tensor.quantised(render(world, 160, 96, moment, "cpu")[None])[0] for moment in moments]


def test_a_good_film_trips_no_gate(sea: list[Image]) -> None:
    assert failed(sea) == set()


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_every_fault_trips_its_own_gate(name: str, sea: list[Image]) -> None:
    worse, gate = DEGRADATIONS[name]
    assert gate in failed(worse(sea))


@pytest.mark.skipif(not REAL.is_dir(), reason="the real films are not there")
@pytest.mark.parametrize("name", FIXED)
def test_real_films_of_one_scene_trip_none(name: str) -> None:
    frames = read_frames(REAL / name)
    film = [image for image, _ in zip_first(frames, 90)]
    frames.close()
    assert failed(film, 30.0) == set()


def zip_first(frames: object, count: int) -> list[tuple[Image, object]]:
    return [pair for pair, _ in zip(frames, range(count), strict=False)]  # type: ignore[call-overload]


def test_a_smoother_film_is_not_a_better_one(sea: list[Image]) -> None:
    blur, _ = DEGRADATIONS["blur"]
    plain, soft = scored(sea), scored(blur(sea))
    assert soft.warp_error < plain.warp_error
    assert soft.changes["detail"] < -0.35


def test_drift_is_told_and_not_judged_where_the_camera_may_move(sea: list[Image]) -> None:
    worse, _ = DEGRADATIONS["exposure"]
    verdicts = judged(scored(worse(sea)))
    assert {verdict.gate.name for verdict in verdicts if verdict.passed is None} >= {"luma", "colours"}
    assert not [verdict for verdict in verdicts if verdict.passed is False]


def test_what_the_source_does_too_is_no_fault(sea: list[Image]) -> None:
    worse, _ = DEGRADATIONS["exposure"]
    brighter = scored(worse(sea))
    assert all(verdict.passed for verdict in judged(brighter, brighter))
    assert "luma" in {verdict.gate.name for verdict in judged(brighter, scored(sea)) if verdict.passed is False}


def test_a_source_that_stands_still_excuses_standing_still(sea: list[Image]) -> None:
    still = scored([sea[0]] * 48)
    assert "frozen" not in {verdict.gate.name for verdict in judged(still, still) if verdict.passed is False}
    assert "frozen" in {verdict.gate.name for verdict in judged(still, scored(sea)) if verdict.passed is False}


def test_a_size_that_changes_is_refused(sea: list[Image]) -> None:
    scoring = Scoring(FPS)
    scoring.see(sea[0])
    with pytest.raises(ValueError, match="frame 1"):
        scoring.see(sea[1][:80])
    with pytest.raises(ValueError, match="nothing was seen"):
        Scoring(FPS).card()


def test_one_picture_is_a_film_too(sea: list[Image]) -> None:
    card = scored(sea[:1])
    assert (card.frames, card.warp_error, card.flicker, card.echo, card.unique) == (1, 0.0, 0.0, 1.0, 1.0)


def test_coming_back_is_told_by_its_lag() -> None:
    random = np.random.default_rng(0).integers(0, 2**64, (10, 4), dtype=np.uint64)
    lag, share = returning([*random] * 4)
    assert (lag, share) == (10, 0.0)
    assert unique([*random] * 4) == 0.25
    assert returning([random[0]] * 30) == (0, 1.0)


def test_trembling_is_what_changes_faster_than_a_quarter_of_the_rate() -> None:
    moments = np.arange(64)
    assert trembling(np.asarray(np.sin(2 * np.pi * moments / 32), np.float64)) < 0.01
    assert trembling(np.asarray(100.0 + 3.0 * (moments % 2), np.float64)) > 0.99
    assert trembling(np.full(64, 7.0)) == 0.0
