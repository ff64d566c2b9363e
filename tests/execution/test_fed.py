"""A live session whose pictures come from outside: it waits, paints, holds, takes up again, and is never black."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Frame, Origin
from reverie.core.protocols import Handle
from reverie.core.report import Stage
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.core.timeline import Keyframe
from reverie.execution.executor import Executor
from reverie.execution.local import render, silent, started
from tests.execution.audience import Collector, Log, until, until_frame
from tests.fakes import dream, registered

SCENE = np.random.default_rng(3).integers(0, 256, (48, 64, 3), np.uint8)


@pytest.fixture(autouse=True)
def fakes() -> Iterator[None]:
    with registered():
        yield


def fed(**more: Any) -> RenderSpec:
    spec = dream(None, **more)
    scenes = tuple(scene.model_copy(update={"source": ComponentSpec(name="mailbox")}) for scene in spec.scenes)
    return spec.model_copy(update={"live": True, "paint_fps": 60.0, "width": 32, "height": 32, "scenes": scenes})


def begun(log: Log | None = None, **more: Any) -> Handle:
    return Executor().submit(fed(**more), silent, log or Log())


def picture(step: int, width: int = 64) -> Frame:
    return Frame(np.roll(SCENE, step, axis=1)[:, :width], Fraction(0), step)


class Camera:
    """Feeds a handle until it is told not to."""

    def __init__(self, handle: Handle, width: int = 64) -> None:
        self._handle, self._width, self._end = handle, width, Event()
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        step = 0
        while not self._end.wait(1 / 60):
            step += 1
            self._handle.feed(picture(step, self._width))

    def unplug(self) -> None:
        self._end.set()
        self._thread.join()


def ended(handle: Handle) -> Any:
    handle.cancel()
    return handle.result(60)


def test_it_waits_for_its_first_picture_and_shows_nothing_before() -> None:
    log, seen = Log(), Collector()
    handle = begun(log)
    handle.attach(seen)
    until(lambda: handle.state().state is Stage.WAITING)
    assert handle.insert(Keyframe(prompt="a city")).frame == 0
    time.sleep(0.2)
    assert seen.frames == []
    assert handle.state().input is not None
    camera = Camera(handle)
    until_frame(handle, 20)
    camera.unplug()
    report = ended(handle)
    assert log.stages[:3] == ["loading", "waiting", "running"]
    assert report.frames["painted"] > 10
    assert min(float(frame.image.mean()) for frame in seen.frames) > 20


def test_it_ends_while_it_waits() -> None:
    handle = begun()
    until(lambda: handle.state().state is Stage.WAITING)
    handle.cancel()
    until(lambda: handle.state().state is Stage.STOPPED)
    with pytest.raises(MachineError, match="ended"):
        handle.feed(picture(1))


def test_a_camera_that_is_unplugged_leaves_its_last_picture_and_is_taken_up_again() -> None:
    log, seen = Log(), Collector()
    handle = begun(log)
    handle.attach(seen)
    camera = Camera(handle)
    until_frame(handle, 20)
    camera.unplug()
    until(lambda: handle.state().state is Stage.STALLED)
    found = handle.state()
    assert found.input is not None
    assert found.input.silent is not None
    assert found.input.silent >= 1
    shown = found.frame
    until_frame(handle, shown + 20)
    held = [frame for frame in seen.frames if frame.index > shown]
    assert {frame.origin for frame in held} == {Origin.HELD}
    assert all(frame.image is held[0].image for frame in held)
    other = Camera(handle, width=20)
    until(lambda: handle.state().state is Stage.RUNNING)
    until_frame(handle, handle.state().frame + 20)
    again = handle.state().input
    assert again is not None
    assert (again.width, again.height) == (20, 48)
    assert {"waited", "painted", "shown"} == set(again.ages)
    other.unplug()
    ended(handle)
    assert log.stages[-3:] == ["stalled", "running", "stopped"]


def test_a_wish_is_painted_though_the_input_stands_still() -> None:
    handle, seen = begun(), Collector()
    handle.attach(seen)
    handle.feed(picture(0))
    until_frame(handle, 10)
    receipt = handle.insert(Keyframe(prompt="a city in the snow"))
    until_frame(handle, receipt.frame + 10)
    ended(handle)
    origins = [frame.origin for frame in seen.frames if frame.index > 0]
    painted = [frame.index for frame in seen.frames if frame.origin is not Origin.HELD]
    assert receipt.frame in painted
    assert origins.count(Origin.HELD) == len(origins) - 1


def test_what_was_not_recorded_can_t_be_rendered_again_and_says_so() -> None:
    handle = begun()
    camera = Camera(handle)
    until_frame(handle, 5)
    camera.unplug()
    report = ended(handle)
    with pytest.raises(InputError, match="not recorded: it can't be rendered again"):
        render(report.spec)


def test_what_was_recorded_is_rendered_again_to_the_last_bit(tmp_path: Path) -> None:
    seen, path = Collector(), tmp_path / "input.mkv"
    spec = fed()
    source = ComponentSpec(name="mailbox", options={"keep": True, "path": str(path)})
    scenes = (spec.scenes[0].model_copy(update={"source": source}),)
    handle = Executor().submit(spec.model_copy(update={"scenes": scenes, "paint_fps": 20.0}), silent, Log())
    handle.attach(seen)
    until(lambda: handle.state().state is Stage.WAITING)
    assert not path.exists()
    handle.feed(picture(0))
    until_frame(handle, 10)
    camera = Camera(handle)
    until_frame(handle, 30)
    handle.insert(Keyframe(prompt="a city"))
    until_frame(handle, 40)
    camera.unplug()
    until_frame(handle, 50)
    handle.insert(Keyframe(prompt="a moon", blend=0.2))
    handle.insert(Keyframe(freeze=True))
    until_frame(handle, 60)
    handle.insert(Keyframe(freeze=False))
    until_frame(handle, 70)
    report = ended(handle)
    again = ComponentSpec(name="kept", options={"path": str(path)})
    scene = report.spec.scenes[0].model_copy(update={"source": again})
    with started(report.spec.model_copy(update={"scenes": (scene,)})) as session:
        shown = list(session)
    assert len(shown) == len(seen.frames) > 60
    assert [frame.origin for frame in shown] == [frame.origin for frame in seen.frames]
    assert all(np.array_equal(one.image, other.image) for one, other in zip(shown, seen.frames, strict=True))
    assert {Origin.HELD, Origin.PAINTED} == {frame.origin for frame in shown}


def test_a_dream_takes_no_pictures() -> None:
    spec = dream(None).model_copy(update={"live": True, "paint_fps": 60.0, "width": 32, "height": 32})
    handle = Executor().submit(spec, silent, Log())
    with pytest.raises(InputError, match="takes no pictures"):
        handle.feed(picture(1))
    ended_quietly(handle)


def ended_quietly(handle: Handle) -> None:
    until_frame(handle, 1)
    ended(handle)
