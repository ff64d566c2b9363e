"""Whole films by tiny video models: from words, a picture and a clip, through the very doors that people use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import reverie
from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.core.report import Report
from reverie.execution.local import started
from reverie.execution.plan import plan
from reverie.execution.production import produce
from reverie.execution.shelf import Shelf
from reverie.media.picture import open_picture
from reverie.media.video import read_frames

SIZE, TOLD = (64, 32), {"steps": 2, "device": "cpu", "dtype": "float32", "seed": 5}


def pictures(path: Path) -> list[Image]:
    return [image for image, _ in read_frames(path)]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    drawn = cv2.resize(np.random.default_rng(2).integers(0, 256, (4, 8, 3), np.uint8), SIZE)
    cv2.imwrite(str(tmp_path / "given.png"), drawn)
    return tmp_path / "given.png"


def made(scenes: Any, path: Path, **wishes: Any) -> Report:
    return reverie.film(scenes, **TOLD, **wishes).save(path, shelf=path.parent / "shelf")


def test_words_make_a_film_as_long_as_asked(models: dict[str, str], tmp_path: Path) -> None:
    report = made("a reef at dusk", tmp_path / "a.mp4", size=SIZE, model=models["forced"], frames=17)
    film = pictures(tmp_path / "a.mp4")
    assert len(film) == 17
    assert {image.shape for image in film} == {(32, 64, 3)}
    assert report.frames == {"painted": 17}
    assert report.backend == "forced"


def test_two_scenes_are_joined(models: dict[str, str], tmp_path: Path) -> None:
    joined = {"kind": "crossfade", "duration": 0.125}
    wishes = {"size": SIZE, "duration": 0.5, "transition": joined, "model": models["words"]}
    made(["a reef", "a city"], tmp_path / "a.mp4", **wishes)
    assert len(pictures(tmp_path / "a.mp4")) == 12 + 12 - 3


def test_a_picture_is_the_first_frame(models: dict[str, str], picture: Path, tmp_path: Path) -> None:
    given = open_picture(picture)
    for kind in ("forced", "pictured"):
        scene = {"prompt": "a storm", "image": str(picture)}
        spec = reverie.film([scene], size=SIZE, model=models[kind], frames=16, **TOLD).spec
        with started(spec) as session:
            frames = [frame.image for frame in session]
        assert len(frames) == 16
        np.testing.assert_array_equal(frames[0], given)


def test_a_clip_is_extended_by_exactly_what_was_asked(models: dict[str, str], tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    reverie.dream("a reef", model="placeholder", size=SIZE, seconds=1, seed=1).save(clip)
    before = pictures(clip)
    made("a reef", tmp_path / "b.mp4", model=models["forced"], extend=str(clip), frames=16)
    after = pictures(tmp_path / "b.mp4")
    assert len(after) == len(before) + 16
    np.testing.assert_array_equal(np.stack(after[: len(before)]), np.stack(before))
    assert all(np.abs(image.astype(int) - before[-1]).mean() > 1 for image in after[len(before) :])


def test_a_clip_is_not_repainted_by_a_model_that_paints_films_of_its_own(
    models: dict[str, str], tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    reverie.dream("a reef", model="placeholder", size=SIZE, seconds=0.5, seed=1).save(clip)
    with pytest.raises(InputError, match=r"scenes\.0\.clip: .* paints films of its own"):
        made([{"prompt": "a city", "clip": str(clip)}], tmp_path / "b.mp4", model=models["forced"])


def test_each_window_is_kept_as_soon_as_it_is_made(models: dict[str, str], tmp_path: Path) -> None:
    spec = reverie.film("a reef", size=SIZE, model=models["forced"], frames=120, **TOLD).spec
    paints = [unit.frames for unit in plan(spec) if unit.kind == "paint"]
    assert paints == [97, 23]
    begun: list[str] = []
    shelf = Shelf(tmp_path / "shelf")
    produce(spec, shelf, commit=lambda unit, _: begun.append(unit.key))
    again: list[str] = []
    produce(spec, shelf, commit=lambda unit, _: again.append(unit.key))
    assert len([key for key in begun if key in again]) == len(begun)
