"""What the benchmark of glass to glass stands on: numbers that live through codecs, and hops that add up."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._hops import hops, painted_fps
from benchmarks._tally import COUNT, read_tally, tallied
from reverie.core.frame import Image
from reverie.media.jpeg import decode_jpeg, encode_jpeg

SCENE = np.random.default_rng(2).integers(0, 256, (45, 80, 3), np.uint8).repeat(8, 0).repeat(8, 1)


def resized(picture: Image, size: tuple[int, int]) -> Image:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


@given(st.integers(0, COUNT - 1), st.sampled_from([(640, 360), (256, 256), (192, 336), (480, 270)]))
def test_a_number_lives_through_jpeg_another_size_and_being_cut_to_a_square(number: int, size: tuple[int, int]) -> None:
    picture = resized(SCENE, size)
    marked = decode_jpeg(encode_jpeg(tallied(picture, number), 60))
    side = min(size)
    left = (size[0] - side) // 2
    assert read_tally(marked) == number
    assert read_tally(resized(marked, (size[0] * 2 // 3, size[1] * 2 // 3))) == number
    if size[0] >= size[1]:
        assert read_tally(resized(marked[:, left : left + side], (256, 256))) == number


def test_what_bears_no_number_gives_none() -> None:
    assert read_tally(SCENE) is None
    assert read_tally(np.zeros((256, 256, 3), np.uint8)) is None


def test_hops_add_up_and_a_number_that_comes_again_is_another_picture() -> None:
    frames = [
        {
            "number": step % 4,
            "came": step + 0.01,
            "fed": step + 0.02,
            "taken": step + 0.04,
            "parts": {"motion": 0.005, "paint": 0.02, "memory": 0.015},
            "shown": step + 0.08,
            "jpeg": [step + 0.081, step + 0.084],
        }
        for step in range(12)
    ]
    before = [(step % 4, float(step)) for step in range(12)]
    after = [(step % 4, step + 0.1, None) for step in range(12)]
    found = hops({"frames": frames}, before, after, "jpeg")
    p50 = {name: spread["p50"] for name, spread in found["hops"].items()}
    assert found["frames"] == 12
    assert (p50["glass"], p50["way in"], p50["wait"], p50["memory"], p50["others"]) == (100.0, 10.0, 20.0, 10.0, 5.0)
    assert p50["chain"] == pytest.approx(53.0)
    whole = ("way in", "decode", "wait", "motion", "paint", "memory", "others", "handing", "encode", "way out")
    assert sum(p50[name] for name in whole) == pytest.approx(p50["glass"])
    assert painted_fps({"frames": frames}) == 1.0
    assert hops({"frames": frames}, before, after, "video")["frames"] == 0
