from __future__ import annotations

from reverie.core.spec import ComponentSpec
from reverie.execution.advice import Advice
from reverie.execution.capacity import Capacity
from reverie.execution.performed import at_rate
from tests.fakes import dream

SLOW = at_rate(dream(None).model_copy(update={"live": True}), 2.0)
SECONDS = 30.0
ASKED = 60


def test_a_rate_from_a_busier_moment_is_told_of_once() -> None:
    advice = Advice(SLOW, lambda takes: 0.5 / takes, SECONDS)
    assert advice.at(0, lambda: 0.02) is None
    assert advice.at(ASKED - 1, lambda: 0.02) is None
    said = advice.at(ASKED, lambda: 0.02)
    assert said == "painted at 2 frames a second, as measured at the start; begin another to have 25"
    assert advice.at(2 * ASKED, lambda: 0.02) is None


def test_nothing_is_said_while_there_is_nothing_better() -> None:
    offers = iter([None, 12.0])
    advice = Advice(SLOW, lambda takes: next(offers), SECONDS)
    assert advice.at(ASKED, lambda: 0.4) is None
    assert advice.at(2 * ASKED, lambda: 0.02) is not None


def test_better_is_half_as_much_again_for_one_that_is_alone_and_wants_it() -> None:
    capacity = Capacity()
    wanted = dream(None).model_copy(update={"live": True, "paint_fps": 30.0})
    other = wanted.model_copy(update={"correctors": (ComponentSpec(name="limit"),)})
    with capacity.room(wanted, lambda: 0.2) as rate:
        assert rate == 4.7
        assert capacity.better(rate, 30.0, 0.05) == 19
        assert capacity.better(rate, 30.0, 0.001) == 30
        assert capacity.better(rate, 30.0, 0.15) is None
        with capacity.room(other.model_copy(update={"paint_fps": 0.2}), lambda: 0.2):
            assert capacity.better(rate, 30.0, 0.001) is None
