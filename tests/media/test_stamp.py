from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.stamp import BITS, BLOCK, Stamp, read_stamp, stamped

NOW = 1_800_000_000.1234

sizes = st.sampled_from([(128, 48), (256, 256), (256, 144), (448, 256), (642, 360), (1280, 720)])
indices = st.integers(0, 2**32 - 1)
clocks = st.integers(0, 2**40 - 1).map(lambda ticks: ticks / 10_000)


def noisy(width: int, height: int, seed: int = 0) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def jpeg(image: Image, quality: int, halved: bool) -> Image:
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420 if halved else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    chosen = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    _, written = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), chosen)
    read = cv2.imdecode(written, cv2.IMREAD_COLOR)
    assert read is not None
    return np.asarray(cv2.cvtColor(read, cv2.COLOR_BGR2RGB), np.uint8)


def filmed(images: list[Image], codec: str, options: dict[str, str]) -> Iterator[Image]:
    """Encode pictures as a stream would be, with no frame waiting for a later one, and decode them again."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream(codec, rate=Fraction(25), options=options)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, "rgb24")))
        container.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r", format="matroska") as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


@settings(max_examples=40, deadline=None)
@given(sizes, indices, clocks, st.integers(5, 100), st.booleans())
def test_what_is_written_is_read_after_any_jpeg(
    size: tuple[int, int], index: int, clock: float, quality: int, halved: bool
) -> None:
    marked = jpeg(stamped(noisy(*size), index, clock), quality, halved)
    assert read_stamp(marked) == Stamp(index, clock)


@pytest.mark.parametrize(
    "options", [{"crf": "18"}, {"crf": "35"}, {"b": "500k", "preset": "ultrafast", "tune": "zerolatency"}]
)
def test_a_film_in_h264_keeps_every_stamp(options: dict[str, str]) -> None:
    said = [Stamp(index * 7919, round(NOW + index / 25, 4)) for index in range(30)]
    pictures = [
        stamped(cv2.GaussianBlur(noisy(256, 256, n), (9, 9), 3).astype(np.uint8), *one) for n, one in enumerate(said)
    ]
    found = [read_stamp(picture) for picture in filmed(pictures, "libx264", options)]
    assert [one.frame for one in found if one] == [one.frame for one in said]
    assert [one.age(wrote.clock) for one, wrote in zip(found, said, strict=True) if one] == pytest.approx(
        [0] * 30, abs=1e-4
    )


def test_vp8_at_half_a_megabit_keeps_them_too() -> None:
    pictures = [stamped(noisy(256, 256), index, NOW) for index in range(10)]
    options = {"b": "500k", "deadline": "realtime", "lag-in-frames": "0"}
    found = [read_stamp(picture) for picture in filmed(pictures, "libvpx", options)]
    assert [one.frame for one in found if one] == list(range(10))


@given(sizes, indices, clocks, st.integers(0, BITS - 1))
def test_one_wrong_block_makes_it_none(size: tuple[int, int], index: int, clock: float, bit: int) -> None:
    marked = stamped(noisy(*size), index, clock)
    row, column = divmod(bit, min(size[0] // BLOCK, BITS))
    block = marked[row * BLOCK : (row + 1) * BLOCK, column * BLOCK : (column + 1) * BLOCK]
    block[:] = 255 - block
    assert read_stamp(marked) is None


@pytest.mark.parametrize(
    "picture", [noisy(256, 256), np.zeros((256, 256, 3), np.uint8), np.full((256, 256, 3), 255, np.uint8)]
)
def test_a_picture_without_one_has_none(picture: Image) -> None:
    assert read_stamp(picture) is None


@given(st.integers(1, 300), st.integers(1, 100))
def test_any_size_is_stamped_or_refused(width: int, height: int) -> None:
    picture = np.zeros((height, width, 3), np.uint8)
    columns = min(width // BLOCK, BITS)
    if columns and height // BLOCK * columns >= BITS:
        found = read_stamp(stamped(picture, 7, NOW))
        assert found is not None
        assert found.frame == 7
    else:
        with pytest.raises(InputError, match="too small"):
            stamped(picture, 7, NOW)
        assert read_stamp(picture) is None


def test_the_picture_below_stays_as_it_was() -> None:
    picture = noisy(256, 256)
    before = picture.copy()
    marked = stamped(picture, 1, NOW)
    np.testing.assert_array_equal(picture, before)
    np.testing.assert_array_equal(marked[24:], before[24:])


def test_an_age_is_told_across_the_clocks_turn() -> None:
    span = 2**40 / 10_000
    assert Stamp(0, span - 1).age(span * 16 + 1.5) == pytest.approx(2.5)
    assert Stamp(0, 2.0).age(span * 16 + 1.5) == pytest.approx(-0.5)
