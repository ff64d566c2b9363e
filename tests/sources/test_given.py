"""Sources that begin with something given: a picture, the end of a clip."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from reverie.core import registry
from reverie.core.errors import InputError
from reverie.core.frame import STILL, Frame, Motion
from reverie.core.protocols import Source
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Keyframe
from reverie.media.geometry import move
from reverie.media.picture import save_png
from tests.media.films import film, psnr, written


def started(name: str, path: Path, **options: object) -> Source:
    component = ComponentSpec(name=name, options={"path": str(path), **options})
    scene = Scene(keyframes=(Keyframe(prompt="a reef"),), backend=ComponentSpec(name="placeholder"), source=component)
    spec = RenderSpec(width=96, height=64, paint_fps=12, scenes=(scene,))
    source: Source = registry.create("sources", component).start(spec, scene)
    return source


def test_a_picture_comes_first_as_it_is_and_then_what_was_made_of_it(tmp_path: Path) -> None:
    given, painted = film(2)
    save_png(given, tmp_path / "given.png")
    source, motion = started("image", tmp_path / "given.png"), Motion(zoom=1.5)
    first = source.at(Fraction(0), None, motion)
    assert first is not None
    assert np.array_equal(first.image, given)
    later = source.at(Fraction(1, 12), Frame(painted, Fraction(0), 0), motion)
    assert later is not None
    assert np.array_equal(later.image, move(painted, motion.over(1 / 12)))


def test_the_end_of_a_clip_is_moved_on_before_it_is_shown_again(tmp_path: Path) -> None:
    pictures = film(8)
    path = written(tmp_path / "clip.mp4", pictures)
    motion = Motion(zoom=2.0)
    first = started("tail", path, fps=12.0).at(Fraction(0), None, motion)
    assert first is not None
    assert psnr(first.image, move(pictures[-1], motion.over(1 / 12))) > 25
    still = started("tail", path, fps=12.0).at(Fraction(0), None, STILL)
    assert still is not None
    assert psnr(still.image, pictures[-1]) > 25


@pytest.mark.parametrize("name", ["image", "tail"])
def test_what_is_not_there_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        started(name, tmp_path / "nowhere")
    with pytest.raises(InputError):
        registry.create("sources", ComponentSpec(name=name))
