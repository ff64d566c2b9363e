"""A clip of two scenes: the memory begins afresh at the cut, and the style's colours go on."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from reverie.core import state
from reverie.core.frame import Frame, Image
from reverie.core.timeline import Conditioning
from reverie.correctors.colour import moments
from reverie.correctors.memory import MemoryCorrection, MemoryOptions
from reverie.correctors.palette import LEARNT, MOST_SHIFT, Palette
from reverie.media.cuts import is_cut

COND = Conditioning((("a garden", 1.0),))
SHORT = 20
"""Frames of the first scene here, enough for a palette."""


def scene(number: int, step: int) -> Image:
    """Return a frame of one of two scenes, which have no colour in common: a bright one and a dim one."""
    dice = np.random.default_rng(number)
    low, high = ((150, 240), (10, 90))[number]
    coarse = dice.uniform(low, high, (8, 12, 3))
    picture = np.kron(coarse, np.ones((8, 8, 1)))
    return np.ascontiguousarray(np.roll(picture, step, axis=1)).astype(np.uint8)


def styled(image: Image, warmth: float) -> Image:
    """Return a picture as a painter makes it: warmer by so many levels, a little more contrasted."""
    mean = image.mean(axis=(0, 1))
    spread = (image - mean) * (1 + warmth / 100) + mean + warmth * np.array([1.0, 0.0, -1.0])
    return np.asarray(np.clip(spread, 0, 255), np.uint8)


def correction(palette: float = 1.0) -> MemoryCorrection:
    return MemoryCorrection(MemoryOptions(network=False, keep=0.5, palette=palette), None)


def shown(run: MemoryCorrection, number: int, frames: int, warmth: float, cond: Conditioning = COND) -> list[Image]:
    """Return what is shown of a scene that is painted with some warmth."""
    given = [scene(number, 2 * step) for step in range(frames)]
    return [
        run.correct(styled(image, warmth), Frame(image, Fraction(step), step), cond) for step, image in enumerate(given)
    ]


def warmth(image: Image, source: Image) -> float:
    """Return by how many levels red has gone from light, more than in the source."""
    return float((moments(image) - moments(source))[0, 1])


def test_the_scenes_are_two() -> None:
    assert is_cut(scene(0, 0), scene(1, 0))


def test_the_palette_goes_on_where_the_memory_begins_afresh() -> None:
    """The second scene is painted cooler, by chance; with its palette kept it is as warm as the first was."""
    kept, fresh = correction(1.0), correction(0.0)
    before, same = (shown(run, 0, SHORT, 20.0)[-1] for run in (kept, fresh))
    assert np.array_equal(before, same)
    style = warmth(before, scene(0, 2 * (SHORT - 1)))
    warm, cool = (shown(run, 1, 6, 8.0) for run in (kept, fresh))
    assert np.array_equal(cool[0], styled(scene(1, 0), 8.0))
    for step in range(6):
        source = scene(1, 2 * step)
        assert warmth(warm[step], source) == pytest.approx(style, abs=2.0)
        assert warmth(cool[step], source) < style - 5.0
        # Of the first scene itself nothing is left: it is as dim as it was painted, and its shapes are its own.
        assert abs(float(warm[step].mean()) - float(cool[step].mean())) < 3.0
        assert np.corrcoef(warm[step].ravel(), source.ravel())[0, 1] > 0.85


def test_it_neither_drifts_nor_flickers_behind_the_cut() -> None:
    run = correction()
    shown(run, 0, SHORT, 20.0)
    levels = [warmth(image, scene(1, 2 * step)) for step, image in enumerate(shown(run, 1, 60, 8.0))]
    assert max(levels) - min(levels) < 2.5


def test_a_cut_right_at_the_beginning_carries_nothing_over() -> None:
    run = correction()
    shown(run, 0, LEARNT - 1, 20.0)
    assert np.array_equal(shown(run, 1, 1, 8.0)[0], styled(scene(1, 0), 8.0))


def test_another_prompt_has_another_palette() -> None:
    run, other = correction(), Conditioning((("a city in neon", 1.0),))
    shown(run, 0, SHORT, 20.0)
    assert np.array_equal(shown(run, 1, 1, 8.0, other)[0], styled(scene(1, 0), 8.0))


def test_what_is_carried_over_is_bounded_however_often_it_is_cut() -> None:
    palette = Palette(1.0)
    palette.expect("a")
    for turn in range(12):
        source = scene(turn % 2, 0)
        painted = styled(source, 60.0 if turn == 0 else 0.0)
        palette.turn(painted, source)
        apart = moments(palette.kept(painted))[0] - moments(painted)[0]
        assert np.abs(apart).max() <= 255 * MOST_SHIFT + 2.0
        for _ in range(LEARNT):
            palette.learn(palette.kept(painted), source)


def test_it_goes_on_elsewhere_as_if_nothing_had_been(tmp_path: Path) -> None:
    one, other = correction(), correction()
    shown(one, 0, SHORT, 20.0)
    shown(one, 1, 3, 8.0)
    path = tmp_path / "known.state"
    state.save(one.state(), path)
    other.restore(state.load(path))
    assert all(np.array_equal(*pair) for pair in zip(shown(one, 1, 4, 8.0), shown(other, 1, 4, 8.0), strict=True))
