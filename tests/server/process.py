"""A server in a process of its own, and what can be seen of it from outside."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import psutil  # type: ignore[import-untyped]

from tests.jobs.performers import live_spec

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds that anything may take on a slow machine before a test gives up; nothing is timed."""

FAKE = ("-m", "tests.server.serve_fake")
REAL = ("-m", "reverie", "serve", "--port", "0", "--no-browser", "--data")


def until(so: Callable[[], object], what: str, patience: float = PATIENCE) -> Any:
    """Ask again and again until something is so, and return it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := so():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {patience:g} s")


class Process:
    """One server; `said` is what it wrote for people."""

    def __init__(self, folder: Path, how: tuple[str, ...] = FAKE, more: tuple[str, ...] = ()) -> None:
        found = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "OMP_NUM_THREADS": "1"}
        self.said: list[str] = []
        self.popen = subprocess.Popen(
            [sys.executable, *how, str(folder), *more], cwd=ROOT, env=found, stderr=subprocess.PIPE, text=True
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.popen.stderr or ():
            self.said.append(line.rstrip())

    @property
    def words(self) -> str:
        return "\n".join(self.said)

    @property
    def port(self) -> int:
        """The port, once it listens."""
        return int(until(self._listening, "the server starts")[1])

    def _listening(self) -> re.Match[str] | None:
        assert self.popen.poll() is None, f"the server ended with {self.popen.returncode}: {self.words}"
        return re.search(r"at https?://[^/]*?:(\d+)/", self.words)

    def end(self) -> int:
        """Ask it to end, and return its exit code."""
        self.popen.terminate()
        code = self.popen.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    # What it says

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Ask once, on a line of its own."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        sent = None if body is None else json.dumps(body)
        if sent is not None:
            headers = {"content-type": "application/json", **headers}
        line.request(method, path, sent, headers)
        answer = line.getresponse()
        said = answer.read()
        line.close()
        return answer.status, json.loads(said) if "json" in answer.getheader("content-type", "") else said

    def dream(self, **wishes: Any) -> Any:
        """Return the spec of a live dream that any machine can paint."""
        wished = {"prompt": "a reef", "live": True, "model": "placeholder", "size": "128x128", **wishes}
        status, spec = self.ask("POST", "/api/specs", wished)
        assert status == 200, spec
        return spec

    def begin(self, spec: Any = None) -> str:
        """Begin a live session and return its id, once it shows something."""
        status, job = self.ask("POST", "/api/jobs", spec or json.loads(live_spec().model_dump_json()))
        assert status == 201, job
        until(lambda: self.ask("GET", f"/api/jobs/{job['id']}")[1]["live_state"]["frame"] > 0, "it plays")
        return str(job["id"])

    def frame(self, job: str) -> int:
        return int(self.ask("GET", f"/api/jobs/{job}")[1]["live_state"]["frame"])

    def viewers(self, job: str) -> int:
        return int(self.ask("GET", f"/api/jobs/{job}")[1]["live_state"]["viewers"])

    def knock(self, path: str, room: int | None = None) -> socket.socket:
        """Ask for something by a raw socket and read nothing; `room` is how many bytes the system may hold for it."""
        found = socket.socket()
        if room is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        found.settimeout(PATIENCE)
        found.connect(("127.0.0.1", self.port))
        found.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        return found

    # What can be seen

    @property
    def descriptors(self) -> int:
        return int(psutil.Process(self.popen.pid).num_fds())

    @property
    def threads(self) -> int:
        return int(psutil.Process(self.popen.pid).num_threads())

    @property
    def memory(self) -> float:
        """Megabytes."""
        return float(psutil.Process(self.popen.pid).memory_info().rss / 2**20)


@contextmanager
def serving(folder: Path, how: tuple[str, ...] = FAKE, more: tuple[str, ...] = ()) -> Iterator[Process]:
    """Give a server that listens, and end it with the block."""
    process = Process(folder, how, more)
    try:
        assert process.port
        yield process
    finally:
        if process.popen.poll() is None:
            process.popen.kill()
        process.popen.wait(PATIENCE)
        if process.popen.stderr:
            process._reader.join(PATIENCE)
            process.popen.stderr.close()
