"""The machine's faults: each is said in words, what was made before is whole, and the server lives or ends well."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import psutil  # type: ignore[import-untyped]
import pytest

from tests.server.process import PATIENCE, REAL, ROOT, Process, serving, until

linux = pytest.mark.skipif(sys.platform != "linux", reason="takes Linux's limits and signals")
pytestmark = linux

UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def command(*more: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    found = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "OMP_NUM_THREADS": "1"}
    words = [sys.executable, "-m", "reverie", "serve", "--no-browser", *more]
    return subprocess.run(
        words, capture_output=True, text=True, timeout=PATIENCE, env=found, cwd=ROOT, preexec_fn=before, check=False
    )


def one_sentence(done: subprocess.CompletedProcess[str], code: int) -> str:
    said = done.stderr.strip()
    assert done.returncode == code, said
    assert "Traceback" not in said
    assert said.count("\n") == 0
    return said


def frames(path: Path) -> int:
    with av.open(str(path), "r", format="mp4") as film:
        return sum(1 for _ in film.decode(video=0))


def humble() -> None:
    """Take from root what lets it write where it may not; PR_CAPBSET_DROP, CAP_DAC_OVERRIDE."""
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)


# Starting


def test_a_port_in_use_is_said_with_another(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = one_sentence(command("--port", str(port), "--data", str(tmp_path)), 2)
    assert str(port) in said
    assert "in use" in said


@pytest.mark.parametrize("host", ["203.0.113.7", "no such name"])
def test_an_address_of_another_machine_is_said(tmp_path: Path, host: str) -> None:
    assert "--host" in one_sentence(command("--host", host, "--port", "0", "--data", str(tmp_path)), 2)


def test_a_data_folder_that_may_not_be_written_to_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    done = command("--port", "0", "--data", str(folder), before=humble)
    assert str(folder) in one_sentence(done, 1)
    assert list(folder.iterdir()) == []


def test_a_data_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert str(tmp_path / "data") in one_sentence(command("--port", "0", "--data", str(tmp_path / "data")), 1)


def test_a_data_folder_that_is_served_already_is_said(tmp_path: Path) -> None:
    with serving(tmp_path):
        assert "already" in one_sentence(command("--port", "0", "--data", str(tmp_path)), 1)


def test_there_is_no_way_to_serve_others_without_a_token(tmp_path: Path) -> None:
    assert "--no-token" in one_sentence(command("--no-token", "--port", "0", "--data", str(tmp_path)), 2)
    (tmp_path / "weak").write_text("short")
    weak = command("--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path), "--token-file", str(tmp_path / "weak"))
    assert "16 to 200" in one_sentence(weak, 2)
    (tmp_path / "none").write_text("\n")
    none = command("--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path), "--token-file", str(tmp_path / "none"))
    assert "16 to 200" in one_sentence(none, 2)


# The disk


def test_a_disk_that_is_full_stops_no_show(tmp_path: Path) -> None:
    with serving(tmp_path, REAL) as server:
        job = server.begin(server.dream())
        assert server.ask("POST", f"/api/jobs/{job}/record", {"on": True})[0] == 200
        process = psutil.Process(server.popen.pid)
        process.rlimit(psutil.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        status, said = server.ask("POST", f"/api/jobs/{job}/snapshot")
        assert status == 503
        assert said["message"]
        assert server.ask("POST", f"/api/jobs/{job}/keyframes", {"prompt": "on we go"})[0] == 200
        shown = server.frame(job)
        until(lambda: server.frame(job) > shown + 40, "it plays on")
        server.ask("POST", f"/api/jobs/{job}/record", {"on": False})
        process.rlimit(psutil.RLIMIT_FSIZE, UNLIMITED)
        assert server.ask("POST", f"/api/jobs/{job}/snapshot")[0] == 201
        assert server.ask("POST", f"/api/jobs/{job}/record", {"on": True})[0] == 200
        shown = server.frame(job)
        until(lambda: server.frame(job) > shown + 20, "it records")
        status, said = server.ask("POST", f"/api/jobs/{job}/record", {"on": False})
        assert status == 200, said
        newest = [file["name"] for file in said["files"] if file["kind"] == "recording"][-1]
        (path,) = tmp_path.rglob(newest)
        assert frames(path) > 0
        assert server.end() == 0
    with serving(tmp_path) as again:
        kept = again.ask("GET", f"/api/jobs/{job}/spec")[1]["scenes"][0]["keyframes"]
        assert "on we go" in [key.get("prompt") for key in kept]


def test_a_database_that_is_locked_stops_no_show_and_loses_nothing(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        job = server.begin()
        (database,) = [*tmp_path.rglob("*.db"), *tmp_path.rglob("*.sqlite*")][:1]
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        for number in range(20):
            assert server.ask("POST", f"/api/jobs/{job}/keyframes", {"prompt": f"wish {number}"})[0] == 200
        shown = server.frame(job)
        until(lambda: server.frame(job) > shown + 20, "it plays on")
        assert server.ask("GET", "/api/health")[0] == 200
        status, said = server.ask("POST", "/api/jobs", server.ask("GET", f"/api/jobs/{job}/spec")[1])
        assert status in {201, 503}, said
        other.execute("ROLLBACK")
        other.close()
        until(lambda: server.ask("GET", "/api/health")[1].get("trouble") is None, "it saves again")
        assert server.end() == 0
    with serving(tmp_path) as again:
        events = again.ask("GET", f"/api/jobs/{job}/events?poll=1")[1]["items"]
        wished = [event["keyframe"].get("prompt") for event in events if event["kind"] == "keyframe"]
        assert wished[-1] == "wish 19"


# The end


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_in_a_recording_it_leaves_a_whole_film(tmp_path: Path, told: signal.Signals) -> None:
    with serving(tmp_path) as server:
        job = server.begin()
        assert server.ask("POST", f"/api/jobs/{job}/record", {"on": True})[0] == 200
        shown = server.frame(job)
        until(lambda: server.frame(job) > shown + 30, "it records")
        viewer = server.knock(f"/api/jobs/{job}/preview.mjpeg")
        server.popen.send_signal(told)
        assert server.popen.wait(PATIENCE) == 0, server.words
        viewer.close()
    assert not list(tmp_path.rglob("*.part"))
    (recording,) = tmp_path.rglob("recording*.mp4")
    assert frames(recording) >= 30
    with serving(tmp_path) as again:
        kept = again.ask("GET", f"/api/jobs/{job}")[1]
        assert kept["state"] == "cancelled"
        assert recording.name in [file["name"] for file in kept["files"]]


def test_killed_it_says_so_when_it_is_back(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        job = server.begin()
        server.popen.kill()
        server.popen.wait(PATIENCE)
    with serving(tmp_path) as again:
        kept = again.ask("GET", f"/api/jobs/{job}")[1]
        assert kept["state"] == "failed"
        assert "ended while this was live" in kept["error"]
        assert again.ask("GET", f"/api/jobs/{job}/spec")[0] == 200
        assert again.ask("POST", f"/api/jobs/{job}/keyframes", {"prompt": "too late"})[0] == 409


def test_a_model_that_dies_ends_its_session_alone(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        other, job = server.begin(), server.begin()
        threads = server.threads
        server.ask("POST", f"/api/jobs/{job}/keyframes", {"prompt": "break"})
        ended = until(lambda: _over(server, job), "it ends")
        assert ended["state"] == "failed"
        assert "broke" in ended["error"]
        assert server.ask("POST", f"/api/jobs/{job}/spark")[0] == 409
        shown = server.frame(other)
        until(lambda: server.frame(other) > shown, "the other plays on")
        third = server.begin()
        assert server.ask("GET", f"/api/jobs/{third}")[1]["state"] == "running"
        until(lambda: server.threads <= threads + 2, "its threads have ended")


def _over(server: Process, job: str) -> dict[str, str] | None:
    found: dict[str, str] = server.ask("GET", f"/api/jobs/{job}")[1]
    return found if found["state"] != "running" else None


def _silent(viewer: socket.socket) -> bool:
    """Read all that was on its way; True where nothing more comes."""
    try:
        while viewer.recv(2**20):
            pass
    except TimeoutError:
        return True
    return False


def test_a_machine_that_slept_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        job = server.begin()
        viewer = server.knock(f"/api/jobs/{job}/preview.mjpeg")
        until(lambda: viewer.recv(2**16), "it is watched")
        server.popen.send_signal(signal.SIGSTOP)
        process = psutil.Process(server.popen.pid)
        until(lambda: process.status() == psutil.STATUS_STOPPED, "it sleeps")
        viewer.settimeout(1.0)
        assert _silent(viewer)
        server.popen.send_signal(signal.SIGCONT)
        viewer.settimeout(PATIENCE)
        until(lambda: viewer.recv(2**16), "its viewer sees more")
        assert server.ask("POST", f"/api/jobs/{job}/keyframes", {"prompt": "awake"})[0] == 200
        assert server.ask("GET", f"/api/jobs/{job}")[1]["state"] == "running"
        viewer.close()
