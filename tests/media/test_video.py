from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import reverie
from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Image
from reverie.media.video import VideoWriter, check_output, encoders, read_frames, read_metadata
from tests.media.films import SPEC, film, psnr, written

SUFFIXES = (".mp4", ".webm", ".gif", "")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_film_comes_back_frame_by_frame_at_its_times(tmp_path: Path, suffix: str) -> None:
    pictures = film(20)
    path = written(tmp_path / f"reef{suffix}", pictures)
    back = list(read_frames(path))
    assert len(back) == 20
    tolerance = Fraction(1, 200) if suffix == ".gif" else 0
    assert all(abs(time - Fraction(index, 12)) <= tolerance for index, (_, time) in enumerate(back))
    least = {".mp4": 34, ".webm": 34, ".gif": 29, "": 100}[suffix]
    assert np.mean([psnr(one, other) for one, (other, _) in zip(pictures, back, strict=True)]) > least
    assert sorted(os.listdir(tmp_path)) == [path.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_a_film_says_of_itself_comes_back(tmp_path: Path, suffix: str) -> None:
    long = {"reverie_spec": json.dumps({"fps": 12, "prompts": ["a coral reef " * 20] * 200})}
    for name, said in (("short", SPEC), ("long", long)):
        path = written(tmp_path / f"{name}{suffix}", film(3), said=said)
        assert read_metadata(path)["reverie_spec"] == said["reverie_spec"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("after", [0, 2, 4])
def test_what_a_film_says_can_change_until_it_is_closed(tmp_path: Path, suffix: str, after: int) -> None:
    pictures = film(4)
    path = tmp_path / f"reef{suffix}"
    writer = VideoWriter(path, 96, 64, Fraction(12), SPEC)
    for index, picture in enumerate(pictures):
        if index == after:
            writer.describe({"reverie_spec": "{}", "reverie_fallback": "placeholder"})
        writer.write(picture)
    if after == len(pictures):
        writer.describe({"reverie_spec": "{}", "reverie_fallback": "placeholder"})
    writer.close()
    said = read_metadata(path)
    assert (said["reverie_spec"], said["reverie_fallback"]) == ("{}", "placeholder")
    back = list(read_frames(path))
    assert len(back) == 4
    if suffix == ".mp4":
        assert [time for _, time in back] == [Fraction(index, 12) for index in range(4)]
    assert sorted(os.listdir(tmp_path)) == [path.name]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        [Fraction(24), Fraction(15, 2), Fraction(30000, 1001), Fraction(1, 3), Fraction(240), Fraction(997, 31)]
    )
)
def test_times_in_mp4_are_exact_at_any_rate(tmp_path: Path, fps: Fraction) -> None:
    path = tmp_path / "rate.mp4"
    writer = VideoWriter(path, 32, 32, fps, overwrite=True)
    for picture in film(5, 32, 32):
        writer.write(picture)
    writer.close()
    assert [time for _, time in read_frames(path)] == [index / fps for index in range(5)]
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.duration is not None
        assert stream.time_base is not None
        assert stream.duration * stream.time_base == 5 / fps
        assert stream.average_rate == fps


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("size", [(65, 33), (66, 33), (17, 16), (16, 16)])
def test_odd_sizes_keep_every_pixel(tmp_path: Path, suffix: str, size: tuple[int, int]) -> None:
    pictures = film(3, *size)
    back = [picture for picture, _ in read_frames(written(tmp_path / f"odd{suffix}", pictures))]
    width, height = size
    grown = (height + height % 2, width + width % 2, 3)
    assert back[0].shape == (grown if suffix == ".mp4" else (height, width, 3))
    assert psnr(back[1][:height, :width], pictures[1]) > 25


def test_an_mp4_plays_in_a_browser(tmp_path: Path) -> None:
    """Browsers need H.264 in 4:2:0 with its table of contents in front; players need to be told the colours."""
    path = written(tmp_path / "reef.mp4", film(30))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        coder = stream.codec_context
        assert (coder.name, coder.pix_fmt, stream.frames) == ("h264", "yuv420p", 30)
        assert (coder.color_range, coder.colorspace, coder.color_primaries, coder.color_trc) == (1, 1, 1, 1)
        packets = [packet for packet in container.demux(stream) if packet.dts is not None]
        assert all(packet.dts == packet.pts for packet in packets)
        assert [packet.is_keyframe for packet in packets].count(True) == 2
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_colours_survive(tmp_path: Path, suffix: str) -> None:
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (128, 128, 128), (200, 120, 40)]
    pictures = [np.full((32, 32, 3), colour, np.uint8) for colour in colours]
    back = [picture for picture, _ in read_frames(written(tmp_path / f"flat{suffix}", pictures, Fraction(1)))]
    for colour, picture in zip(colours, back, strict=True):
        assert np.abs(picture[8:24, 8:24].astype(int) - colour).max() <= 5, colour


def test_the_same_pictures_make_the_same_file(tmp_path: Path) -> None:
    one, two = (written(tmp_path / f"{name}.mp4", film(6)) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_a_folder_of_pictures_takes_a_pattern_and_holds_its_spec(tmp_path: Path) -> None:
    pictures = film(3)
    (tmp_path / "shots").mkdir()
    written(tmp_path / "shots" / "s_%03d.png", pictures)
    assert sorted(os.listdir(tmp_path / "shots")) == ["about.json", "s_000.png", "s_001.png", "s_002.png", "spec.json"]
    assert all((one == two).all() for one, (two, _) in zip(pictures, read_frames(tmp_path / "shots"), strict=True))
    assert [time for _, time in read_frames(tmp_path / "shots")] == [Fraction(index, 12) for index in range(3)]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none/reef.mp4", "make the folder"),
        ("reef.avi", "suffix"),
        ("reef.mp4.exe", "suffix"),
        ("one.png", "one picture"),
        ("a%03d_%03d.png", "one picture"),
        ("n" * 300 + ".mp4", "too long"),
        ("taken.mp4", "exists"),
        ("folder.mp4", "is a folder"),
        ("photos", "holds other things"),
        ("shots", "holds pictures"),
        ("taken.gif/reef.mp4", "make the folder"),
    ],
)
def test_a_name_that_cannot_be_is_refused_before_anything_is_written(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "taken.mp4").write_bytes(b"mine")
    (tmp_path / "taken.gif").write_bytes(b"mine")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "diary.txt").write_text("mine")
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "000000.png").write_bytes(b"mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match=reason) as caught:
        check_output(tmp_path / name)
    assert caught.value.field == "output"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_name_that_is_taken_can_be_taken_over_and_only_when_the_new_film_is_whole(
    tmp_path: Path, suffix: str
) -> None:
    path = written(tmp_path / f"reef{suffix}", film(2))
    writer = VideoWriter(path, 96, 64, Fraction(12), overwrite=True)
    writer.write(film(1)[0])
    assert len(list(read_frames(path))) == 2
    writer.close()
    assert len(list(read_frames(path))) == 1


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("frames", [0, 1, 3])
def test_a_film_that_is_given_up_or_empty_leaves_nothing(tmp_path: Path, suffix: str, frames: int) -> None:
    writer = VideoWriter(tmp_path / f"reef{suffix}", 96, 64, Fraction(12), SPEC)
    for picture in film(frames):
        writer.write(picture)
    writer.abandon() if frames else writer.close()
    assert os.listdir(tmp_path) == []
    writer.close()
    writer.abandon()
    assert os.listdir(tmp_path) == []


def test_a_gif_faster_than_any_viewer_shows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at most 50"):
        VideoWriter(tmp_path / "a.gif", 32, 32, Fraction(60))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("bad", [np.zeros((8, 8, 3), np.uint8), np.zeros((64, 96, 3)), np.zeros((64, 96), np.uint8)])
def test_a_picture_of_another_shape_is_refused(tmp_path: Path, bad: Image) -> None:
    writer = VideoWriter(tmp_path / "a.mp4", 96, 64, Fraction(12))
    with pytest.raises(ValueError, match="must be"):
        writer.write(bad)
    writer.abandon()


FULL = """
import resource, sys
from fractions import Fraction
import numpy as np
from reverie.core.errors import MachineError
from reverie.media.video import VideoWriter
writer = VideoWriter(sys.argv[1], 256, 256, Fraction(24), {"reverie_spec": "{}"})
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
random = np.random.default_rng(0)
try:
    for _ in range(60):
        writer.write(random.integers(0, 256, (256, 256, 3), np.uint8))
    writer.close()
except MachineError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on the size of files here")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_disk_that_takes_no_more_is_one_sentence_and_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"full{suffix}"
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(path)],
        env={**os.environ, "PYTHONPATH": str(Path(reverie.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(f"output: '{path}' cannot be written: ")
    assert run.stdout.count("\n") == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody may write to")
def test_a_folder_that_nobody_may_write_to_is_the_machines_fault() -> None:
    with pytest.raises(MachineError, match="cannot be written"):
        check_output("/proc/self/reef.mp4")
    with pytest.raises(MachineError, match="cannot be written"):
        check_output("/proc/self/reef")


def test_every_kind_can_be_written_here() -> None:
    assert set(encoders()) == {".mp4", ".webm", ".gif", ".png"}
    assert all(encoders().values())


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("end", [VideoWriter.close, VideoWriter.abandon])
def test_a_film_that_has_ended_takes_no_more(tmp_path: Path, suffix: str, end: Callable[[VideoWriter], None]) -> None:
    writer = VideoWriter(tmp_path / f"reef{suffix}", 64, 48, Fraction(12))
    writer.write(np.zeros((48, 64, 3), np.uint8))
    end(writer)
    with pytest.raises(MachineError, match="takes no more pictures"):
        writer.write(np.zeros((48, 64, 3), np.uint8))
