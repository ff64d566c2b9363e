from __future__ import annotations

import contextlib
import itertools
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reverie.core.errors import InputError
from reverie.media.film import read_frames, read_metadata
from tests.media.films import film, written

MEDIA = Path(__file__).parents[3] / "shared" / "media"
with_media = pytest.mark.skipif(not MEDIA.is_dir(), reason="the folder ../shared/media is absent")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    place = tmp_path_factory.mktemp("whole")
    return {suffix: written(place / f"a{suffix}", film(24)).read_bytes() for suffix in (".mp4", ".webm", ".gif")}


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.97])
def test_a_film_that_is_cut_short_is_refused(
    tmp_path: Path, whole: dict[str, bytes], suffix: str, share: float
) -> None:
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(whole[suffix][: int(len(whole[suffix]) * share)])
    with pytest.raises(InputError, match=r"^video: .*(cut short|damaged|no film|no pictures).*\.$"):
        read_frames(path)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([".mp4", ".webm", ".gif"]), st.data())
def test_a_damaged_film_gives_pictures_or_one_sentence(
    tmp_path: Path, whole: dict[str, bytes], suffix: str, data: st.DataObject
) -> None:
    content = bytearray(whole[suffix])
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"hurt{suffix}"
    path.write_bytes(content)
    try:
        read_metadata(path)
        for picture, _ in read_frames(path):
            assert picture.dtype == np.uint8
    except InputError as error:
        said = str(error)
        assert said.startswith("video: ")


def test_the_content_decides_and_not_the_name(tmp_path: Path, whole: dict[str, bytes]) -> None:
    (tmp_path / "film.txt").write_bytes(whole[".webm"])
    assert len(list(read_frames(tmp_path / "film.txt"))) == 24


@pytest.mark.parametrize(
    "name", ["", "none.mp4", "http://127.0.0.1:9/a.mp4", "concat:a.mp4|b.mp4", "a\0b.mp4", "/dev/zero"]
)
def test_only_files_are_read(name: str) -> None:
    with pytest.raises(InputError, match=r"^video: "):
        read_frames(name)


def test_a_text_that_names_another_film_is_not_followed(tmp_path: Path, whole: dict[str, bytes]) -> None:
    (tmp_path / "victim.mp4").write_bytes(whole[".mp4"])
    (tmp_path / "list.mp4").write_text("ffconcat version 1.0\nfile victim.mp4\n")
    (tmp_path / "play.mp4").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nvictim.mp4\n#EXT-X-ENDLIST\n")
    for name in ("list.mp4", "play.mp4"):
        with pytest.raises(InputError, match="no film"):
            read_frames(tmp_path / name)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="without PNG pictures"):
        read_frames(tmp_path)
    assert read_metadata(tmp_path) == {}


def test_numbers_in_names_count_as_numbers(tmp_path: Path) -> None:
    for index, picture in enumerate(film(12)):
        cv2.imwrite(str(tmp_path / f"{index}.png"), picture[..., ::-1])
    assert all((one == two).all() for one, (two, _) in zip(film(12), read_frames(tmp_path), strict=True))


@with_media
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_film_is_turned_as_it_says(turn: int) -> None:
    upright = next(iter(read_frames(MEDIA / "video_odd/decord/video_0.mov")))[0]
    turned = next(iter(read_frames(MEDIA / f"video_odd/decord/video_{turn}.mov")))[0]
    assert turned.shape == (upright.shape if turn == 180 else (upright.shape[1], upright.shape[0], 3))


@with_media
def test_colours_of_other_cameras_are_understood() -> None:
    """The same picture in full and in limited range differs by 16 levels where the range is ignored."""
    with av.open(str(MEDIA / "video_codecs/torchcodec/bt709_full_range.mp4")) as container:
        frame = next(container.decode(video=0))
        luma = frame.to_ndarray(format="gray")
    picture = next(iter(read_frames(MEDIA / "video_codecs/torchcodec/bt709_full_range.mp4")))[0]
    assert abs(float((picture @ [0.2126, 0.7152, 0.0722]).mean()) - float(luma.mean())) < 1.5


@with_media
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("generated/hls_file.mp4", "no film"),
        ("generated/hls_http.mp4", "no film"),
        ("generated/dash_http.mp4", "no film"),
        ("generated/sdp.mp4", "no film"),
        ("generated/ffconcat_sibling.mp4", "no film"),
        ("generated/ffconcat_abs.mp4", "no film"),
        ("generated/truncated_half.mp4", "cut short"),
        ("generated/empty.mp4", "empty"),
        ("generated/huge_8192x4320_2f.mp4", "too many pixels"),
        ("video_odd/mp4parse-rust/invalid_userdata.mp4", "no pictures"),
        ("images_real/sam2/groceries.jpg", "no film"),
    ],
)
def test_hostile_films_are_refused_in_a_sentence(name: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_frames(MEDIA / name)


@with_media
@pytest.mark.parametrize(
    ("name", "frames", "fps"),
    [
        ("video_odd/moviepy/no_duration.webm", 74, None),
        ("video_odd/moviepy/transparent.webm", 150, 30),
        ("video_odd/decord/unordered.mov", 4, None),
        ("video_odd/mp4parse-rust/white.mp4", 300, 30),
        ("video_codecs/torchcodec/h265_10bits.mp4", 30, 30),
        ("video_codecs/torchcodec/av1_video.mkv", 125, 25),
        ("video_codecs/format-corpus/apple-prores-422-proxy.mov", 25, 25),
        ("images_odd/moviepy/pigs_in_a_polka.gif", 30, None),
    ],
)
def test_films_of_many_kinds_are_read(name: str, frames: int, fps: int | None) -> None:
    film = list(read_frames(MEDIA / name))
    assert len(film) == frames
    assert len({picture.shape for picture, _ in film}) == 1
    times = [time for _, time in film]
    assert times[0] == 0
    assert all(before < after for before, after in itertools.pairwise(times))
    assert fps is None or times == [Fraction(index, fps) for index in range(frames)]


@with_media
def test_every_odd_film_is_read_or_refused_in_a_sentence() -> None:
    read = 0
    for path in sorted([*(MEDIA / "video_odd").rglob("*.*"), *(MEDIA / "generated").iterdir()]):
        with contextlib.suppress(InputError):
            assert next(iter(read_frames(path)))[0].dtype == np.uint8
            read += 1
    assert read > 12
