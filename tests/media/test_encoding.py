from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.encoding import CODECS, MP4, WEBM, CodecName, Encoding, Output, Speed, codec_of, options_of
from reverie.media.join import Clip, join
from reverie.media.provenance import SOURCE_TYPES
from reverie.media.video import VideoWriter, check_output, read_metadata
from tests.media.films import SPEC, film, written

FPS = Fraction(12)
WAYS: list[tuple[str, CodecName, str]] = [
    (".mp4", "h264", "h264"),
    (".mp4", "h265", "hevc"),
    (".mp4", "av1", "av1"),
    (".webm", "vp9", "vp9"),
    (".webm", "av1", "av1"),
]


def quiet(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None: ...


def present(codec: CodecName) -> None:
    if CODECS[codec].encoder not in av.codecs_available:
        pytest.skip(f"this build of FFmpeg has no {CODECS[codec].encoder}")


@pytest.mark.parametrize(("suffix", "codec", "found"), WAYS)
@pytest.mark.parametrize("bitrate", [None, 300_000])
def test_a_film_is_coded_as_it_is_asked_for(
    tmp_path: Path, suffix: str, codec: CodecName, found: str, bitrate: int | None
) -> None:
    present(codec)
    clip, path = written(tmp_path / "a.mp4", film(12), FPS), tmp_path / f"film{suffix}"
    join([Clip(clip, 12)], Output(path, 96, 64, FPS, SPEC, Encoding(codec=codec, bitrate=bitrate)), quiet)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        coder = stream.codec_context
        assert (coder.codec.canonical_name, coder.width, coder.height, coder.pix_fmt) == (found, 96, 64, "yuv420p")
        assert coder.codec_tag == "hvc1" or codec != "h265"  # or Apple's players show nothing
        assert sum(1 for _ in container.decode(stream)) == 12
        assert stream.average_rate == 12
    assert read_metadata(path)["reverie_spec"] == SPEC["reverie_spec"]


@pytest.mark.parametrize("speed", ["fast", "balanced", "small"])
@pytest.mark.parametrize("codec", sorted(CODECS))
def test_every_speed_of_every_codec_encodes(tmp_path: Path, codec: CodecName, speed: Speed) -> None:
    present(codec)
    path = tmp_path / ("film.webm" if codec == "vp9" else "film.mp4")
    writer = VideoWriter(path, 64, 48, FPS, encoding=Encoding(codec=codec, speed=speed))
    for picture in film(4, 64, 48):
        writer.write(picture)
    writer.close()
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 4


def test_more_bits_make_a_larger_film_and_a_higher_crf_a_smaller_one(tmp_path: Path) -> None:
    clip = written(tmp_path / "a.mp4", film(24, 320, 192), FPS)

    def size(name: str, encoding: Encoding) -> int:
        join([Clip(clip, 24)], Output(tmp_path / name, 320, 192, FPS, {}, encoding), quiet)
        return (tmp_path / name).stat().st_size

    assert size("low.mp4", Encoding(bitrate=60_000)) < size("high.mp4", Encoding(bitrate=900_000))
    assert size("coarse.mp4", Encoding(crf=36)) < size("fine.mp4", Encoding(crf=14))


@pytest.mark.parametrize(
    ("name", "encoding", "words"),
    [
        ("a.mp4", Encoding(codec="vp9"), "codec: 'vp9' does not go into a .mp4 file: use h264 or h265 or av1"),
        ("a.webm", Encoding(codec="h264"), "codec: 'h264' does not go into a .webm file: use vp9 or av1"),
        ("a.mp4", Encoding(crf=60), "crf: 60 is outside what h264 has: use 0 to 51"),
        ("a.mp4", Encoding(bitrate=1), "bitrate: 1 is in bits a second"),
        ("a.mp4", Encoding(bitrate=500_000, crf=20), "does not go with crf 20"),
    ],
)
def test_what_can_not_be_encoded_is_refused_before_any_work(
    tmp_path: Path, name: str, encoding: Encoding, words: str
) -> None:
    with pytest.raises(InputError) as told:
        check_output(tmp_path / name, FPS, encoding=encoding)
    assert words in str(told.value)
    assert not list(tmp_path.iterdir())


def test_a_bitrate_and_a_crf_become_each_encoder_s_own_options() -> None:
    held = options_of(codec_of(MP4, Encoding()), Encoding(bitrate=1_000_000), 96 * 64)
    assert (held["b"], held["maxrate"], held["bufsize"]) == ("1000000", "1500000", "2000000")
    assert "crf" not in held
    assert options_of(codec_of(WEBM, Encoding()), Encoding(), 96 * 64)["crf"] == "20"
    large = options_of(codec_of(MP4, Encoding()), Encoding(speed="balanced"), 3840 * 2160)
    assert large["rc-lookahead"] == "3"


@pytest.mark.parametrize(
    "origin", ["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"]
)
def test_an_mp4_begins_with_its_index_and_ends_with_a_note_of_its_origin(tmp_path: Path, origin: str) -> None:
    path = tmp_path / "film.mp4"
    writer = VideoWriter(path, 96, 64, FPS, SPEC, encoding=Encoding(origin=origin))  # type: ignore[arg-type]
    for picture in film(6):
        writer.write(picture)
    writer.describe({"reverie_spec": "{}"})  # the film is copied for that, and has its note all the same
    writer.close()
    boxes = list(boxes_of(path.read_bytes()))
    names = [name for name, _ in boxes]
    assert names.index(b"moov") < names.index(b"mdat") < names.index(b"uuid") == len(names) - 1
    note = boxes[-1][1]
    assert note[:16].hex() == "be7acfcb97a942e89c71999491e3afac"
    assert f'DigitalSourceType="{SOURCE_TYPES}{origin}"'.encode() in note
    assert note[16:].decode().startswith("<?xpacket begin=")
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 6


def boxes_of(data: bytes) -> list[tuple[bytes, bytes]]:
    place, found = 0, []
    while place < len(data):
        size = int.from_bytes(data[place : place + 4])
        found.append((data[place + 4 : place + 8], data[place + 8 : place + size]))
        place += size
    return found


def test_encoders_say_nothing_on_the_terminal(tmp_path: Path) -> None:
    code = f"""
import numpy as np
from fractions import Fraction
from reverie.media.encoding import CODECS, Encoding
from reverie.media.video import VideoWriter
import av
for codec in CODECS:
    if CODECS[codec].encoder in av.codecs_available:
        path = {str(tmp_path)!r} + "/" + codec + (".webm" if codec == "vp9" else ".mp4")
        writer = VideoWriter(path, 64, 64, Fraction(12), encoding=Encoding(codec=codec))
        writer.write(np.zeros((64, 64, 3), np.uint8))
        writer.close()
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.dumps([found.stdout, found.stderr]) == '["", ""]'
