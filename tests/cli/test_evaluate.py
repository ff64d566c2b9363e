"""From a typed line to a film's scorecard."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reverie.cli import main
from tests.media.films import film, written


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return written(tmp_path / "clip.mp4", film(24))


def test_a_film_is_told_line_by_line(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(clip)]) == 0
    told = capsys.readouterr().out
    assert "2.0 s, 24 frames, 96×64" in told  # noqa: RUF001
    assert "· brightness, end against beginning" in told
    assert "give --reference FILM, or --fixed" in told


def test_figures_and_page_are_written(clip: Path) -> None:
    figures = clip.with_suffix(".json")
    assert main(["evaluate", str(clip), "--reference", str(clip), "-o", str(figures), "--html"]) == 0
    found = json.loads(figures.read_text())
    assert found["scorecard"]["frames"] == len(found["scorecard"]["curves"]["luma"]) == 24
    assert len(found["scorecard"]["curves"]["warp_error"]) == 23
    assert found["likeness"]["edges"] == pytest.approx(1.0)
    assert {gate["passed"] for gate in found["gates"] if gate["name"] == "luma"} == {True}
    page = clip.with_name("clip.mp4.html").read_text()
    assert page.count("<svg") == 12
    assert page.count("data:image/jpeg;base64,") == 24
    assert "http" not in page


def test_strict_is_for_whoever_wants_to_be_stopped(tmp_path: Path) -> None:
    still = written(tmp_path / "still.mp4", [film(1)[0]] * 36)
    assert main(["evaluate", str(still)]) == 0
    assert main(["evaluate", str(still), "--strict"]) == 1


def test_files_that_exist_are_kept(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = clip.with_name("clip.mp4.html")
    kept.write_text("mine")
    assert main(["evaluate", str(clip), "--html"]) == 2
    assert "output" in capsys.readouterr().err
    assert kept.read_text() == "mine"
    assert main(["evaluate", str(clip), "--html", "--overwrite"]) == 0


@pytest.mark.parametrize(("frames", "said"), [(20, "ends after 20 frames"), (30, "has more frames")])
def test_a_reference_of_another_length_is_refused(
    clip: Path, frames: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = written(clip.with_name("other.mp4"), film(frames))
    assert main(["evaluate", str(clip), "--reference", str(other)]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert "Traceback" not in complaint


def test_what_is_no_film_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.mp4").write_bytes(b"no film")
    for name in ("text.mp4", "missing.mp4"):
        assert main(["evaluate", str(tmp_path / name)]) == 2
        assert name in capsys.readouterr().err


def test_a_folder_of_pictures_is_a_film(tmp_path: Path) -> None:
    written(tmp_path / "pictures", [np.ascontiguousarray(picture) for picture in film(6)])
    assert main(["evaluate", str(tmp_path / "pictures"), "--html"]) == 0
    assert (tmp_path / "pictures.html").is_file()
