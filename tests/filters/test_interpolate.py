from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import count, islice, pairwise
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core import registry
from reverie.core.clock import exact_rate, frame_count
from reverie.core.errors import InputError
from reverie.core.frame import STILL, Frame, Image, Motion, Origin
from reverie.core.protocols import Filter, FilterPlugin
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.media.geometry import placement

INWARDS = Motion.per_frame(1.05, 10)
TINY = np.zeros((16, 16, 3), np.uint8)

rates = st.sampled_from(
    [Fraction(24), Fraction(30), Fraction(60), Fraction(10), Fraction(15, 2), Fraction(30000, 1001)]
)


def filter_of(fps: float, paint_fps: float, seconds: float | None) -> Filter:
    scene = {"keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}, "duration": seconds}
    spec = RenderSpec.model_validate({"fps": fps, "paint_fps": paint_fps, "scenes": [scene]})
    plugin: FilterPlugin = registry.create("filters", ComponentSpec(name="interpolate"))
    return plugin.start(spec)


def painted(rate: Fraction, number: int, image: Image = TINY, motion: Motion = STILL) -> Iterator[Frame]:
    return (Frame(image + np.uint8(n % 200), n / rate, n, motion=motion) for n in range(number))


def wave(zoom: float, width: int = 128, height: int = 96) -> Image:
    """Return a picture that is a known function of place, seen by a camera that came nearer by `zoom`."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    x, y = (x - (width - 1) / 2) / zoom, (y - (height - 1) / 2) / zoom
    tone = 128 + 60 * np.sin(x / 8) + 50 * np.cos(y / 7)
    return np.repeat(tone.round().astype(np.uint8)[..., None], 3, axis=2)


@settings(deadline=None, max_examples=150)
@given(rates, rates, st.fractions(Fraction(1, 20), 4, max_denominator=20))
def test_the_count_is_seconds_times_the_rate_and_every_time_is_exact(
    fps: Fraction, paint: Fraction, seconds: Fraction
) -> None:
    frames = list(filter_of(float(fps), float(paint), float(seconds))(painted(paint, ceil(seconds * paint))))
    assert len(frames) == pytest.approx(float(seconds * fps), abs=0.5 + float(fps / paint))
    assert len(frames) <= frame_count(seconds, fps)
    assert [frame.time for frame in frames] == [n / exact_rate(float(fps)) for n in range(len(frames))]
    assert [frame.index for frame in frames] == list(range(len(frames)))
    if seconds * paint == ceil(seconds * paint) or paint >= fps:
        assert len(frames) == frame_count(seconds, fps)


@settings(deadline=None, max_examples=60)
@given(rates, rates)
def test_painted_frames_pass_bit_by_bit_where_their_times_are_delivered(fps: Fraction, paint: Fraction) -> None:
    given = list(painted(paint, 31, motion=INWARDS))
    by_time = {frame.time: frame for frame in given}
    delivered = list(filter_of(float(fps), float(paint), None)(iter(given)))
    for frame in delivered:
        if frame.time in by_time:
            assert frame.image is by_time[frame.time].image
            assert frame.origin is Origin.PAINTED
        else:
            assert frame.origin is Origin.INTERPOLATED
    assert sum(frame.time in by_time for frame in delivered) == sum((f.time * fps).denominator == 1 for f in given)


@pytest.mark.parametrize(
    ("fps", "paint"), [(24, 12), (24, 10), (24, 7.5), (30, 24), (24, 24), (12, 24), (24, 30), (60, 8)]
)
def test_a_second_is_a_second_at_every_pair_of_rates(fps: float, paint: float) -> None:
    frames = list(filter_of(fps, paint, 2.0)(painted(exact_rate(paint), round(2 * paint))))
    assert len(frames) == 2 * fps
    assert frames[-1].time == 2 - 1 / Fraction(fps)


def test_frames_between_show_what_the_camera_would_have_seen() -> None:
    paint = Fraction(6)
    source = (Frame(wave(INWARDS.zoom ** float(n / paint)), n / paint, n, motion=INWARDS) for n in range(7))
    for frame in filter_of(24, 6, 1.0)(source):
        true = wave(INWARDS.zoom ** float(frame.time))
        apart = np.abs(frame.image.astype(int) - true)
        assert apart[4:-4, 4:-4].mean() < 1.5, frame.time
        assert apart.mean() < 2.5, frame.time


@pytest.mark.parametrize(
    "motion",
    [
        Motion(zoom=1.6),
        Motion(zoom=0.6),
        Motion(pan=(0.4, -0.3)),
        Motion(rotate=40),
        Motion(1.4, (0.2, 0.1), -30),
        STILL,
    ],
)
def test_the_picture_moves_evenly_whatever_the_motion(motion: Motion) -> None:
    """A white disc on black is followed: where it lies in a frame between is where the camera's way says."""

    def disc(seconds: float) -> Image:
        place = placement(motion.over(seconds), 128, 96) @ [80, 60, 1]
        y, x = np.mgrid[0:96, 0:128]
        near = np.clip(9 - np.hypot(x - place[0], y - place[1]), 0, 1)
        return (255 * np.repeat(near[..., None], 3, axis=2)).astype(np.uint8)

    source = (Frame(disc(n / 6), Fraction(n, 6), n, motion=motion) for n in range(4))
    for frame in filter_of(24, 6, 0.5)(source):
        weight = frame.image[..., 0].astype(float) ** 2
        y, x = np.mgrid[0:96, 0:128]
        found = (weight * x).sum() / weight.sum(), (weight * y).sum() / weight.sum()
        true = placement(motion.over(float(frame.time)), 128, 96) @ [80, 60, 1]
        assert np.hypot(*(found - true)) < 0.7, frame.time


def test_no_edge_of_a_picture_shows_inside_another() -> None:
    """With a fast zoom the later picture covers only the middle; its rim must not be seen as a line."""
    flat = [
        Frame(np.full((96, 128, 3), tone, np.uint8), Fraction(n, 4), n, motion=Motion(zoom=4))
        for n, tone in enumerate((90, 110))
    ]
    for frame in filter_of(24, 4, 0.25)(iter(flat)):
        steps = np.abs(np.diff(frame.image[..., 0].astype(int), axis=1))
        assert steps.max() <= 5
        assert 90 <= frame.image.min() <= frame.image.max() <= 110


def test_nothing_fades_across_a_cut() -> None:
    dark, light = np.full((16, 16, 3), 20, np.uint8), np.full((16, 16, 3), 220, np.uint8)
    given = [Frame(light if n >= 3 else dark, Fraction(n, 5), n, cut=n == 3, motion=INWARDS) for n in range(6)]
    frames = list(filter_of(24, 5, 1.2)(iter(given)))
    for frame in frames:
        assert (frame.image == (20 if frame.time < Fraction(3, 5) else 220)).all()
    cuts = [frame for frame in frames if frame.cut]
    assert [frame.time for frame in cuts] == [Fraction(ceil(Fraction(3, 5) * 24), 24)]


@pytest.mark.parametrize(("fps", "paint"), [(24, 12), (24, 10), (10, 24)])
def test_every_cut_is_marked_once(fps: float, paint: float) -> None:
    given = (Frame(TINY, n / exact_rate(paint), n, cut=n in (7, 31)) for n in range(48))
    assert sum(frame.cut for frame in filter_of(fps, paint, None)(given)) == 2


def test_a_picture_that_is_held_stands_still() -> None:
    image = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    given = [Frame(image.copy(), Fraction(n, 6), n, origin=Origin.HELD, motion=INWARDS) for n in range(3)]
    assert all((frame.image == image).all() for frame in islice(filter_of(24, 6, None)(iter(given)), 9))


def test_after_the_last_painted_frame_the_picture_moves_on_for_its_own_time() -> None:
    given = [Frame(wave(INWARDS.zoom ** (n / 6)), Fraction(n, 6), n, motion=INWARDS) for n in range(3)]
    frames = list(filter_of(24, 6, 100.0)(iter(given)))
    assert len(frames) == 12
    apart = frames[-1].image.astype(int) - wave(INWARDS.zoom ** float(frames[-1].time))
    assert np.abs(apart)[4:-4, 4:-4].mean() < 2


def test_an_endless_dream_is_delivered_as_it_is_painted() -> None:
    asked: list[int] = []

    def endless() -> Iterator[Frame]:
        for n in count():
            asked.append(n)
            yield Frame(TINY, Fraction(n, 12), n)

    stream = filter_of(24, 12, None)(endless())
    for n in range(20):
        assert next(stream).index == n
        assert asked[-1] == ceil(n / 2)


def test_a_film_that_is_long_enough_asks_for_no_more() -> None:
    asked: list[int] = []

    def watched() -> Iterator[Frame]:
        for frame in painted(Fraction(12), 100):
            asked.append(frame.index)
            yield frame

    assert len(list(filter_of(24, 12, 1.0)(watched()))) == 24
    assert asked[-1] <= 12


def test_no_frames_give_none() -> None:
    assert list(filter_of(24, 12, 1.0)(iter(()))) == []


def test_frames_follow_each_other_without_a_jump() -> None:
    """Of a picture that is painted afresh at every step no delivered frame changes as much as the painted ones do."""
    random = np.random.default_rng(1)
    base = wave(1.0).astype(int)
    given = [
        Frame(np.clip(base + random.normal(0, 12, base.shape), 0, 255).astype(np.uint8), Fraction(n, 6), n)
        for n in range(5)
    ]
    frames = list(filter_of(24, 6, None)(iter(given)))[:17]
    steps = [np.abs(one.image.astype(int) - two.image).mean() for one, two in pairwise(frames)]
    assert max(steps) < 0.6 * np.abs(given[0].image.astype(int) - given[1].image).mean()


def between_of(kind: str, fps: float, paint_fps: float, **options: object) -> Filter:
    scene = {"keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}}
    spec = RenderSpec.model_validate({"fps": fps, "paint_fps": paint_fps, "scenes": [scene]})
    plugin: FilterPlugin = registry.create(
        "filters", ComponentSpec(name="interpolate", options={"kind": kind, **options})
    )
    return plugin.start(spec)


@pytest.mark.parametrize("factor", [2, 3, 5, 8])
@pytest.mark.parametrize("kind", ["camera", "flow", "none"])
def test_of_every_kind_the_given_frames_stay_bit_by_bit(kind: str, factor: int) -> None:
    given = [Frame(wave(1.02**n), Fraction(n, 6), n) for n in range(3)]
    frames = list(between_of(kind, 6 * factor, 6)(iter(given)))
    assert len(frames) == 3 * factor
    for frame in frames:
        assert frame.time == Fraction(frame.index, 6 * factor)
        if frame.index % factor == 0:
            assert frame.image is given[frame.index // factor].image
            assert frame.origin is Origin.PAINTED
        else:
            assert frame.origin is (Origin.HELD if kind == "none" else Origin.INTERPOLATED)


def test_flow_follows_what_moves_where_the_camera_is_said_to_stand() -> None:
    given = [Frame(np.roll(wave(1.0), 4 * n, axis=1), Fraction(n, 6), n) for n in range(2)]
    true = np.roll(wave(1.0), 2, axis=1).astype(int)
    made = {kind: list(islice(between_of(kind, 12, 6)(iter(given)), 2))[1].image for kind in ("camera", "flow", "none")}
    apart = {kind: float(np.abs(image[:, 16:-16] - true[:, 16:-16]).mean()) for kind, image in made.items()}
    assert apart["flow"] < 0.4 * apart["camera"] < 0.4 * apart["none"]


def test_cuts_are_found_where_nobody_tells_them() -> None:
    random = np.random.default_rng(5)
    one, two = wave(1.0), np.full((96, 128, 3), (30, 60, 20), np.uint8)
    two[20:60, 30:90] = random.integers(20, 60, (40, 60, 3), np.uint8)
    given = [Frame(image, Fraction(n, 6), n) for n, image in enumerate((one, one, two, two))]
    frames = list(between_of("flow", 24, 6, cuts="found")(iter(given)))
    assert [frame.index for frame in frames if frame.cut] == [8]
    for frame in frames:
        assert frame.image is one or frame.image is two or np.array_equal(frame.image, one if frame.index < 8 else two)


@pytest.mark.parametrize(
    ("options", "named"),
    [({"kind": "rife"}, "weights"), ({"kind": "flow", "weights": "x.pkl"}, "weights"), ({"kind": "magic"}, "kind")],
)
def test_ways_that_cannot_be_are_named(options: dict[str, object], named: str) -> None:
    with pytest.raises(InputError, match=named):
        between_of(str(options.pop("kind")), 24, 12, **options)
