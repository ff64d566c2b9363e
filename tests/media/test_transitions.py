from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.spec import DIRECTIONS, Transition, TransitionKind
from reverie.media.planes import Planes
from reverie.media.transitions import EASINGS, KINDS, blend_of, levels

SIZES = [(96, 64), (97, 63), (33, 17), (2, 2)]
WAYS = [
    Transition.model_validate({"kind": kind, "duration": 1, "direction": direction})
    for kind in get_args(TransitionKind)
    if kind != "cut"
    for direction in (DIRECTIONS[kind] or (None,))
]


def flat(width: int, height: int, *values: int) -> Planes:
    half = -(-height // 2), -(-width // 2)
    light, blue, red = (
        np.full(size, value, np.uint8) for size, value in zip(((height, width), half, half), values, strict=True)
    )
    return light, blue, red


def seen(transition: Transition, number: int, count: int, before: Planes, after: Planes) -> Planes:
    height, width = before[0].shape
    out = flat(width, height, 7, 7, 7)
    blend_of(transition, width, height)(before, after, number, count, out)
    return out


def test_every_kind_of_the_vocabulary_is_drawn() -> None:
    assert set(KINDS) == set(get_args(TransitionKind))
    assert set(EASINGS) == set(get_args(Transition.model_fields["easing"].annotation))


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.kind}-{way.direction}")
def test_a_transition_goes_from_the_one_to_the_other_without_a_step_back(
    way: Transition, width: int, height: int
) -> None:
    before, after, count = flat(width, height, 60, 100, 180), flat(width, height, 220, 160, 90), 31
    shown = [seen(way, number, count, before, after) for number in range(1, count + 1)]
    black = (levels(way.color), (60, 100, 180), (220, 160, 90))
    for plane in range(3):
        means = [float(planes[plane].mean()) for planes in shown]
        lowest, highest = min(values[plane] for values in black), max(values[plane] for values in black)
        assert lowest - 1 <= min(means)
        assert max(means) <= highest + 1
        if max(width, height) > 2:
            assert abs(means[0] - before[plane][0, 0]) < 0.35 * abs(before[plane][0, 0] - 1.0 * after[plane][0, 0])
            assert abs(means[-1] - after[plane][0, 0]) < 0.35 * abs(before[plane][0, 0] - 1.0 * after[plane][0, 0])
        if way.kind not in ("fade", "slide"):
            steps = np.diff(means) * np.sign(float(after[plane][0, 0]) - before[plane][0, 0])
            assert steps.min() >= -0.6


@pytest.mark.parametrize("kind", ["wipe", "slide"])
@pytest.mark.parametrize(
    ("direction", "there", "not_yet"),
    [
        ("left", np.s_[:, 90:], np.s_[:, :6]),
        ("right", np.s_[:, :6], np.s_[:, 90:]),
        ("up", np.s_[60:], np.s_[:4]),
        ("down", np.s_[:4], np.s_[60:]),
    ],
)
def test_the_next_picture_comes_towards_where_it_is_told(
    kind: TransitionKind, direction: str, there: tuple[slice, ...], not_yet: tuple[slice, ...]
) -> None:
    way = Transition.model_validate({"kind": kind, "direction": direction, "duration": 1})
    light = seen(way, 4, 7, flat(96, 64, 200, 128, 128), flat(96, 64, 50, 128, 128))[0]
    assert np.all(light[there] == 50)
    assert np.all(light[not_yet] > 100)


def test_a_zoom_inwards_opens_in_the_middle_and_one_outwards_at_the_borders() -> None:
    before, after = flat(96, 64, 200, 128, 128), flat(96, 64, 50, 128, 128)
    inwards, outwards = (
        seen(Transition.model_validate({"kind": "zoom", "direction": way, "duration": 1}), 4, 7, before, after)[0]
        for way in ("in", "out")
    )
    assert inwards[32, 48] < 60
    assert inwards[0, 0] > 190
    assert outwards[32, 48] > 190
    assert outwards[0, 0] < 60


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#d0402a"])
def test_a_fade_is_all_colour_in_its_middle(colour: str) -> None:
    way = Transition(kind="fade", duration=1, color=colour)
    middle = seen(way, 4, 7, flat(96, 64, 60, 100, 180), flat(96, 64, 220, 160, 90))
    for plane, level in zip(middle, levels(colour), strict=True):
        assert np.all(plane == level)


def test_colours_become_the_levels_of_bt709() -> None:
    assert levels("#000000") == (16, 128, 128)
    assert levels("#ffffff") == (235, 128, 128)
    assert levels("#ff0000") == (63, 102, 240)
    assert levels("#0000FF") == (32, 240, 118)


def test_a_dissolve_is_soft_covers_evenly_and_is_the_same_every_time() -> None:
    way = Transition(kind="dissolve", duration=1)
    before, after = flat(320, 180, 20, 128, 128), flat(320, 180, 220, 128, 128)
    shares = [(seen(way, number, 9, before, after)[0].mean() - 20) / 200 for number in range(1, 10)]
    assert np.abs(np.array(shares) - np.arange(1, 10) / 10).max() < 0.15
    middle = seen(way, 5, 9, before, after)[0]
    assert np.abs(np.diff(middle.astype(int))).max() < 80  # no hard edge anywhere
    assert np.std(middle) > 40  # and yet no crossfade
    assert np.array_equal(middle, seen(way, 5, 9, before, after)[0])


@given(st.sampled_from(sorted(EASINGS)), st.floats(0, 1), st.floats(0, 1))
def test_easings_keep_their_ends_and_never_turn_back(name: str, one: float, other: float) -> None:
    ease = EASINGS[name]
    assert (ease(0), ease(1)) == (0, 1)
    assert ease(min(one, other)) <= ease(max(one, other)) + 1e-12


def test_easings_begin_and_end_as_their_names_say() -> None:
    assert EASINGS["ease-in"](0.5) < 0.5 < EASINGS["ease-out"](0.5)
    assert EASINGS["ease-in-out"](0.25) < 0.25 < 0.75 < EASINGS["ease-in-out"](0.75)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.kind}-{way.direction}")
def test_planes_that_lie_wide_apart_in_memory_are_drawn_the_same(way: Transition) -> None:
    random = np.random.default_rng(5)
    pictures = [flat(96, 64, 0, 0, 0) for _ in range(2)]
    for planes in pictures:
        for plane in planes:
            plane[:] = random.integers(16, 236, plane.shape)
    before, after = pictures
    plain = seen(way, 3, 7, before, after)
    padded = tuple(np.zeros((plane.shape[0], plane.shape[1] + 32), np.uint8)[:, : plane.shape[1]] for plane in before)
    assert len(padded) == 3
    blend_of(way, 96, 64)(before, after, 3, 7, padded)
    assert all(np.array_equal(one, other) for one, other in zip(plain, padded, strict=True))
