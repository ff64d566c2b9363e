from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL.JpegImagePlugin import JpegImageFile

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.jpeg import Subsampling, decode_jpeg, encode_jpeg, size_of


def smooth(height: int = 48, width: int = 64) -> Image:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 255 // width, y * 255 // height, (x + y) % 64 + 96], axis=2).astype(np.uint8)


@pytest.mark.parametrize("subsampling", ["4:2:0", "4:4:4"])
def test_a_picture_survives(subsampling: Subsampling) -> None:
    image = smooth()
    back = decode_jpeg(encode_jpeg(image, 95, subsampling))
    assert back.shape == image.shape
    assert back.dtype == np.uint8
    assert np.abs(back.astype(int) - image).mean() < 3


def test_red_is_red_to_others_too() -> None:
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 250
    other = np.asarray(Pillow.open(io.BytesIO(encode_jpeg(red))).convert("RGB"))
    assert other[8, 8, 0] > 240
    assert other[8, 8, 2] < 10


def test_colours_are_halved_only_where_asked() -> None:
    wanted: dict[Subsampling, tuple[int, int]] = {"4:2:0": (2, 2), "4:4:4": (1, 1)}
    for subsampling, factors in wanted.items():
        opened = Pillow.open(io.BytesIO(encode_jpeg(smooth(), 85, subsampling)))
        assert isinstance(opened, JpegImageFile)
        assert opened.layer[0][1:3] == factors


def test_better_quality_is_larger() -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 255, (64, 64, 3), dtype=np.uint8)
    sizes = [len(encode_jpeg(noise, quality)) for quality in (20, 60, 95)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


@given(st.integers(1, 70), st.integers(1, 70))
def test_any_size(height: int, width: int) -> None:
    data = encode_jpeg(np.full((height, width, 3), 99, np.uint8))
    assert size_of(data) == (width, height)
    assert decode_jpeg(data).shape == (height, width, 3)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(image: Image) -> None:
    with pytest.raises(ValueError, match=r"picture|JPEG"):
        encode_jpeg(image)


@pytest.mark.parametrize("quality", [0, 101])
def test_quality_has_ends(quality: int) -> None:
    with pytest.raises(ValueError, match="quality"):
        encode_jpeg(smooth(), quality)


@given(st.binary(max_size=400))
def test_rubbish_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(InputError, match="no whole JPEG"):
        decode_jpeg(data, "frame")


@given(st.integers(1, 600))
def test_a_file_cut_short_is_refused(kept: int) -> None:
    data = encode_jpeg(smooth())
    with pytest.raises(InputError, match="image"):
        decode_jpeg(data[: min(kept, len(data) - 2)])


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    data = bytearray(encode_jpeg(smooth()))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xfd\xe8\xfd\xe8"
    with pytest.raises(InputError, match="too large"):
        decode_jpeg(bytes(data))
