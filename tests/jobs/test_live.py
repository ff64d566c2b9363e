"""A live session as a job: steered, recorded, pictured, ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.errors import MachineError
from reverie.core.report import Receipt
from reverie.core.timeline import Keyframe
from reverie.jobs.files import Home
from reverie.jobs.job import Job, new_id, now
from reverie.jobs.ledger import Ledger
from reverie.jobs.live import Ending, Gestures, House, LiveRun, merged, plain
from reverie.jobs.store import Store
from reverie.media.picture import open_picture
from reverie.media.video import read_metadata
from tests.jobs.performers import FakeHub, live_spec, submit
from tests.server.waiting import until


class Stage:
    """A house with one session in it."""

    def __init__(self, folder: Path, prompt: str) -> None:
        self.home = Home(folder)
        self.store = Store(self.home.database)
        self.ledger = Ledger(self.store)
        self.endings: list[Ending] = []
        job = Job(id=new_id(), title=prompt, live=True, created_at=now(), spec=live_spec(prompt))
        self.store.add(job)
        self.ledger.begin(job.id)
        house = House(self.home, self.ledger, submit, FakeHub)
        self.run = LiveRun(job, house, lambda _, ending: self.endings.append(ending))

    def told(self, kind: str) -> list[dict[str, object]]:
        return [event.data for event in self.ledger.read(self.run.job_id, 0) if event.kind == kind]

    def close(self) -> None:
        self.run.cancel()
        assert self.run.finished.wait(10)
        self.ledger.close()
        self.store.close()


@contextmanager
def staged(folder: Path, prompt: str = "a reef") -> Iterator[Stage]:
    stage = Stage(folder, prompt)
    try:
        yield stage
    finally:
        stage.close()


def test_a_wish_is_answered_with_its_frame_and_told_once(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        receipt = stage.run.insert(Keyframe(prompt="a city"))
        stage.run.gestures.flush()
        stage.run.gestures.flush()
        assert [told["frame"] for told in stage.told("keyframe")] == [receipt.frame]
        assert stage.run.view().prompt == "a city"


def test_a_recording_is_whole_and_can_be_begun_and_ended_twice(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        for _ in range(2):
            stage.run.record(True)
            stage.run.record(True)
            assert stage.run.view().recording
            frame = stage.run.view().frame
            until(lambda reached=frame: stage.run.view().frame > reached + 5)  # type: ignore[misc]
            stage.run.record(False)
            stage.run.record(False)
        files = stage.home.listed(stage.run.job_id)
        assert [file.name for file in files] == ["recording-001.mp4", "recording-002.mp4"]
        assert "reverie" in str(read_metadata(stage.home.find(stage.run.job_id, "recording-002.mp4")))
        recordings = stage.told("recording")
        assert [told["on"] for told in recordings] == [True, False, True, False]
        moments = [(int(str(told["frame"])), float(str(told["time"]))) for told in recordings]
        assert moments == sorted(moments)
        assert [time for _, time in moments] == pytest.approx([frame / 12 for frame, _ in moments])


def test_the_end_of_a_session_makes_its_recording_whole(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.run.record(True)
        until(lambda: stage.run.view().frame > 5)
    assert "recording-001.mp4" in [file.name for file in stage.home.listed(stage.run.job_id)]
    (ending,) = stage.endings
    assert (ending.error, ending.cancelled) == (None, True)


def test_a_snapshot_is_the_newest_picture(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        until(lambda: stage.run.hub.newest is not None)
        made = stage.run.snapshot()
        assert made.kind == "snapshot"
        assert open_picture(stage.home.find(stage.run.job_id, made.name)).shape == (64, 64, 3)


def test_a_model_that_breaks_ends_its_session_with_the_reason(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.run.insert(Keyframe(prompt="break"))
        assert stage.run.finished.wait(10)
        (ending,) = stage.endings
        assert ending.error == "The model broke."
        assert ending.report is not None


def test_before_the_first_frame_there_is_no_snapshot(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        until(lambda: stage.run.hub.newest is not None)
        hub = stage.run.hub
        assert isinstance(hub, FakeHub)
        stage.run.hub = FakeHub()
        with pytest.raises(MachineError, match="no picture yet"):
            stage.run.snapshot()
        stage.run.hub = hub


def test_vitals_say_how_it_goes(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.run.pulse()
        (told,) = stage.told("vitals")
        assert {"brightness", "detail", "fps", "latency", "drops", "viewers", "memory_mb", "stagnant"} <= told.keys()


wishes = st.builds(
    Keyframe,
    prompt=st.none() | st.sampled_from(["a", "b"]),
    strength=st.none() | st.floats(0, 1),
    spark=st.booleans(),
    freeze=st.none() | st.booleans(),
    options=st.dictionaries(st.sampled_from("xy"), st.integers()),
)


@given(st.lists(st.tuples(st.integers(0, 3), wishes), max_size=20))
def test_wishes_for_one_frame_are_told_as_one(asked: list[tuple[int, Keyframe]]) -> None:
    told: list[Receipt] = []
    gestures = Gestures(told.append)
    ordered = sorted(asked, key=lambda pair: pair[0])
    for frame, keyframe in ordered:
        gestures.add(Receipt(keyframe, frame, Fraction(frame)))
    gestures.flush()
    assert [receipt.frame for receipt in told] == sorted({frame for frame, _ in asked})
    for receipt in told:
        mine = [keyframe for frame, keyframe in ordered if frame == receipt.frame]
        spoken = [keyframe.strength for keyframe in mine if keyframe.strength is not None]
        assert receipt.keyframe.strength == (spoken[-1] if spoken else None)
        assert receipt.keyframe.spark == any(keyframe.spark for keyframe in mine)
        frozen = [keyframe.freeze for keyframe in mine if keyframe.freeze is not None]
        assert receipt.keyframe.freeze == (frozen[-1] if frozen else None)


def test_letting_go_wins_over_freezing() -> None:
    assert merged(Keyframe(freeze=True), Keyframe(freeze=False)).freeze is False


def test_numbers_that_are_none_become_null() -> None:
    told = plain({"a": float("nan"), "b": [float("inf"), 1], "c": {"d": Fraction(1, 2)}, "e": None, "f": True})
    assert told == {"a": None, "b": [None, 1], "c": {"d": 0.5}, "e": None, "f": True}
