"""A spec run on this machine, on the placeholder."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pydantic import BaseModel

from reverie.authoring import dream_spec
from reverie.core import registry
from reverie.core.errors import Cancelled, InputError, MachineError
from reverie.core.frame import Frame, Image
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.execution.local import DREAMING, render, started
from reverie.execution.outputs import into_film
from reverie.media.video import read_frames


@pytest.fixture
def spec() -> RenderSpec:
    return dream_spec("a reef", model="placeholder", size=(64, 64), seconds=1, seed=1)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_render_makes_a_whole_film_and_counts_it(spec: RenderSpec, tmp_path: Path) -> None:
    shares = list[float]()

    def tick(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
        if phase == DREAMING and preview is not None:
            shares.append(done)
            assert preview().shape == (64, 64, 3)

    report = render(into_film(spec, tmp_path / "x.mp4"), tick=tick)
    assert sum(report.frames.values()) == sum(1 for _ in read_frames(tmp_path / "x.mp4")) == 24
    assert report.files == (str(tmp_path / "x.mp4"),)
    assert not report.cancelled
    assert shares == [count / 24 for count in range(1, 25)]
    assert 0 < report.fps.new <= report.fps.displayed


def test_stopping_keeps_what_was_rendered(spec: RenderSpec, tmp_path: Path) -> None:
    stop = Event()

    def tick(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
        if phase == DREAMING and done >= 0.5:
            stop.set()

    report = render(into_film(spec, tmp_path / "x.mp4"), tick=tick, stop=stop)
    assert report.cancelled
    count = sum(1 for _ in read_frames(tmp_path / "x.mp4"))
    assert count == sum(report.frames.values())
    assert 12 <= count < 20
    assert names(tmp_path) == ["x.mp4"]


def test_stopping_before_the_first_frame_leaves_nothing(spec: RenderSpec, tmp_path: Path) -> None:
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        render(into_film(spec, tmp_path / "x.mp4"), stop=stop)
    assert names(tmp_path) == []


@pytest.mark.parametrize("error", [MemoryError(), KeyboardInterrupt(), MachineError("The device is gone.")])
def test_any_other_end_leaves_nothing(spec: RenderSpec, tmp_path: Path, error: BaseException) -> None:
    (tmp_path / "x.mp4").write_bytes(b"mine")

    def tick(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
        if phase == DREAMING and done >= 0.5:
            raise error

    with pytest.raises(type(error)):
        render(into_film(spec, tmp_path / "x.mp4"), tick=tick)
    assert names(tmp_path) == ["x.mp4"]
    assert (tmp_path / "x.mp4").read_bytes() == b"mine"


def test_an_output_that_cannot_be_is_known_before_anything_is_loaded(spec: RenderSpec, tmp_path: Path) -> None:
    ticks = list[str]()
    with pytest.raises(InputError, match=r"^output: "):
        render(into_film(spec, tmp_path / "no" / "x.mp4"), tick=lambda phase, done, preview=None: ticks.append(phase))
    assert ticks == []


class FullDisk:
    """A sink on a disk with room for a few frames."""

    class Options(BaseModel):
        frames: int = 3

    def __init__(self, options: Options) -> None:
        self._left = options.frames
        self.ended = ""

    def start(self, spec: RenderSpec) -> FullDisk:
        RUNS.append(self)
        return self

    def write(self, frame: Frame) -> None:
        self._left -= 1
        if self._left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        self.ended = "closed"

    def abandon(self) -> None:
        self.ended = "abandoned"


RUNS: list[FullDisk] = []


@pytest.fixture
def _full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.BUILT_IN["sinks"], "full_disk", f"{__name__}:FullDisk")
    registry.targets.cache_clear()
    RUNS.clear()
    yield
    registry.targets.cache_clear()


@pytest.mark.usefixtures("_full_disk")
def test_a_disk_that_fills_up_ends_every_sink_and_leaves_no_file(spec: RenderSpec, tmp_path: Path) -> None:
    film = into_film(spec, tmp_path / "x.mp4")
    both = film.model_copy(update={"sinks": (*film.sinks, ComponentSpec(name="full_disk"))})
    with pytest.raises(MachineError, match=r"^output: .*No space left on device"):
        render(both)
    assert [sink.ended for sink in RUNS] == ["abandoned"]
    assert names(tmp_path) == []


def test_a_session_is_closed_whoever_leaves(spec: RenderSpec) -> None:
    seen: Any = None
    with started(spec) as session:
        seen = next(iter(session))
    assert seen.index == 0
    assert list(session) == []
