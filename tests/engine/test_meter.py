from __future__ import annotations

from collections.abc import Callable

import pytest

from reverie.core.report import Rates
from reverie.engine.meter import Meter


def clock() -> tuple[Callable[[], float], list[float]]:
    now = [100.0]
    return lambda: now[0], now


def test_the_three_rates_are_kept_apart() -> None:
    time, now = clock()
    meter = Meter(time)
    for _ in range(10):
        with meter.painting() as painted:
            with meter.model(1):
                now[0] += 0.02
            now[0] += 0.03
            painted(1)
        now[0] += 0.05
        for _ in range(3):
            meter.delivered()
    rates = meter.rates()
    assert (rates.model, rates.new, rates.displayed) == pytest.approx((50, 10, 30))
    assert meter.latency() == pytest.approx({"p50": 50, "p95": 50, "p99": 50})


def test_before_anything_there_is_nothing_to_tell() -> None:
    assert Meter().rates() == Rates()
    assert Meter().latency() == {}


def test_a_window_shares_its_time_among_its_frames() -> None:
    time, now = clock()
    meter = Meter(time)
    with meter.painting() as painted:
        now[0] += 0.4
        painted(4)
    assert meter.latency()["p50"] == pytest.approx(100)
    assert meter.rates().new == pytest.approx(10)
