"""A worker's process: told what to make, held, stopped, ended; whatever it does, it is gone afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psutil  # type: ignore[import-untyped]
import pytest

from reverie.core.errors import Cancelled
from reverie.execution.crew import Heard
from reverie.execution.plan import plan
from reverie.execution.process import Patience, Process, Processes
from reverie.execution.trouble import Failed, Kind
from reverie.execution.worker import packed, unpacked
from tests.execution.failing import film
from tests.server.waiting import until

UNIT = plan(film())[0]
PATIENCE = 60.0
DEAF = Heard(lambda phase, done: None, lambda: None)


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


def workshop(folder: Path, code: str, **patience: float) -> Processes:
    """Return a workshop whose workers are a few lines of Python that speak for themselves."""
    said = "import json, os, sys, time\nsay = lambda **told: print(json.dumps(told), flush=True)\n" + textwrap.dedent(
        code
    )
    return Processes(folder, (sys.executable, "-S", "-c", said), Patience(**patience))


@pytest.fixture
def gone() -> Iterator[list[Process]]:
    crews: list[Process] = []
    yield crews
    for crew in crews:
        crew.close()
        assert crew.pid is None


def failed(crew: Process) -> Failed:
    with pytest.raises(Failed) as caught:
        crew.do(UNIT, DEAF)
    assert crew.pid is None, "it is gone, and with it all it held"
    return caught.value


def test_units_are_the_same_on_the_other_side() -> None:
    assert unpacked(json.loads(json.dumps(packed(UNIT)))) == UNIT


def test_a_unit_is_made_and_its_progress_heard(tmp_path: Path, gone: list[Process]) -> None:
    shop, ticks = Processes(tmp_path, (sys.executable, "-m", "tests.execution.failing")), list[float]()
    crew = shop.crew("job")
    gone.append(crew)
    made = crew.do(UNIT, Heard(lambda phase, done: ticks.append(done), lambda: None))
    assert made.path.is_file()
    assert made.report.frames
    assert ticks == sorted(ticks)
    assert ticks[-1] == 1.0
    assert shop.preview("job").read_bytes()[:2] == b"\xff\xd8"
    process = psutil.Process(crew.pid)
    crew.close()
    assert not process.is_running()
    shop.forget("job")
    assert [path.name for path in tmp_path.iterdir()] == ["shelf"]


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("sys.exit(3)", Kind.CRASH, "exit code 3"),
        ("os.kill(os.getpid(), 11)", Kind.CRASH, "signal SIGSEGV"),
        ("sys.exit('Out of ideas.')", Kind.CRASH, "Out of ideas."),
        ("say(alive=2**60); time.sleep(60)", Kind.MEMORY, "more memory"),
        ("say(failed=dict(kind='device', words='No GPU.', frame=3))", Kind.DEVICE, "No GPU."),
        ("print('no JSON'); say(made=True)", Kind.DISK, "is gone from the disk"),
    ],
)
def test_what_befalls_a_worker_is_told(tmp_path: Path, code: str, kind: Kind, words: str) -> None:
    error = failed(workshop(tmp_path, code).crew("job"))
    assert error.kind is kind
    assert words in error.words


def test_a_silent_worker_counts_as_dead(tmp_path: Path) -> None:
    error = failed(workshop(tmp_path, "time.sleep(60)", silence=0.5).crew("job"))
    assert error.kind is Kind.CRASH
    assert "no sign of life" in error.words


def test_a_step_that_does_not_end_is_ended_but_loading_may_take_long(tmp_path: Path) -> None:
    code = """
        say(tick=["loading", 0.0], frame=None); time.sleep(1.5)
        say(tick=["painting", 0.5], frame=7)
        while True: say(alive=1); time.sleep(0.1)
    """
    error = failed(workshop(tmp_path, code, frame=0.5).crew("job"))
    assert (error.kind, error.frame) == (Kind.TIMEOUT, 7)


def test_a_worker_that_will_not_stop_is_ended(tmp_path: Path) -> None:
    crew = workshop(tmp_path, "while True: say(alive=1); time.sleep(0.1)", stop=0.3).crew("job")
    caught: list[BaseException] = []

    def work() -> None:
        try:
            crew.do(UNIT, DEAF)
        except BaseException as error:
            caught.append(error)

    thread = Thread(target=work)
    thread.start()
    until(lambda: crew.pid is not None)
    crew.stop()
    thread.join(PATIENCE)
    assert isinstance(caught[0], Cancelled)
    assert crew.pid is None
    with pytest.raises(Cancelled):
        crew.do(UNIT, DEAF)


def test_a_worker_ends_with_whoever_gave_it_orders() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "reverie.execution.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert "ready" in json.loads(worker.stdout.readline())
    worker.stdin.close()
    assert worker.wait(PATIENCE) == 0
    worker.stdout.close()


def test_what_dead_workers_left_is_swept(tmp_path: Path) -> None:
    shop = Processes(tmp_path)
    unfinished = shop.shelf.root / "unfinished"
    unfinished.mkdir(parents=True)
    for left in (tmp_path / "job.jpg", tmp_path / "job.log", unfinished / "half.mkv"):
        left.write_bytes(b"half")
    shop.sweep()
    assert list(tmp_path.rglob("*.*")) == []
