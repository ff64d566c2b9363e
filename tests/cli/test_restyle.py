"""`reverie restyle` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reverie.cli.app import main
from reverie.media.video import read_frames
from tests.media.films import film, written


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REVERIE_SHELF", str(tmp_path / "shelf"))
    written(tmp_path / "clip.mp4", film(8))
    return tmp_path


def pictures(path: str) -> list[np.ndarray]:
    return [image for image, _ in read_frames(path)]


def test_a_clip_is_repainted_frame_by_frame_with_a_memory(folder: Path) -> None:
    plain = ["--model", "worlds", "--strength", "0.5", "--seed", "1"]
    assert main(["restyle", "clip.mp4", "a volcano", *plain, "-o", "on.mp4", "--save-spec", "on.json"]) == 0
    assert main(["restyle", "clip.mp4", "a volcano", *plain, "-o", "off.mp4", "--memory", "off"]) == 0
    spec = json.loads((folder / "on.json").read_text())
    assert [part["name"] for part in spec["correctors"]] == ["memory"]
    given, on, off = (pictures(name) for name in ("clip.mp4", "on.mp4", "off.mp4"))
    assert len(given) == len(on) == len(off) == 8
    assert on[0].shape == given[0].shape
    assert np.abs(on[0].astype(int) - off[0]).mean() < 2.0  # the first frame has no past
    assert np.abs(on[5].astype(int) - off[5]).mean() > 2.0


def test_noise_hardly_changes_where_a_memory_settles(folder: Path) -> None:
    from reverie.authoring.film import film_spec

    board = {"scenes": [{"prompt": "a volcano", "clip": str(folder / "clip.mp4")}]}
    options = [
        film_spec(board, model="reverie-tiny", memory=memory).scenes[0].backend.options for memory in (True, False)
    ]
    assert (options[0]["renewal"], options[0]["easing"]) == (0.05, 0.3)
    assert "renewal" not in options[1]


@pytest.mark.parametrize("budget", ["0", "-5", "NaN", "abc", "1h", "2000s"])
@pytest.mark.parametrize("given", ["clip.mp4", "rtsp://nowhere.invalid/stream"])
def test_a_budget_that_is_none_is_refused_before_anything_is_opened(
    budget: str, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restyle", given, "a sea", "--budget", budget]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith(f"budget: {budget!r} is ")
    assert "\n" not in said


def test_a_memory_is_for_clips_and_says_so(folder: Path) -> None:
    from reverie.authoring.film import film_spec
    from reverie.core.errors import InputError

    clip = {"prompt": "a volcano", "clip": str(folder / "clip.mp4")}
    with pytest.raises(InputError, match="memory: True settles clips"):
        film_spec({"scenes": [clip, "a reef"]}, memory=True)


def test_without_a_name_the_film_has_the_clips_and_the_words(folder: Path) -> None:
    assert main(["restyle", "clip.mp4", "A Quiet Sea", "--model", "placeholder"]) == 0
    assert list(folder.glob("clip-a-quiet-sea*.mp4"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["none.mp4", "a sea"], "none.mp4"),
        (["clip.mp4", ""], "prompt"),
        (["clip.mp4", "a sea", "--memory", "maybe"], "memory"),
        (["clip.mp4", "a sea", "--strength", "3"], "strength"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    asked: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restyle", *asked]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert "Traceback" not in complaint


def test_a_clip_is_repainted_live_at_its_own_pace_and_what_was_shown_is_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = ["--live", "--model", "worlds", "--port", "0", "--data", str(folder / "data"), "--no-browser"]
    assert main(["restyle", "clip.mp4", "a volcano", *live, "--size", "64x64", "-o", "live.mp4"]) == 0
    said = capsys.readouterr().err
    assert "clip.mp4: It is there: " in said
    assert "were painted" in said
    assert pictures("live.mp4")  # how many depends on how quick the machine is


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("/dev/video97", "plug the camera in"),
        ("http://127.0.0.1:9/camera", "is not answered by anybody"),
        ("none.mp4", "is not there: give a film, a camera"),
        ("gopher://127.0.0.1/x", "is an address of a kind that is not read"),
    ],
)
def test_what_can_not_be_opened_is_told_before_anything_is_begun(
    given: str, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restyle", given, "a volcano", "--data", str(folder / "data")]) in {1, 2}
    assert words in capsys.readouterr().err
    assert not (folder / "data").exists()


def test_a_session_waits_for_whoever_publishes_and_ends_by_itself(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = ["--model", "worlds", "--port", "0", "--data", str(folder / "data"), "--no-browser", "--seconds", "1"]
    assert main(["restyle", "whip", "a volcano", *live, "--size", "64x64"]) == 0
    said = capsys.readouterr().err
    assert "Publish by WHIP" in said
    assert "Ended; everything is saved." in said
