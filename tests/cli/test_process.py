"""The command as a process of its own: codes, streams and signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reverie.execution.documents import read_work
from reverie.media.video import read_frames

DREAM = ("dream", "a reef", "--model", "placeholder", "--size", "64x64", "--seed", "1", "-o", "x.mp4")


def started(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    sources = str(Path(__file__).parents[2] / "src")
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "reverie", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": sources, "OMP_NUM_THREADS": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_film_is_told_of_on_stdout_and_progress_on_stderr(tmp_path: Path) -> None:
    process = started(tmp_path, *DREAM, "--seconds", "0.2")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out.splitlines()[0]) == (0, "x.mp4")
    assert err.splitlines() == ["painting", "dreaming"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_what_was_rendered_is_kept_where_it_is_stopped(tmp_path: Path, number: signal.Signals) -> None:
    process = started(tmp_path, *DREAM, "--seconds", "600")
    assert process.stderr is not None
    while process.stderr.readline() != "dreaming\n":
        assert process.poll() is None
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "stopped early: what was rendered is whole and plays." in out
    assert [path.name for path in tmp_path.iterdir()] == ["x.mp4"]
    assert sum(1 for _ in read_frames(tmp_path / "x.mp4")) >= 1
    assert read_work(tmp_path / "x.mp4").scenes[0].duration == 600


def test_bad_input_is_one_sentence_and_code_2(tmp_path: Path) -> None:
    process = started(tmp_path, *DREAM, "--fps", "0")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err == "fps: 0.0 is out of range: use 0.1 to 240.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_that_lacks_a_sign_shows_another(tmp_path: Path) -> None:
    process = started(tmp_path, *DREAM, "--seconds", "0.2", PYTHONIOENCODING="ascii")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "64?64" in out


def test_a_reader_that_leaves_is_no_traceback(tmp_path: Path) -> None:
    process = started(tmp_path, "models")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.wait(60)
    process.stderr.close()
    assert "Traceback" not in err
