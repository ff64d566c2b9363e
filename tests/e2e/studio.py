"""A studio in a process of its own, and a browser before it: what the tests of the built page stand on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import cv2
import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src" / "reverie" / "server" / "static"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)
PATIENCE = 60.0
"""Seconds that anything may take on a slow machine before a test gives up; nothing is timed."""

Pixels = npt.NDArray[np.uint8]
Found = TypeVar("Found")


def chromium() -> str | None:
    """Return where a Chromium is: `CHROMIUM` if that is set, or the first one on the path."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(seen: Callable[[], Found | None], what: str, patience: float = PATIENCE) -> Found:
    """Ask again and again until there is an answer, and return it; fails in words where there is none."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := seen():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {patience:.0f} s")


class Studio:
    """`reverie serve` on a data folder and a port that stay the same over restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        words = ["serve", "--port", str(self.port), "--data", str(self.folder / "data"), "--no-browser"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "reverie", *words], env=environment, cwd=self.folder, stdout=log, stderr=log
            )
        until(self._answers, f"the studio answers; its log: {self.folder / 'log.txt'}", 60.0)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop the server, and wait until it is gone."""
        if self._process is not None:
            self._process.send_signal(number)
            try:
                self._process.wait(20.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def ask(self, path: str, body: object = None, method: str | None = None) -> Any:
        """Send a request and return its JSON, None where there is no content."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.address + path, data, {"content-type": "application/json"}, method=method)
        try:
            with urlopen(request, timeout=PATIENCE) as answer:
                content = answer.read()
        except HTTPError as error:
            raise AssertionError(f"{path}: {error.code} {error.read().decode()}") from None
        return json.loads(content) if content else None

    def perform(self, prompt: str, **wishes: object) -> str:
        """Start a live session and return its job's id."""
        spec = self.ask("/api/specs", {"prompt": prompt, "live": True, "size": "128x128", **wishes})
        return str(self.ask("/api/jobs", spec)["id"])

    def live(self) -> str:
        """Return the id of the session that is live."""
        return str(self.ask("/api/jobs?live=true&state=running")["items"][0]["id"])

    def end(self) -> None:
        """Stop whatever is performed or made, and wait until it has stopped."""
        for job in self._going():
            self.ask(f"/api/jobs/{job}/cancel", {})
        until(lambda: not self._going(), "every session has ended")

    def _going(self) -> list[str]:
        states = ("queued", "running")
        return [str(job["id"]) for state in states for job in self.ask(f"/api/jobs?state={state}")["items"]]

    def log(self) -> str:
        """Return what the server has printed."""
        return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the studio stopped by itself:\n{self.log()}")
        try:
            return bool(self.ask("/api/health")["status"] == "ok")
        except (URLError, OSError):
            return False


def pixels(png: bytes) -> Pixels:
    """Return a screenshot as `(height, width, 3)`."""
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, np.uint8)


def apart(one: Pixels, other: Pixels) -> float:
    """Return the mean difference of two pictures of the same size, 0..255."""
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())
