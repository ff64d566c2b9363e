from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core.report import VitalSigns
from reverie.measure import drift


def hashes(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64)


def test_ends_are_the_first_and_last_fifteen_percent() -> None:
    values = [1.0] * 15 + [9.0] * 70 + [2.0] * 15
    assert drift.ends(values) == (1.0, 2.0)
    assert drift.change(values) == pytest.approx(1.0)
    assert drift.change([4.0, 1.0]) == pytest.approx(-0.75)


def test_a_slope_sees_what_a_lucky_end_hides() -> None:
    falling = [1.0 - 0.5 * step / 99 for step in range(100)]
    falling[-15:] = falling[:15]
    assert drift.change(falling) == pytest.approx(0.0)
    assert drift.slope(falling) < -0.2
    assert drift.slope([3.0]) == 0.0
    assert drift.slope([1.0, 2.0, 3.0]) == pytest.approx(1.0)


@pytest.mark.parametrize(("flags", "longest"), [([], 0), ([0, 0], 0), ([1], 1), ([1, 1, 0, 1, 1, 1, 0], 3)])
def test_the_longest_run_counts_unbroken_flags(flags: list[int], longest: int) -> None:
    assert drift.longest_run(bool(flag) for flag in flags) == longest


def test_frames_that_come_back_after_a_while_are_counted_both_times() -> None:
    film = hashes(400)
    film[350] = film[20] ^ np.uint64(0b11)
    film[60] = film[30]
    assert drift.repeated(film) == pytest.approx(2 / 400)
    assert drift.repeated(film, distance=20) == pytest.approx(4 / 400)
    assert drift.repeated(hashes(0)) == 0.0


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 60), st.integers(1, 30), st.integers(1, 16))
def test_blocks_do_not_change_what_is_counted(count: int, distance: int, block: int) -> None:
    film = hashes(7)[np.random.default_rng(count).integers(0, 7, count)]
    naive = [
        any(abs(one - two) >= distance and (film[one] == film[two]).all() for two in range(count))
        for one in range(count)
    ]
    assert drift.repeated(film, distance, within=10, block=block) == pytest.approx(float(np.mean(naive)))


def signs(index: int, contrast: float = 0.3, stagnant: tuple[str, ...] = ()) -> VitalSigns:
    return VitalSigns(index / 10, 0.5, contrast, 0.01, 0.2, 0.02, 0.6, stagnant)


def test_a_soak_sums_a_run_up() -> None:
    run = [signs(index, 0.05 if index == 3 else 0.3, ("dark",) if 10 <= index < 14 else ()) for index in range(600)]
    told = drift.soak(run, hashes(600), sparks=2, warm_up=50)
    assert (told.frames, told.lowest_contrast, told.longest_stagnation) == (600, 0.05, 4)
    assert told.changes == {"detail": 0.0, "saturation": 0.0, "brightness": 0.0}
    assert told.sparks_per_300 == pytest.approx(1.0)
    assert told.repeated == 0.0


def test_a_soak_shorter_than_its_warm_up_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing after"):
        drift.soak([signs(0)], hashes(1), warm_up=1)
