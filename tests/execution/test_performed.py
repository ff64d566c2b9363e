"""The spec that a live session leaves behind."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reverie.core.clock import exact_rate
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.engine.schedule import delivered
from reverie.execution.performed import at_rate, performed
from tests.fakes import dream


def live(rate: float = 12.5) -> RenderSpec:
    spec = dream(None, keyframes=[{"time": 1.0, "strength": 0.3}, {"time": 500.0, "strength": 0.4}])
    return at_rate(spec.model_copy(update={"live": True, "sinks": (ComponentSpec(name="file"),)}), rate)


@given(st.integers(1, 1_000_000), st.sampled_from([0.047, 3.7, 9.5, 12.5, 24.0, 30000 / 1001, 30.0]))
def test_it_delivers_as_many_frames_as_were_shown(frames: int, rate: float) -> None:
    assert delivered(performed(live(rate), frames)) == frames


def test_it_ends_waits_for_no_clock_and_writes_over_nothing() -> None:
    spec = performed(live(), 50)
    assert not spec.live
    assert spec.sinks == ()
    assert spec.scenes[0].duration == 4.0


def test_wishes_for_moments_that_never_came_are_left_out() -> None:
    assert [key.time for key in performed(live(), 50).scenes[0].keyframes] == [0, 1.0]
    assert [key.time for key in performed(live(), 3).scenes[0].keyframes] == [0]


def test_a_rate_is_delivered_as_painted_unless_frames_come_between() -> None:
    assert (live(9.5).fps, live(9.5).paint_fps) == (9.5, 9.5)
    between = live().model_copy(update={"filters": (ComponentSpec(name="interpolate"),), "fps": 24.0})
    spec = at_rate(between, 8.0)
    assert (spec.fps, spec.paint_fps) == (24.0, 8.0)
    assert delivered(performed(spec, 49)) == 49


def test_scenes_that_were_not_reached_are_left_out() -> None:
    one = live().scenes[0]
    spec = live(10.0).model_copy(update={"scenes": (one.model_copy(update={"duration": 2.0}), one)})
    assert [scene.duration for scene in performed(spec, 50).scenes] == [2.0, 3.0]
    assert [scene.duration for scene in performed(spec, 15).scenes] == [float(Fraction(15) / exact_rate(10.0))]
