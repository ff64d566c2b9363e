from __future__ import annotations

from typing import cast

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext

from reverie.core.frame import Image
from reverie.media.stream import CLOCK, LEAST_BITRATE, MOST_BITRATE, RECIPES, LiveEncoder, bitrate_for

DECODERS = {"H264": "h264", "VP8": "libvpx"}
CODECS = sorted(RECIPES)


def decoder_of(codec: str) -> VideoCodecContext:
    return cast(VideoCodecContext, av.CodecContext.create(DECODERS[codec], "r"))


def busy(index: int, side: int = 192) -> Image:
    """A picture that is another one everywhere, each time."""
    rng = np.random.default_rng(index)
    small = rng.integers(40, 215, (side // 4, side // 4, 3), dtype=np.uint8)
    return np.repeat(np.repeat(small, 4, axis=0), 4, axis=1)


def encoded(codec: str, bitrate: int, frames: int = 60, fps: int = 30) -> list[int]:
    encoder = LiveEncoder(codec, 192, 192, fps, bitrate)
    return [encoder.encode(busy(n), n * CLOCK // fps, key=n == 0).size for n in range(frames)]


# The larger ones are more than aiortc's own encoders would give.
@pytest.mark.parametrize(
    ("codec", "bitrate"), [("H264", 1_500_000), ("H264", 5_000_000), ("VP8", 1_000_000), ("VP8", 2_500_000)]
)
def test_the_bitrate_is_the_one_that_was_set(codec: str, bitrate: int) -> None:
    bits = sum(encoded(codec, bitrate)[30:]) * 8
    assert bits == pytest.approx(bitrate, rel=0.2)


@pytest.mark.parametrize("codec", CODECS)
def test_every_picture_is_out_at_once_and_in_order(codec: str) -> None:
    encoder, decoder = LiveEncoder(codec, 64, 64, 30, 2_000_000), decoder_of(codec)
    for index in range(8):
        chunk = encoder.encode(np.full((64, 64, 3), 20 * index + 30, np.uint8), index * 3000, key=index == 0)
        shown = decoder.decode(av.Packet(bytes(chunk.packet)))
        assert len(shown) == 1
        assert isinstance(shown[0], av.VideoFrame)
        assert abs(float(shown[0].to_ndarray(format="rgb24").mean()) - (20 * index + 30)) < 6


@pytest.mark.parametrize("codec", CODECS)
def test_key_pictures_are_those_that_were_asked_for(codec: str) -> None:
    encoder = LiveEncoder(codec, 192, 192, 30, 2_000_000)
    asked = {0, 7, 8, 20}
    keys = {n for n in range(25) if encoder.encode(busy(n), n * 3000, key=n in asked).key}
    assert keys == asked


@pytest.mark.parametrize("codec", CODECS)
def test_a_viewer_can_begin_at_any_key_picture(codec: str) -> None:
    encoder = LiveEncoder(codec, 64, 64, 30, 2_000_000)
    chunks = [encoder.encode(np.full((64, 64, 3), 90 + n, np.uint8), n * 3000, key=n in {0, 5}) for n in range(8)]
    decoder = decoder_of(codec)
    assert all(len(decoder.decode(av.Packet(bytes(chunk.packet)))) == 1 for chunk in chunks[5:])


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("colour", [(220, 40, 40), (40, 200, 60), (40, 60, 220)])
def test_colours_stay_what_they_are(codec: str, colour: tuple[int, int, int]) -> None:
    encoder, decoder = LiveEncoder(codec, 64, 64, 30, 4_000_000), decoder_of(codec)
    image = np.empty((64, 64, 3), np.uint8)
    image[:] = colour
    shown = decoder.decode(av.Packet(bytes(encoder.encode(image, 0, key=True).packet)))[0]
    assert isinstance(shown, av.VideoFrame)
    assert np.abs(shown.to_ndarray(format="rgb24")[32, 32].astype(int) - colour).max() < 12
    if codec == "H264":
        assert shown.colorspace in {5, 6}, "BT.601, and said so"


def test_bitrates_suit_size_and_rate() -> None:
    assert bitrate_for(64, 64, 10) == LEAST_BITRATE
    assert bitrate_for(3840, 2160, 60) == MOST_BITRATE
    assert LEAST_BITRATE < bitrate_for(1280, 720, 30) < MOST_BITRATE
