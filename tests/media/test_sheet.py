from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core.frame import Image
from reverie.media.sheet import MOST_TILES, TILE_SIDE, album, worth
from tests.media.films import film


def timed(pictures: list[Image]) -> list[tuple[Image, Fraction]]:
    return [(picture, Fraction(index, 12)) for index, picture in enumerate(pictures)]


def test_the_poster_is_the_picture_with_most_to_be_seen() -> None:
    good = film(1)[0]
    black, white = np.zeros_like(good), np.full_like(good, 255)
    faded = (good * 0.3).astype(np.uint8)
    found = album(timed([black, faded, good, white, black]))
    assert found is not None
    assert np.array_equal(found.poster, good)
    assert found.frames == 5


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 700), st.sampled_from([(32, 18), (18, 32), (480, 270), (2, 2)]))
def test_a_sheet_shows_all_of_a_film_evenly_and_in_order(count: int, size: tuple[int, int]) -> None:
    picture = np.full((size[1], size[0], 3), 90, np.uint8)
    found = album(timed([picture] * count))
    assert found is not None
    assert len(found.times) == min(count, MOST_TILES)
    assert found.columns * (found.rows - 1) < len(found.times) <= found.columns * found.rows
    assert list(found.times) == sorted(set(found.times))
    steps = np.diff([0, *found.times, count / 12])
    assert steps.max() <= 2.5 * count / 12 / len(found.times) + 1 / 12
    assert max(found.sprite.shape[0] / found.rows, found.sprite.shape[1] / found.columns) <= TILE_SIDE


def test_tiles_lie_row_by_row() -> None:
    pictures = [np.full((18, 32, 3), 20 * index + 10, np.uint8) for index in range(5)]
    found = album(timed(pictures))
    assert found is not None
    assert (found.columns, found.rows) == (3, 2)
    assert [int(found.sprite[9 + 18 * (n // 3), 16 + 32 * (n % 3), 0]) for n in range(6)] == [10, 30, 50, 70, 90, 0]


def test_a_film_without_pictures_has_nothing_to_show() -> None:
    assert album([]) is None


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (3, 2)])
def test_any_picture_has_a_worth(size: tuple[int, int]) -> None:
    assert worth(np.full((*size, 3), 77, np.uint8)) >= 0
