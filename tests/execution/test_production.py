"""Whole films made on this machine: exact, kept, resumed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from reverie.authoring.film import film_spec
from reverie.core.errors import Cancelled, MachineError
from reverie.core.frame import Image
from reverie.core.spec import RenderSpec
from reverie.execution.identities import identities
from reverie.execution.outputs import into_film
from reverie.execution.plan import film_frames, plan
from reverie.execution.production import produce
from reverie.execution.shelf import Shelf
from reverie.execution.works import made, work
from reverie.media.lossless import LosslessWriter, read_lossless
from reverie.media.picture import save_png
from reverie.media.video import read_frames
from tests.media.films import film, psnr


def two(**more: Any) -> RenderSpec:
    wishes: dict[str, Any] = {
        "model": "placeholder",
        "size": (64, 48),
        "duration": 0.5,
        "fps": 12.0,
        "paint_fps": 6.0,
        "seed": 1,
    }
    return film_spec(["a reef", "a city"], **{**wishes, **more})


class Heard:
    """What a film's progress said."""

    def __init__(self, stop_in: str = "", stop: Event | None = None) -> None:
        self.shares, self.phases, self.previews = list[float](), list[str](), 0
        self._stop_in, self._stop = stop_in, stop

    def __call__(self, phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
        self.shares.append(done)
        self.phases.append(phase)
        if preview is not None:
            self.previews += preview().shape[2] == 3
        if phase == self._stop_in and self._stop is not None:
            self._stop.set()


def test_a_film_is_made_with_exactly_its_frames_and_progress_never_falls(tmp_path: Path) -> None:
    spec, heard, done = two(transition={"kind": "wipe", "duration": 0.25}), Heard(), list[str]()
    report = produce(
        into_film(spec, tmp_path / "film.mp4"),
        Shelf(tmp_path / "shelf"),
        heard,
        commit=lambda unit, _: done.append(unit.key),
    )
    pictures = list(read_frames(tmp_path / "film.mp4"))
    assert len(pictures) == film_frames(spec) == sum(report.frames.values()) == 2 * 6 - 3
    assert pictures[0][0].shape == (48, 64, 3)
    assert heard.shares == sorted(heard.shares)
    assert heard.shares[-1] == 1.0
    assert max(heard.shares[:-1]) < 1.0
    assert heard.previews > 0
    assert {"painting", "interpolating", "joining", "saving"} <= set(heard.phases)
    assert done == [unit.key for unit in plan(spec)]
    assert report.backend == "placeholder"


def test_a_second_render_paints_nothing_and_an_edit_only_its_scene(tmp_path: Path) -> None:
    shelf, spec = Shelf(tmp_path / "shelf"), two()
    produce(into_film(spec, tmp_path / "one.mp4"), shelf)
    heard = Heard()
    produce(into_film(spec, tmp_path / "two.mp4"), shelf, heard)
    assert "painting" not in heard.phases
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()
    other = film_spec(
        ["a reef", "a moon"], model="placeholder", size=(64, 48), duration=0.5, fps=12, paint_fps=6, seed=1
    )
    waiting = [unit.key for unit in plan(other, identities(other)) if made(unit, shelf) is None]
    assert waiting == ["scene-2/paint", "scene-2/finish", "join"]


def test_a_film_made_again_from_nothing_is_the_same_to_the_last_bit(tmp_path: Path) -> None:
    hashes = set[str]()
    for name in ("one", "two"):
        produce(into_film(two(), tmp_path / "film.mp4"), Shelf(tmp_path / name))
        hashes.add(sha256((tmp_path / "film.mp4").read_bytes()).hexdigest())
    assert len(hashes) == 1


def test_stopping_ends_within_a_step_and_keeps_what_is_finished(tmp_path: Path) -> None:
    shelf, stop, spec = Shelf(tmp_path / "shelf"), Event(), two()
    heard = Heard("interpolating", stop)
    with pytest.raises(Cancelled):
        produce(into_film(spec, tmp_path / "film.mp4"), shelf, heard, stop)
    assert heard.phases.count("interpolating") == 1
    assert not (tmp_path / "film.mp4").exists()
    assert [unit.key for unit in plan(spec) if made(unit, shelf) is not None] == ["scene-1/paint"]
    again = Heard()
    produce(into_film(spec, tmp_path / "film.mp4"), shelf, again)
    assert len(list(read_frames(tmp_path / "film.mp4"))) == film_frames(spec)


def test_a_unit_whose_input_is_gone_says_so(tmp_path: Path) -> None:
    units = plan(two())
    with pytest.raises(MachineError, match="gone from the shelf"):
        work(units[1], Shelf(tmp_path), lambda *_: None)
    with pytest.raises(MachineError, match="gone from the shelf"):
        work(units[-1], Shelf(tmp_path), lambda *_: None)


@pytest.mark.parametrize("name", ["film.gif", "film.webm", "frames"])
def test_every_kind_of_output_has_all_frames(name: str, tmp_path: Path) -> None:
    spec = two()
    produce(into_film(spec, tmp_path / name), Shelf(tmp_path / "shelf"))
    assert len(list(read_frames(tmp_path / name))) == film_frames(spec)


def test_a_given_picture_is_the_first_frame_bit_by_bit(tmp_path: Path) -> None:
    picture = film(1, 64, 48)[0]
    save_png(picture, tmp_path / "given.png")
    spec = film_spec(
        {"scenes": [{"prompt": "a reef", "image": str(tmp_path / "given.png")}]},
        model="placeholder",
        size=(64, 48),
        duration=1.5,
        fps=12,
        paint_fps=12,
        seed=1,
    )
    shelf = Shelf(tmp_path / "shelf")
    produce(into_film(spec, tmp_path / "film.mp4"), shelf)
    path = shelf.path(plan(spec, identities(spec))[0].fingerprint)
    assert path is not None
    painted = list(read_lossless(path))
    assert np.array_equal(painted[0], picture)
    likeness = [psnr(painted[0], other) for other in painted]
    assert likeness[1] > likeness[6] > likeness[13]
    first, _ = next(read_frames(tmp_path / "film.mp4"))
    assert psnr(first, picture) > 28


@pytest.mark.parametrize("keeping", ["pictures", "planes"])
def test_clips_in_between_lose_nothing(keeping: str, tmp_path: Path) -> None:
    pictures = film(5, 66, 50)
    writer = LosslessWriter(tmp_path / "clip.mkv", 66, 50, Fraction(12), keeping)  # type: ignore[arg-type]
    for picture in pictures:
        writer.write(picture)
    writer.close()
    read = list(read_lossless(tmp_path / "clip.mkv"))
    assert len(read) == 5
    assert keeping == "planes" or all(np.array_equal(*pair) for pair in zip(read, pictures, strict=True))
