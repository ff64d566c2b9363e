from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core.frame import Image
from reverie.media.cuts import is_cut
from reverie.media.flow import Pair, between
from tests.media.films import film


def texture(width: int, height: int, seed: int = 4) -> Image:
    noise = np.random.default_rng(seed).uniform(20, 235, (height // 6 + 2, width // 6 + 2, 3)).astype(np.float32)
    return np.clip(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)


def shot(share: float) -> Image:
    """Return a square that goes right by 16 pixels before a ground that goes left by 8."""
    ground, square = texture(240, 120), texture(40, 40, 9)
    place = np.array([[1, 0, -20 - 8 * share], [0, 1, 0.0]])
    picture = cv2.warpAffine(ground, place, (192, 120), flags=cv2.INTER_CUBIC)
    mask = np.full((40, 40), 1, np.float32)
    laid = np.array([[1, 0, 60 + 16 * share], [0, 1, 40.0]])
    over = cv2.warpAffine(square, laid, (192, 120), flags=cv2.INTER_CUBIC)
    cover = cv2.warpAffine(mask, laid, (192, 120), flags=cv2.INTER_LINEAR)[..., None]
    return np.asarray(np.rint(cover * over + (1 - cover) * picture), np.uint8)


def plain(before: Image, after: Image) -> Image:
    """Return the research's yardstick: each picture half-way along its own flow, the two averaged."""
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    first, second = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (before, after))
    nothing: Any = None
    forwards, backwards = finder.calc(first, second, nothing), finder.calc(second, first, nothing)
    places = np.dstack(np.meshgrid(*(np.arange(n, dtype=np.float32) for n in first.shape[::-1])))
    warped = [
        cv2.remap(image, places - np.float32(0.5) * flow, nothing, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for image, flow in ((before, forwards), (after, backwards))
    ]
    return np.asarray(cv2.addWeighted(warped[0], 0.5, warped[1], 0.5, 0), np.uint8)


def error(one: Image, other: Image) -> float:
    return float(np.abs(one.astype(np.int16) - other).mean())


def test_what_passes_before_a_ground_is_better_than_by_plain_flow() -> None:
    before, true, after = shot(0), shot(0.5), shot(1)
    ours = error(between(before, after, 0.5), true)
    assert ours < 0.9 * error(plain(before, after), true)
    assert ours < 0.5 * error(np.asarray(cv2.addWeighted(before, 0.5, after, 0.5, 0), np.uint8), true)


@pytest.mark.parametrize("share", [0.125, 0.25, 0.75, 0.875])
def test_every_share_is_nearer_its_own_moment_than_any_other(share: float) -> None:
    made = Pair(shot(0), shot(1)).at(share)
    apart = {moment: error(made, shot(moment)) for moment in (0, 0.125, 0.25, 0.5, 0.75, 0.875, 1)}
    assert min(apart, key=lambda moment: apart[moment]) == share


def test_the_ends_are_the_given_pictures_themselves() -> None:
    before, after = shot(0), shot(1)
    pair = Pair(before, after)
    assert pair.at(0) is before
    assert pair.at(1) is after


def test_a_picture_that_does_not_change_stays_as_it_is() -> None:
    image = shot(0)
    assert np.array_equal(between(image, image.copy(), 0.4), image)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 90), st.integers(1, 90), st.floats(0, 1))
def test_every_size_and_share_gives_a_picture_of_that_size(width: int, height: int, share: float) -> None:
    random = np.random.default_rng(width * 91 + height)
    before, after = (random.integers(0, 256, (height, width, 3), np.uint8) for _ in range(2))
    made = between(before, after, share)
    assert made.shape == before.shape
    assert made.dtype == np.uint8


def test_flat_pictures_pass_evenly_into_each_other() -> None:
    dark, light = (np.full((64, 64, 3), tone, np.uint8) for tone in (40, 80))
    assert np.abs(between(dark, light, 0.25).astype(int) - 50).max() <= 1


def test_what_comes_in_at_the_side_is_whole() -> None:
    """Under a pan the strip that only the later picture shows is taken from it, not smeared from the earlier's rim."""
    ground = cv2.resize(texture(150, 48), (300, 96), interpolation=cv2.INTER_CUBIC)
    before, true, after = (np.asarray(ground[:, start : start + 200], np.uint8) for start in (0, 6, 12))
    made = between(np.ascontiguousarray(before), np.ascontiguousarray(after), 0.5)
    assert error(made[:, -6:], true[:, -6:]) < 8
    assert error(made, true) < 2


def test_a_large_picture_is_mixed_in_strips_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = (cv2.resize(shot(share), (600, 700)) for share in (0, 1))
    made = between(np.asarray(before, np.uint8), np.asarray(after, np.uint8), 0.5).astype(int)
    steps = np.abs(np.diff(made, axis=0)).mean(axis=(1, 2))
    assert steps[255] < 2 * np.median(steps)
    assert steps[511] < 2 * np.median(steps)


def test_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="one size"):
        Pair(texture(64, 48), texture(48, 64))


def test_cuts_are_found_and_motion_is_none() -> None:
    shots = [shot(0), shot(1), film(1)[0]]
    forest = cv2.resize(np.asarray(film(1)[0]), (192, 120)) // 3
    assert not is_cut(shots[0], shots[1])
    assert is_cut(shots[0], np.asarray(forest, np.uint8))
    flash = np.clip(shots[0].astype(int) + 20, 0, 255).astype(np.uint8)
    assert not is_cut(shots[0], flash)


REAL = Path(__file__).resolve().parents[3] / "shared" / "media" / "video_real"


@pytest.mark.skipif(not REAL.is_dir(), reason="real footage is not on this machine (shared/media)")
def test_real_footage_is_better_than_by_plain_flow() -> None:
    from itertools import islice

    from reverie.media.video import read_frames

    film = read_frames(REAL / "sample-videos/brother.mkv")
    before, true, after = (image for image, _ in islice(film, 19, 22))
    film.close()
    assert error(between(before, after, 0.5), true) <= 0.95 * error(plain(before, after), true)
