"""The rule that holds a budget, on machines that are simulated: any costs, any load, noise, and what comes and goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core.card import BackendCard, Range
from reverie.engine.budget import CALM, MARGIN, UNCOUNTED, Budget, Rung, ladder

WORKS = tuple(share * share for share in (1.0, 0.875, 0.75, 0.625, 0.5))
STRIDE = UNCOUNTED + CALM
"""Frames after which a rung is left at the latest where it is to be left."""

Machine = Callable[[int, int], float]
"""The seconds that a frame of a number takes in a way of a number."""


def run(budget: Budget, machine: Machine, frames: int, first: int = 0) -> list[int]:
    """Return the way that each frame was painted by."""
    seen = []
    for frame in range(first, first + frames):
        seen.append(budget.rung)
        budget.took(machine(frame, budget.rung))
        if (wanted := budget.wanted()) != budget.rung:
            budget.taken_up(wanted)
    return seen


def changes(seen: Sequence[int]) -> int:
    return sum(one != other for one, other in pairwise(seen))


def affine(fixed: float, per_work: float, works: Sequence[float] = WORKS) -> Machine:
    return lambda _, rung: fixed + per_work * works[rung]


@settings(max_examples=25)
@given(st.floats(0, 0.2), st.floats(0.001, 1.0), st.floats(0.01, 0.5))
def test_a_steady_machine_settles_once_and_stays(fixed: float, per_work: float, seconds: float) -> None:
    budget = Budget(seconds, WORKS)
    machine = affine(fixed, per_work)
    seen = run(budget, machine, 1200)
    settled = len(WORKS) * STRIDE
    assert changes(seen[settled:]) == 0
    assert all(after >= before for before, after in pairwise(seen))
    held = machine(0, budget.rung) <= seconds
    assert held or budget.rung == len(WORKS) - 1
    if budget.rung:
        assert machine(0, budget.rung - 1) > seconds


@settings(max_examples=25)
@given(st.lists(st.floats(0.001, 1.0), min_size=2, max_size=8), st.floats(0.005, 0.5))
def test_a_machine_with_any_costs_settles_and_changes_ever_more_seldom(costs: list[float], seconds: float) -> None:
    costs = sorted(costs, reverse=True)
    works = [float(2 ** (len(costs) - number)) for number in range(len(costs))]
    budget = Budget(seconds, works)
    seen = run(budget, lambda _, rung: costs[rung], 8_000)
    assert costs[budget.rung] <= seconds or budget.rung == len(costs) - 1 or changes(seen[-STRIDE:])
    # What can't be told beforehand is tried, twice for every doubling of the time.
    assert changes(seen) <= len(costs) + 12
    assert changes(seen[4000:]) <= 4


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.12), st.floats(0.02, 0.15))
def test_noise_does_not_make_it_hunt(seed: int, per_work: float, noise: float) -> None:
    dice = np.random.default_rng(seed)
    budget = Budget(0.06, WORKS)
    noisy = affine(0.005, per_work)
    seen = run(budget, lambda frame, rung: noisy(frame, rung) * float(dice.lognormal(0, noise)), 2000)
    assert changes(seen[1000:]) <= 4
    assert changes(seen) <= 16


@pytest.mark.parametrize("share", [0.01, 0.04])
def test_single_slow_frames_are_no_reason(share: float) -> None:
    dice = np.random.default_rng(1)
    budget = Budget(0.1, WORKS)
    seen = run(budget, lambda _, rung: 0.3 if dice.random() < share else 0.08 * WORKS[rung], 2000)
    assert set(seen) == {0}


@settings(max_examples=25)
@given(st.floats(1.5, 6.0))
def test_it_comes_back_when_the_load_goes(load: float) -> None:
    budget, quiet = Budget(0.1, WORKS), affine(0.01, 0.07)
    assert set(run(budget, quiet, 200)) == {0}
    under = run(budget, lambda frame, rung: load * quiet(frame, rung), 600, 200)
    assert under[-1] > 0
    assert changes(under[len(WORKS) * STRIDE :]) == 0
    again = run(budget, quiet, len(WORKS) * STRIDE, 800)
    assert again[-1] == 0
    assert all(after <= before for before, after in pairwise(again))


def test_a_step_that_was_learned_amid_a_change_of_load_is_doubted_after_a_while() -> None:
    """The load goes in the very moment of a step down: the step seems to have saved far more than it did."""
    budget, quiet = Budget(0.1, WORKS), affine(0.0, 0.09)
    run(budget, lambda frame, rung: (5.0 if budget.rung == 0 else 1.0) * quiet(frame, rung), 60)
    assert budget.rung > 0
    run(budget, affine(0.0, 0.06), 3000, 60)
    assert budget.rung == 0


def test_what_can_not_be_held_is_said_once() -> None:
    budget, said = Budget(0.01, WORKS), []
    for frame in range(1000):
        budget.took(affine(0.05, 0.1)(frame, budget.rung))
        if (wanted := budget.wanted()) != budget.rung:
            budget.taken_up(wanted)
        if (seconds := budget.beyond()) is not None:
            said.append(seconds)
    assert said == [pytest.approx(0.05 + 0.1 * WORKS[-1])]


def test_a_way_that_is_not_ready_yet_is_asked_for_again() -> None:
    budget = Budget(0.05, WORKS)
    for _ in range(100):
        budget.took(0.1)
    assert (budget.rung, budget.wanted()) == (0, 1)


def test_what_was_learned_is_put_down_and_taken_up() -> None:
    one, other, machine = Budget(0.05, WORKS), Budget(0.05, WORKS), affine(0.004, 0.09)
    run(one, machine, 137)
    other.restore(one.state())
    assert run(one, machine, 500, 137) == run(other, machine, 500, 137)


def card(multiple: int = 32, least: int = 64) -> BackendCard:
    sides = Range(256, least, 1024)
    return BackendCard("a", "A", frozenset({"image"}), multiple, ranges={"width": sides, "height": sides})


def test_steps_go_before_pixels() -> None:
    rungs = ladder((256, 256), 3, card())
    assert [rung.num_inference_steps for rung in rungs] == [3, 2, 1, 1, 1, 1, 1]
    assert [rung.width for rung in rungs] == [256, 256, 256, 224, 192, 160, 128]
    assert str(rungs[0]) == "256x256 in 3 steps"
    assert str(rungs[-1]) == "128x128 in 1 step"


@given(
    st.integers(1, 30).map(lambda count: 32 * count),
    st.integers(1, 30).map(lambda count: 32 * count),
    st.integers(1, 8),
    st.sampled_from([32, 64, 128]),
)
def test_every_rung_can_be_painted_and_is_cheaper_than_the_one_before(
    width: int, height: int, steps: int, least: int
) -> None:
    width, height = max(width, least), max(height, least)
    found = ladder((width, height), steps, card(least=least))
    assert found[0] == Rung(steps, width, height)
    assert all(after.work < before.work for before, after in pairwise(found))
    for rung in found:
        card(least=least).check({"width": rung.width, "height": rung.height})
        assert rung.width <= width
        assert rung.height <= height


@pytest.mark.parametrize(("seconds", "rung"), [(0.101, 1), (0.099 / MARGIN, 1), (0.101 / MARGIN, 0)])
def test_a_dearer_way_is_taken_where_it_stays_under_the_margin(seconds: float, rung: int) -> None:
    budget = Budget(seconds, (2.0, 1.0))
    budget.rung = 1
    run(budget, lambda _, number: (0.1, 0.05)[number], 2 * STRIDE)
    assert budget.rung == rung
