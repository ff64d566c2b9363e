"""A live session under way: steered, watched, recorded, broken and ended from other threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from reverie.core import registry
from reverie.core.errors import Busy, Cancelled, InputError, MachineError
from reverie.core.frame import Image
from reverie.core.protocols import Handle
from reverie.core.report import Stage
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.core.timeline import Keyframe
from reverie.execution.executor import Executor
from reverie.execution.local import silent, submit
from reverie.media.video import read_frames
from tests.execution.audience import Broken, Collector, Gate, Log, Mailbox, until, until_frame
from tests.fakes import dream, registered


@pytest.fixture(autouse=True)
def fakes() -> Iterator[None]:
    with registered():
        yield


def live(seconds: float | None = None, **more: Any) -> RenderSpec:
    spec = dream(seconds, **more)
    return spec.model_copy(update={"live": True, "paint_fps": 60.0, "width": 32, "height": 32})


def begun(spec: RenderSpec, log: Log | None = None, executor: Executor | None = None) -> Handle:
    return (executor or Executor()).submit(spec, silent, log or Log())


def ended(handle: Handle) -> Any:
    handle.cancel()
    return handle.result(60)


def test_a_session_is_painted_steered_and_stopped() -> None:
    log = Log()
    handle = begun(live(), log)
    assert handle.state().prompt == "a reef"
    receipt = handle.insert(Keyframe(prompt="a city"))
    until_frame(handle, receipt.frame + 10)
    state = handle.state()
    assert state.state is Stage.RUNNING
    assert (state.prompt, state.frozen) == ("a city", False)
    assert state.vitals is not None
    assert state.time == Fraction(state.frame, 60)
    assert 0 < state.fps.new <= state.fps.model
    assert set(state.latency) == {"p50", "p95", "p99"}
    report = ended(handle)
    assert report.cancelled
    assert report.frames["painted"] == round(report.spec.scenes[0].duration * 60)
    assert log.stages == ["loading", "running", "stopped"]
    assert handle.state().state is Stage.STOPPED
    assert [data["reason"] for data in log.of("hint")] == ["a fake paints"]


def test_whoever_asks_for_its_spec_while_it_loads_is_told_the_rate_it_will_have() -> None:
    def slowly(phase: str, done: float, preview: object = None) -> None:
        threading.Event().wait(0.02)

    handle = Executor().submit(live(), slowly, Log())
    assert handle.spec.paint_fps == handle.spec.fps < 60
    until_frame(handle, 1)
    ended(handle)


def test_a_session_with_a_length_comes_to_its_end_by_itself() -> None:
    handle = begun(live(0.5))
    report = handle.result(60)
    assert not report.cancelled
    assert report.frames == {"painted": 30}


def test_a_sink_that_joins_late_has_every_frame_from_then_on_and_is_closed_with_the_session() -> None:
    handle, all_of_it, later, newest = begun(live()), Collector(), Collector(), Mailbox()
    handle.attach(all_of_it)
    handle.attach(newest)
    until_frame(handle, 10)
    handle.attach(later)
    until_frame(handle, 30)
    ended(handle)
    first = later.frames[0].index
    assert 0 < first < 30
    assert [frame.index for frame in all_of_it.frames] == list(range(len(all_of_it.frames)))
    assert [frame.index for frame in later.frames] == [frame.index for frame in all_of_it.frames[first:]]
    assert newest.frames[0].index == all_of_it.frames[-1].index
    assert [sink.closed for sink in (all_of_it, later, newest)] == [1, 1, 1]


def test_a_recording_that_is_stopped_is_whole_and_the_session_goes_on() -> None:
    handle, recording = begun(live()), Collector()
    until_frame(handle, 5)
    handle.attach(recording)
    until_frame(handle, 20)
    handle.detach(recording)
    kept = len(recording.frames)
    assert recording.closed == 1
    until_frame(handle, handle.state().frame + 10)
    ended(handle)
    assert len(recording.frames) == kept > 5


def test_a_file_has_every_painted_frame_though_it_is_cancelled_in_the_middle(tmp_path: Path) -> None:
    path, seen = tmp_path / "live.mp4", Collector()
    spec = live().model_copy(update={"sinks": (ComponentSpec(name="file", options={"path": str(path)}),)})
    handle = begun(spec)
    handle.attach(seen)
    until_frame(handle, 40)
    ended(handle)
    assert sum(1 for _ in read_frames(path)) == len(seen.frames)
    assert [file.name for file in tmp_path.iterdir()] == ["live.mp4"]


def test_a_sink_that_fails_is_told_of_and_nobody_else_notices() -> None:
    log, good = Log(), Collector()
    handle = begun(live(), log)
    for sink in (Broken(3), good, Broken(3, newest_only=True)):
        handle.attach(sink)
    until_frame(handle, 30)
    ended(handle)
    assert [data["reason"] for data in log.of("sink")] == ["Broken was let go: no space left"] * 2
    assert len(good.frames) > 30


def test_cancelling_does_not_wait_for_a_sink_that_writes_nothing() -> None:
    handle, stuck = begun(live()), Gate()
    until_frame(handle, 3)
    handle.attach(stuck)
    until(lambda: handle.state().frame >= 4)
    handle.cancel()
    stuck.open.set()
    assert handle.result(60).cancelled


def test_a_thousand_wishes_at_once_are_a_few_keyframes() -> None:
    handle = begun(live())
    until_frame(handle, 5)
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda n: handle.insert(Keyframe(strength=(n % 80) / 100 + 0.1)), range(1000)))
    until_frame(handle, max(receipt.frame for receipt in receipts) + 2)
    report = ended(handle)
    assert len(report.spec.scenes[0].keyframes) <= 1 + len({receipt.frame for receipt in receipts})
    last = max(receipts, key=lambda receipt: receipt.frame).frame
    assert report.spec.scenes[0].keyframes[-1] in [receipt.keyframe for receipt in receipts if receipt.frame == last]


def test_a_wish_that_the_model_cannot_grant_is_refused_and_the_show_goes_on() -> None:
    handle = begun(live())
    with pytest.raises(InputError, match="guidance_scale"):
        handle.insert(Keyframe(guidance_scale=40))
    until_frame(handle, 5)
    ended(handle)
    with pytest.raises(MachineError, match="has ended"):
        handle.insert(Keyframe(prompt="a city"))


class Plain(BaseModel):
    """No options."""


class Mortal:
    """A corrector that fails after some frames."""

    Options = Plain

    def __init__(self, options: Any) -> None:
        self.left = 60

    def start(self, spec: RenderSpec) -> Mortal:
        return self

    def correct(self, image: Image, source: object, cond: object) -> Image:
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("the thread is dead")
        return np.asarray(image)


def test_a_session_that_dies_says_why_its_film_is_whole_and_others_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.BUILT_IN["correctors"], "mortal", "tests.execution.test_live:Mortal")
    registry.targets.cache_clear()
    executor, log, seen = Executor(), Log(), Collector()
    other = begun(live().model_copy(update={"paint_fps": 10.0}), executor=executor)
    until_frame(other, 1)
    handle = begun(live(correctors=("mortal",)), log, executor)
    handle.attach(seen)
    with pytest.raises(RuntimeError, match="thread is dead"):
        handle.result(60)
    assert handle.state().state is Stage.FAILED
    assert log.of("state")[-1] == {"state": "failed", "phase": "", "error": "the thread is dead"}
    assert seen.closed == 1
    before = other.state().frame
    until_frame(other, before + 2)
    ended(other)
    new = begun(live(), executor=executor)
    until_frame(new, 2)
    ended(new)
    registry.targets.cache_clear()


def test_a_model_that_cannot_start_ends_the_session_before_it_began() -> None:
    handle = begun(live(fails=True))
    with pytest.raises(MachineError, match="no such device"):
        handle.result(60)
    with pytest.raises(MachineError, match="has ended"):
        handle.insert(Keyframe(prompt="a city"))
    with pytest.raises(MachineError, match="not begun"):
        handle.report()


def test_a_session_that_is_stopped_before_its_first_frame_has_nothing_to_show() -> None:
    handle = begun(live())
    handle.cancel()
    with pytest.raises(Cancelled):
        handle.result(60)


def test_a_dying_picture_is_told_of_as_it_is_brought_back() -> None:
    log = Log()
    spec = live(kind="black", after=3, until=40, vitality={"spark": {"frames": 5, "cooldown": 5}})
    handle = begun(spec, log)
    until(lambda: log.of("spark") and log.stages[-1] == "running")
    ended(handle)
    assert "self-correcting" in log.stages
    assert "dark" in log.of("spark")[0]["reason"]


def test_one_session_too_many_is_refused_while_the_others_play_on() -> None:
    executor = Executor()

    def slow(phase: str, done: float, preview: object = None) -> None:
        threading.Event().wait(0.02)

    first = executor.submit(live(), slow, Log())
    until_frame(first, 2)
    with pytest.raises(Busy, match="can't be shown in real time"):
        executor.submit(live(), slow, Log())
    until_frame(first, first.state().frame + 2)
    ended(first)
    second = executor.submit(live(), slow, Log())
    until_frame(second, 2)
    ended(second)


def test_pictures_between_the_painted_ones_are_shown_in_time() -> None:
    spec = live().model_copy(
        update={"fps": 60.0, "paint_fps": 20.0, "filters": (ComponentSpec(name="interpolate"),)},
    )
    handle, seen = begun(spec), Collector()
    handle.attach(seen)
    until_frame(handle, 30)
    report = ended(handle)
    assert [frame.index for frame in seen.frames] == list(range(len(seen.frames)))
    assert {str(frame.origin) for frame in seen.frames} == {"painted", "interpolated"}
    assert report.frames["painted"] < report.frames["interpolated"]


def test_a_window_of_frames_is_painted_ahead() -> None:
    handle, seen = begun(live(steps=4)), Collector()
    handle.attach(seen)
    until_frame(handle, 20)
    ended(handle)
    assert [frame.index for frame in seen.frames] == list(range(len(seen.frames)))


def test_nothing_of_a_session_stays() -> None:
    before = set(threading.enumerate())
    handles = [begun(live()) for _ in range(3)]
    for handle in handles:
        handle.attach(Collector())
        until_frame(handle, 3)
        ended(handle)
    assert set(threading.enumerate()) - before == set()


def test_a_film_has_a_handle_too(tmp_path: Path) -> None:
    path, seen = tmp_path / "film.mp4", Collector()
    film = dream(2.0).model_copy(update={"sinks": (ComponentSpec(name="file", options={"path": str(path)}),)})
    handle = submit(film, silent, Log())
    handle.attach(seen)
    report = handle.result(60)
    assert report.files == (str(path),)
    assert sum(1 for _ in read_frames(path)) == 20
    assert handle.state().state is Stage.STOPPED
    assert seen.closed == 1


def test_a_film_that_is_cancelled_before_it_began_leaves_no_file(tmp_path: Path) -> None:
    film = dream(60.0).model_copy(
        update={"sinks": (ComponentSpec(name="file", options={"path": str(tmp_path / "film.mp4")}),)}
    )

    def never(phase: str, done: float, preview: object = None) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        submit(film, never, Log()).result(60)
    assert list(tmp_path.iterdir()) == []


def test_a_rate_from_a_busier_moment_is_told_of_in_the_show() -> None:
    log, executor = Log(), Executor()
    executor.device = replace(executor.device, advises=0.2)
    begins = [True]

    def tick(phase: str, done: float, preview: object = None) -> None:
        # Busy for as long as the rate is measured, and quick ever after.
        if begins:
            threading.Event().wait(0.03)
            if log.of("hint"):
                begins.clear()

    handle = executor.submit(live(), tick, log)
    until(lambda: any("begin another" in hint["reason"] for hint in log.of("hint")))
    assert "painted at" in ended(handle).hints[-1].reason
