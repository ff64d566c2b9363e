"""Films that go into pictures: every colour as it was painted, which the planes of video have not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reverie.authoring.film import film_spec
from reverie.core.frame import Image
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.execution.outputs import into_film
from reverie.execution.plan import PICTURED, film_frames, plan
from reverie.execution.production import produce
from reverie.execution.shelf import Shelf
from reverie.execution.works import finished
from reverie.media.lossless import read_lossless
from reverie.media.picture import open_picture
from reverie.media.video import PICTURES, read_frames
from tests.media.films import psnr

WISHES: dict[str, Any] = {"model": "placeholder", "size": (66, 50), "fps": 8.0, "paint_fps": 8.0, "seed": 2}


def film(scenes: int = 2, **more: Any) -> RenderSpec:
    return film_spec(["a red reef", "a blue city"][:scenes], **{**WISHES, "duration": 0.75, **more})


def folder(path: Path) -> list[Image]:
    return [open_picture(name) for name in sorted(path.glob("*.png"))]


def test_a_folder_of_png_holds_what_was_painted_bit_for_bit(tmp_path: Path) -> None:
    spec, shelf = into_film(film(1), tmp_path / "reef"), Shelf(tmp_path / "shelf")
    produce(spec, shelf)
    paint = next(unit for unit in plan(spec) if unit.kind == "paint")
    path = shelf.path(paint.fingerprint)
    assert path is not None
    painted = list(read_lossless(path))
    written = folder(tmp_path / "reef")
    assert len(written) == len(painted) == film_frames(spec)
    assert all(np.array_equal(one, other) for one, other in zip(written, painted, strict=True))


def test_frames_made_between_others_and_titles_are_in_full_colour_too(tmp_path: Path) -> None:
    asked = film(1, fps=16.0, paint_fps=8.0)
    spec, shelf = into_film(asked, tmp_path / "reef"), Shelf(tmp_path / "shelf")
    produce(spec, shelf)
    finish = next(unit for unit in plan(spec) if unit.kind == "finish")
    wanted = [frame.image for frame in finished(finish, shelf)]
    assert all(np.array_equal(*pair) for pair in zip(folder(tmp_path / "reef"), wanted, strict=True))


@pytest.mark.parametrize("kind", ["crossfade", "fade", "wipe", "slide", "zoom", "dissolve"])
def test_scenes_pass_into_one_another_as_in_video_and_are_exact_beside_it(kind: str, tmp_path: Path) -> None:
    way = {"kind": kind, "duration": 0.5, **({"color": "#ff8000"} if kind == "fade" else {})}
    spec, shelf = film(transition=way), Shelf(tmp_path / "shelf")
    produce(into_film(spec, tmp_path / "shown"), shelf)
    produce(into_film(spec, tmp_path / "shown.mp4"), shelf)
    pictures, video = folder(tmp_path / "shown"), [image for image, _ in read_frames(tmp_path / "shown.mp4")]
    assert len(pictures) == len(video) == film_frames(spec)
    assert min(psnr(one, other) for one, other in zip(pictures, video, strict=True)) > 26
    finishes = [unit for unit in plan(into_film(spec, tmp_path / "shown")) if unit.kind == "finish"]
    scenes = [list(read_lossless(path)) for unit in finishes if (path := shelf.path(unit.fingerprint)) is not None]
    assert np.array_equal(pictures[0], scenes[0][0])
    assert np.array_equal(pictures[-1], scenes[1][-1])


def test_a_gif_is_made_from_pictures_and_video_beside_it_is_the_same_video(tmp_path: Path) -> None:
    asked, shelf = film(1), Shelf(tmp_path / "shelf")
    sinks = tuple(ComponentSpec(name="file", options={"path": str(tmp_path / name)}) for name in ("a.mp4", "a.gif"))
    produce(asked.model_copy(update={"sinks": sinks}), shelf)
    produce(into_film(asked, tmp_path / "alone.mp4"), Shelf(tmp_path / "other"))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "alone.mp4").read_bytes()
    assert len(list(read_frames(tmp_path / "a.gif"))) == film_frames(asked)


def test_the_plan_and_the_writer_agree_on_what_holds_pictures() -> None:
    assert PICTURED == PICTURES
