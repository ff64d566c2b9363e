"""A repainted film keeps the edges of its source, and is another picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from reverie.core.frame import Image
from reverie.measure.beside import Comparing, edges_alike
from tests.media.films import film


def repainted(image: Image) -> Image:
    return np.asarray(255 - cv2.GaussianBlur(image, (0, 0), 0.8), np.uint8)


def test_other_colours_keep_the_edges_and_other_scenes_do_not() -> None:
    picture = film(1, 160, 120)[0]
    assert edges_alike(picture, picture) == pytest.approx(1.0)
    assert edges_alike(picture, repainted(picture)) > 0.7
    assert edges_alike(picture, np.ascontiguousarray(picture[::-1, ::-1])) < 0.4


def test_a_film_beside_itself_is_the_same() -> None:
    comparing = Comparing()
    for picture in film(3, 96, 64):
        comparing.see(picture, picture)
    found = comparing.likeness()
    assert found is not None
    assert found.edges == pytest.approx(1.0)
    assert (found.difference, found.motion_apart) == (0.0, 0.0)


def test_pictures_of_another_size_are_brought_to_the_first() -> None:
    comparing = Comparing()
    pictures = film(3, 96, 64)
    for picture in pictures:
        comparing.see(picture, np.asarray(cv2.resize(picture, (192, 128), interpolation=cv2.INTER_CUBIC), np.uint8))
    found = comparing.likeness()
    assert found is not None
    assert found.edges > 0.9
    assert found.difference < 0.05


def test_nothing_seen_is_like_nothing() -> None:
    assert Comparing().likeness() is None
