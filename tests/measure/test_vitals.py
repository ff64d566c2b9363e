from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reverie.core.frame import Image
from reverie.measure import vitals


def plain(value: int | tuple[int, int, int], height: int = 256, width: int = 448) -> Image:
    return np.full((height, width, 3), value, dtype=np.uint8)


def noise(seed: int = 0, height: int = 256, width: int = 448) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def painting(height: int, width: int) -> Image:
    rough = np.random.default_rng(1).integers(0, 256, (12, 21, 3), dtype=np.uint8)
    return cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def measures(image: Image) -> list[float]:
    seen = vitals.look(image)
    return [*vitals.tone(seen), vitals.detail(seen), vitals.saturation(seen)]


def test_black_grey_white_and_pure_colour_are_the_ends_of_the_scales() -> None:
    assert measures(plain(0)) == [0, 0, 0, 0]
    assert measures(plain(255)) == [1, 0, 0, 0]
    assert vitals.brightness(vitals.look(plain(51))) == pytest.approx(0.2)
    assert vitals.saturation(vitals.look(plain((255, 0, 0)))) == 1
    assert vitals.saturation(vitals.look(plain((120, 120, 120)))) == 0


def test_half_black_half_white_is_all_the_contrast_there_is() -> None:
    image = plain(0)
    image[:, 224:] = 255
    assert vitals.contrast(vitals.look(image)) == pytest.approx(1)


def test_detail_is_the_variance_of_the_laplacian_as_quoted_for_bytes() -> None:
    seen = vitals.look(noise())
    quoted = cv2.Laplacian(seen.grey, cv2.CV_64F).var()
    assert vitals.detail(seen) == pytest.approx(min(1.0, quoted / 255**2))


def test_blurring_takes_detail_and_leaves_brightness() -> None:
    sharp, soft = (vitals.look(image) for image in (noise(), cv2.GaussianBlur(noise(), (0, 0), 2).astype(np.uint8)))
    assert vitals.detail(soft) < vitals.detail(sharp) / 20
    assert vitals.brightness(soft) == pytest.approx(vitals.brightness(sharp), abs=0.01)


@pytest.mark.parametrize(("height", "width"), [(512, 896), (384, 672), (1024, 1792)])
def test_the_same_picture_measures_the_same_at_any_resolution(height: int, width: int) -> None:
    small, large = measures(painting(256, 448)), measures(painting(height, width))
    assert large == pytest.approx(small, rel=0.06, abs=0.004)


@settings(max_examples=25, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))))
def test_every_picture_measures_between_0_and_1_and_is_like_itself(image: Image) -> None:
    seen = vitals.look(image)
    assert all(0 <= value <= 1 for value in measures(image))
    assert vitals.motion(seen, seen) == 0
    assert vitals.likeness(vitals.dhash(seen), [vitals.dhash(seen)]) == 1


def test_motion_is_the_mean_difference_of_neighbours() -> None:
    assert vitals.motion(vitals.look(plain(102)), vitals.look(plain(51))) == pytest.approx(0.2)
    assert vitals.motion(vitals.look(plain(102)), None) == 0


def test_unlike_pictures_differ_in_about_half_their_bits() -> None:
    hashes = [vitals.dhash(vitals.look(noise(seed, 64, 64))) for seed in range(8)]
    distances = vitals.apart(hashes[0], np.asarray(hashes[1:]))
    assert all(90 < bits < 166 for bits in distances)
    assert vitals.likeness(hashes[0], hashes[1:]) < 0.7
    assert vitals.likeness(hashes[0], hashes) == 1


def test_without_a_past_nothing_is_alike() -> None:
    assert vitals.likeness(vitals.dhash(vitals.look(noise())), []) == 0


def test_a_hash_says_where_the_luma_falls() -> None:
    falling = np.repeat(np.linspace(255, 0, 448, dtype=np.uint8)[None, :, None], 256, axis=0).repeat(3, axis=2)
    bits = vitals.dhash(vitals.look(falling))
    assert int(np.bitwise_count(bits).sum()) == vitals.HASH_BITS
    assert int(np.bitwise_count(vitals.dhash(vitals.look(falling[:, ::-1].copy()))).sum()) == 0
