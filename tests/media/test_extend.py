"""Clips with new frames behind them: the old part untouched, the new part whole, nothing shown twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import VideoReformatter
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.errors import InputError
from reverie.core.frame import Image, Motion
from reverie.media import avc
from reverie.media.encoding import Output
from reverie.media.extend import copied, extended, frames_in
from reverie.media.geometry import move
from reverie.media.planes import to_planes
from reverie.media.tail import read_tail
from reverie.media.video import read_frames
from tests.media.films import film, psnr, written

RATE = Fraction(12)


def planes(pictures: list[Image]) -> Iterator[av.VideoFrame]:
    colours = VideoReformatter()
    return (to_planes(picture, colours) for picture in pictures)


def raw(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray() for frame in container.decode(video=0)]


def reordered(path: Path, pictures: list[Image], suffix_options: dict[str, str] | None = None) -> Path:
    """Write a film as others do: with pictures that are decoded in another order than shown."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=12)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.options = {"bf": "2", "crf": "20", **(suffix_options or {})}
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("name", ["in.mp4", "in.mov", "in.mkv"])
def test_the_clips_own_part_is_untouched_and_the_new_part_is_whole(name: str, tmp_path: Path) -> None:
    old, new = film(10), film(16)[10:]
    source, out, told = reordered(tmp_path / name, old), tmp_path / "out.mp4", list[int]()
    assert copied(source, ".mp4")
    assert extended(source, planes(new), Output(out, 96, 64, RATE), told.append)
    before, after = raw(source), raw(out)
    assert len(after) == len(before) + len(new) == frames_in(out)
    assert all(np.array_equal(*pair) for pair in zip(before, after, strict=False))
    shown = list(read_frames(out))
    assert min(psnr(image, want) for (image, _), want in zip(shown[10:], new, strict=True)) > 25
    gaps = {round((b - a) * RATE, 1) for (_, a), (_, b) in pairwise(shown)}
    assert gaps == {1}
    assert told[-1] == len(new)


def test_webm_is_gone_on_from_in_webm(tmp_path: Path) -> None:
    old, new = film(8), film(12)[8:]
    source, out = written(tmp_path / "in.webm", old), tmp_path / "out.webm"
    assert extended(source, planes(new), Output(out, 96, 64, RATE), lambda _: None)
    before, after = raw(source), raw(out)
    assert len(after) == 12
    assert all(np.array_equal(*pair) for pair in zip(before, after, strict=False))


@pytest.mark.parametrize(
    "made",
    [lambda path, old: written(path / "in.webm", old), lambda path, old: reordered(path / "in.avi", old)],
    ids=["another container", "times unknown"],
)
def test_what_cannot_be_copied_is_encoded_anew_with_as_many_frames(
    made: Callable[[Path, list[Image]], Path], tmp_path: Path
) -> None:
    old, new = film(8), film(12)[8:]
    source, out = made(tmp_path, old), tmp_path / "out.mp4"
    assert not extended(source, planes(new), Output(out, 96, 64, RATE), lambda _: None)
    shown = [picture for picture, _ in read_frames(out)]
    assert len(shown) == 12
    assert min(psnr(*pair) for pair in zip(shown, film(12), strict=True)) > 25


def test_a_film_can_be_gone_on_from_again_and_again(tmp_path: Path) -> None:
    path = reordered(tmp_path / "0.mp4", film(6))
    for number in range(1, 5):
        longer = tmp_path / f"{number}.mp4"
        assert extended(path, planes(film(3)), Output(longer, 96, 64, RATE), lambda _: None)
        path = longer
    assert len(list(read_frames(path))) == 6 + 4 * 3


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    source = reordered(tmp_path / "in.mp4", film(6))

    def stopped(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extended(source, planes(film(3)), Output(tmp_path / "out.mp4", 96, 64, RATE), stopped)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


@pytest.mark.parametrize(
    "motion", [Motion(), Motion(zoom=1.2), Motion(pan=(0.1, -0.05)), Motion(rotate=8.0), Motion(1.15, (0.05, 0.0), 3.0)]
)
def test_the_cameras_motion_at_the_end_is_what_it_was(motion: Motion, tmp_path: Path) -> None:
    ground = film(1, 320, 240)[0]
    pictures = [move(ground, motion.over(index / 12)) for index in range(20)]
    tail = read_tail(reordered(tmp_path / "in.mp4", pictures, {"crf": "10"}))
    assert psnr(tail.picture, pictures[-1]) > 30
    assert tail.motion.zoom == pytest.approx(motion.zoom, abs=0.02)
    assert tail.motion.pan == pytest.approx(motion.pan, abs=0.01)
    assert tail.motion.rotate == pytest.approx(motion.rotate, abs=0.7)


def test_what_is_no_clip_has_no_end(tmp_path: Path) -> None:
    (tmp_path / "in.mp4").write_bytes(b"no film")
    with pytest.raises(InputError):
        read_tail(tmp_path / "in.mp4")


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5), st.binary(max_size=60))
def test_damaged_parameter_sets_are_read_as_none(units: list[bytes], noise: bytes) -> None:
    for data in (noise, b"\1" + noise, b"".join(b"\0\0\0\1" + unit for unit in units)):
        found = avc.read_headers(data)
        assert found is None or (found.sps and found.pps)
        if found is not None:
            found.free()
