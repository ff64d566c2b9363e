"""A studio on loopback speaks to nobody else: every socket of its process is heard of while it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.server.process import ROOT, serving, until

WATCHFUL = ("-m", "tests.server.watchful", "serve", "--port", "0", "--no-browser", "--data")


def test_no_socket_leaves_the_machine(tmp_path: Path) -> None:
    with serving(tmp_path, WATCHFUL) as server:
        job = server.begin(server.dream())
        for path in ("", "components", "models", "presets", "system", "health", "jobs", f"jobs/{job}/spec"):
            assert server.ask("GET", f"/api/{path}".rstrip("/"))[0] in {200, 404}, path
        for path in ("/", f"/watch/{job}", "/metrics", "/status", f"/api/jobs/{job}/report"):
            server.ask("GET", path)
        assert server.ask("POST", f"/api/jobs/{job}/keyframes", {"prompt": "https://example.com/a.png"})[0] == 200
        assert server.ask("POST", f"/api/jobs/{job}/spark")[0] == 200
        assert server.ask("POST", f"/api/jobs/{job}/links", {"kind": "watch"})[0] == 201
        assert server.ask("POST", f"/api/jobs/{job}/record", {"on": True})[0] == 200
        shown = server.frame(job)
        until(lambda: server.frame(job) > shown + 5, "it records")
        with server.knock(f"/api/jobs/{job}/preview.mjpeg") as viewer:
            until(lambda: viewer.recv(2**16), "it is watched")
        assert server.ask("POST", f"/api/jobs/{job}/cancel")[0] == 200
        assert server.ask("POST", f"/api/jobs/{job}/again", {"mode": "replay"})[0] == 201
        assert server.end() == 0
        assert [line for line in server.said if line.startswith("OUTSIDE")] == []


def test_a_socket_that_leaves_would_be_heard_of() -> None:
    code = "import sys, socket; from tests.server.watchful import hear; sys.addaudithook(hear); " + (
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.1', 9)); s.close(); "
        "t = socket.socket(); t.bind(('127.0.0.1', 0)); t.close()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "OUTSIDE socket.connect" in done.stderr
    assert done.stderr.count("OUTSIDE") == 1
