"""The machine's time: measured, shared out, and refused where there is none left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.errors import Busy
from reverie.core.spec import RenderSpec
from reverie.engine.assemble import ALONE
from reverie.execution.capacity import SHARE, Capacity, measured, plain_rate
from reverie.execution.local import silent
from tests.execution.audience import until
from tests.fakes import dream, registered


@pytest.fixture(autouse=True)
def fakes() -> Iterator[None]:
    with registered():
        yield


def wanted(rate: float = 30.0, width: int = 96) -> RenderSpec:
    return dream(None).model_copy(update={"live": True, "paint_fps": rate, "width": width})


def costs(seconds: float) -> Callable[[], float]:
    return lambda: seconds


def test_a_slow_model_is_painted_below_its_measured_rate_and_a_quick_one_as_asked() -> None:
    with Capacity().room(wanted(), costs(0.1)) as rate:
        assert rate == SHARE * 10
    with Capacity().room(wanted(), costs(0.001)) as rate:
        assert rate == 30


def test_a_model_that_takes_seconds_is_shown_all_the_same_when_it_is_alone() -> None:
    with Capacity().room(wanted(), costs(20.0)) as rate:
        assert rate == pytest.approx(0.047)


def test_several_share_the_machine_until_one_more_would_be_no_moving_picture() -> None:
    capacity = Capacity()
    with ExitStack() as live:
        rates = [live.enter_context(capacity.room(wanted(), costs(0.015))) for _ in range(3)]
        assert rates[:2] == [30, 30]
        assert 5 <= rates[2] < 10
        with pytest.raises(Busy, match="can't be shown in real time") as refused, capacity.room(wanted(), costs(0.015)):
            pass
        assert refused.value.exit_code == 1
        with pytest.raises(Busy):
            capacity.refuse(wanted())
    capacity.refuse(wanted())
    assert capacity.empty
    with capacity.room(wanted(), costs(0.015)) as rate:
        assert rate == 30


def test_what_was_measured_is_not_measured_again_beside_a_session_that_it_would_disturb() -> None:
    capacity, asked = Capacity(), list[int]()

    def measure() -> float:
        asked.append(1)
        return 0.01

    with capacity.room(wanted(), measure), capacity.room(wanted(), measure):
        assert len(asked) == 1
        with capacity.room(wanted(10.0, width=64), measure):
            assert len(asked) == 2


def test_two_are_not_measured_at_once() -> None:
    capacity, measuring, go_on, taken = Capacity(), Event(), Event(), list[str]()

    def slowly() -> float:
        measuring.set()
        go_on.wait(30)
        taken.append("first")
        return 0.01

    def quickly() -> float:
        taken.append("second")
        return 0.01

    def enter(measure: Callable[[], float], width: int) -> None:
        with capacity.room(wanted(width=width), measure):
            until(lambda: len(taken) == 2)

    first = Thread(target=enter, args=(slowly, 96))
    second = Thread(target=enter, args=(quickly, 64))
    first.start()
    assert measuring.wait(30)
    second.start()
    go_on.set()
    first.join()
    second.join()
    assert taken == ["first", "second"]


def test_a_measure_that_fails_leaves_the_room_to_others() -> None:
    capacity = Capacity()

    def breaks() -> float:
        raise OSError("broken weights")

    with pytest.raises(OSError, match="broken"), capacity.room(wanted(), breaks):
        pass
    with capacity.room(wanted(), costs(0.001)) as rate:
        assert rate == 30


def test_the_whole_of_a_painted_frame_is_measured() -> None:
    now = [0.0]

    def tick(phase: str, done: float, preview: object = None) -> None:
        now[0] += 0.05

    spec = wanted().model_copy(update={"fps": 24.0, "paint_fps": 12.0})
    assert measured(spec, tick, ALONE, lambda: now[0]) == pytest.approx(0.05)
    between = spec.model_validate({**spec.model_dump(), "filters": [{"name": "interpolate"}]})
    assert measured(between, tick, ALONE, lambda: now[0]) == pytest.approx(0.05)
    assert measured(wanted(), silent, ALONE) > 0


def busy(costs: Callable[[float], float]) -> float:
    """Measure a session whose frames take what the moment says."""
    now = [0.0]

    def tick(phase: str, done: float, preview: object = None) -> None:
        now[0] += costs(now[0])

    return measured(wanted(), tick, ALONE, lambda: now[0])


def test_what_other_programs_take_now_and_then_is_not_counted() -> None:
    assert busy(lambda now: 0.9 if now < 2.0 else 0.02) == pytest.approx(0.02)
    assert busy(lambda now: 0.02 if round(now * 50) % 3 else 0.2) == pytest.approx(0.02)


def test_a_machine_that_is_slow_all_the_time_is_known_within_seconds() -> None:
    clock = list[float]()

    def costs(now: float) -> float:
        clock.append(now)
        return 0.6

    assert busy(costs) == pytest.approx(0.6)
    assert clock[-1] < 5


@given(st.floats(0.001, 10_000))
def test_a_rate_in_plain_numbers_is_never_above_and_not_far_below(rate: float) -> None:
    assert 0.9 * rate < plain_rate(rate) * (1 + 1e-9) <= rate * (1 + 1e-5)
