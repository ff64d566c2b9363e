"""Storyboards as files: both forms, and every way to write one wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reverie.authoring.film import film_spec
from reverie.authoring.storyboard import film_of, read_storyboard
from reverie.core.errors import InputError
from reverie.media.picture import save_png
from tests.media.films import film

BOARD = """
name: A day
model: placeholder
preset: draft
seed: 5
scenes:
  - prompt: a reef
    duration: 2
    move: left
    title: Morning
    transition: {kind: fade, duration: 0.5, color: "#ffffff"}
  - a city at night
  - prompt: a moon
    negative_prompt: blur
    image: moon.png
"""


def put(tmp_path: Path, text: str, name: str = "board.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_a_storyboard_says_a_film(tmp_path: Path) -> None:
    save_png(film(1, 64, 48)[0], tmp_path / "moon.png")
    spec = film_of(put(tmp_path, BOARD))
    first, second, third = spec.scenes
    assert (first.duration, second.duration) == (2.0, 3.0)
    assert first.title is not None
    assert first.title.text == "Morning"
    assert first.transition is not None
    assert first.transition.color == "#ffffff"
    assert second.keyframes[0].prompt == "a city at night"
    assert third.source.options == {"path": str(tmp_path / "moon.png")}


def test_json_says_the_same_as_yaml(tmp_path: Path) -> None:
    save_png(film(1, 64, 48)[0], tmp_path / "moon.png")
    said = read_storyboard(put(tmp_path, BOARD))
    assert film_of(put(tmp_path, json.dumps(said), "board.json")) == film_of(put(tmp_path, BOARD))


def test_wishes_go_before_what_the_storyboard_says(tmp_path: Path) -> None:
    path = put(tmp_path, "model: placeholder\nscenes: [a reef]\nseed: 5\n")
    assert film_of(path, {"seed": 6, "fps": None}).seed == 6


def test_a_list_is_a_list_of_scenes(tmp_path: Path) -> None:
    assert len(film_of(put(tmp_path, "- a reef\n- a city\n"), {"model": "placeholder"}).scenes) == 2


def test_a_whole_document_is_taken_as_it_is(tmp_path: Path) -> None:
    spec = film_spec(["a", "b"], model="placeholder", seed=1)
    assert film_of(put(tmp_path, spec.model_dump_json(), "spec.json")) == spec
    with pytest.raises(InputError, match="whole document"):
        film_of(put(tmp_path, spec.model_dump_json(), "spec.json"), {"preset": "high"})


def test_the_guides_storyboard_is_one(tmp_path: Path) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "films.md").read_text("utf-8")
    board = guide.partition("```yaml\n")[2].partition("```")[0]
    spec = film_of(put(tmp_path, board))
    assert [scene.transition and scene.transition.kind for scene in spec.scenes] == ["fade", "wipe", None]
    assert spec.scenes[0].title is not None


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nscenes: [*b]\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "scenes:",
        "scenes: []",
        "just words",
        "[]",
        "scenes: {a: b}",
        "scenes: [a]\nscenes: [b]",
        "scenes:\n  - prompt: a\n    prompt: b",
        "scenes: [\n",
        "\tscenes: x",
        BOMB,
        "scenes: [!!python/object/apply:os.system ['true']]",
        "scenes: [{prompt: a, transition: swirl}, b]",
        "scenes: [{prompt: a, duration: 1, transition: {kind: wipe, duration: 2}}, b]",
        "scenes: [{prompt: a, duration: .nan}]",
        "scenes: [{prompt: a, duration: -1}]",
        "scenes: [" + "x, " * 10_000 + "x]",
        "1: 2",
    ],
)
def test_what_is_no_storyboard_is_refused_in_a_sentence(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.$"):
        film_of(put(tmp_path, text), {"model": "placeholder"})


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, put(tmp_path, "x", "words.txt")):
        with pytest.raises(InputError, match="storyboard"):
            read_storyboard(path)
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00\x01\xd8\x00")
    with pytest.raises(InputError, match="text"):
        read_storyboard(tmp_path / "bytes.yaml")
    put(tmp_path, "[" * 100_000, "deep.json")
    with pytest.raises(InputError, match="JSON"):
        read_storyboard(tmp_path / "deep.json")
    put(tmp_path, " " * (3 * 2**20), "large.yaml")
    with pytest.raises(InputError, match="too large"):
        read_storyboard(tmp_path / "large.yaml")
