"""`reverie film` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reverie.cli.app import main
from reverie.cli.film import _parser, _sound
from reverie.media.picture import save_png
from reverie.media.video import read_frames
from tests.media.films import film, written

SMALL = ["--model", "placeholder", "--size", "64x48", "--fps", "8", "--frames", "6", "--seed", "1"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REVERIE_SHELF", str(tmp_path / "shelf"))
    return tmp_path


def frames(path: str) -> int:
    return len(list(read_frames(path)))


def test_two_prompts_are_a_film_of_two_scenes(capsys: pytest.CaptureFixture[str]) -> None:
    given = [
        "film",
        "a reef",
        "a city",
        *SMALL,
        "--transition",
        "slide",
        "--transition-duration",
        "0.25",
        "-o",
        "a.mp4",
    ]
    assert main([*given, "--report", "a.json", "--save-spec", "spec.json"]) == 0
    assert frames("a.mp4") == 10
    assert "10 frames" in capsys.readouterr().out
    assert json.loads(Path("a.json").read_text())["frames"]
    assert main(["film", "spec.json", "-o", "b.mp4"]) == 0
    assert Path("a.mp4").read_bytes() == Path("b.mp4").read_bytes()


def test_a_plan_makes_nothing_and_says_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["film", "a reef", *SMALL, "--plan"]) == 0
    assert capsys.readouterr().out.count("to do") == 3
    assert main(["film", "a reef", *SMALL, "-o", "a.mp4"]) == 0
    capsys.readouterr()
    assert main(["film", "a reef", *SMALL, "--plan"]) == 0
    assert capsys.readouterr().out.count("on the shelf") == 3


def test_batches_of_seeds_and_of_prompts_are_films_of_their_own(folder: Path) -> None:
    small = [word for word in SMALL if word not in {"--seed", "1"}]
    assert main(["film", "a reef", "a city", *small, "--each", "--seeds", "1", "2"]) == 0
    assert sorted(path.name for path in folder.glob("*.mp4")) == [
        "a-city-1.mp4",
        "a-city-2.mp4",
        "a-reef-1.mp4",
        "a-reef-2.mp4",
    ]


@pytest.mark.parametrize(
    ("said", "heard"),
    [([], None), (["--mute"], {"clips": False}), (["--sound", "a.wav"], {"input": "a.wav", "clips": True})],
)
def test_what_is_heard(said: list[str], heard: dict[str, Any] | None) -> None:
    assert _sound(_parser().read(["a reef", *said])) == heard


def test_pictures_clips_and_extensions(folder: Path) -> None:
    save_png(film(1, 64, 48)[0], folder / "given.png")
    written(folder / "clip.mp4", film(8))
    assert main(["film", "a reef", *SMALL, "--image", "given.png", "-o", "image.mp4"]) == 0
    plain = ["--model", "placeholder", "--seed", "1"]
    assert main(["film", "oils", *plain, "--video", "clip.mp4", "-o", "video.mp4"]) == 0
    assert main(["film", "a reef", *plain, "--frames", "5", "--extend", "clip.mp4", "-o", "longer.mp4"]) == 0
    assert (frames("image.mp4"), frames("video.mp4"), frames("longer.mp4")) == (6, 8, 8 + 5)


@pytest.mark.parametrize(
    "wrong",
    [
        ["film"],
        ["film", "a reef", "--preset", "huge"],
        ["film", "a reef", "--transition", "swirl"],
        ["film", "none.yaml"],
        ["film", "a reef", "--image", "none.png"],
        ["film", "a reef", "--extend", "none.mp4"],
        ["film", "a reef", "b", "--video", "none.mp4"],
        ["film", "a reef", "--fps", "100"],
        ["film", "a reef", "--size", "63x48"],
        ["film", "a reef", "--steps", "25"],
        ["film", "a reef", "-o", "a.txt"],
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_code_two(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*wrong, *(["--model", "placeholder"] if len(wrong) > 1 else [])]) == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    assert said.endswith(".")


def test_with_fallback_a_setting_is_left_out_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["film", "a reef", *SMALL, "--steps", "25", "--fallback", "-o", "a.mp4", "--report", "a.json"]) == 0
    assert "steps 25 is left out" in capsys.readouterr().err
    assert "steps 25" in json.loads(Path("a.json").read_text())["fallbacks"][0]["reason"]
