"""Nothing leaves the machine while dreaming: every socket is watched, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

WATCHED = """
import socket, sys
LOCAL = {"127.0.0.1", "::1", "localhost"}
tried = []

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"):
        address = arguments[1] if event in ("socket.connect", "socket.sendto", "socket.bind") else arguments[0]
        host = address[0] if isinstance(address, tuple) else address
        if isinstance(address, (str, bytes)) and event in ("socket.connect", "socket.sendto", "socket.bind"):
            return
        if host not in LOCAL:
            tried.append(f"{event} {host}")

sys.addaudithook(watch)
"""

DREAM = """
from reverie.core.spec import RenderSpec
from reverie.engine.assemble import assemble
from tests.fakes import dream, registered

with registered():
    spec = dream(2.0, kind="black", after=3, correctors=("colour", "detail", "limit"))
    assert len(list(assemble(spec))) == 20
print("TRIED", tried)
"""

CAUGHT = """
import socket
try:
    socket.create_connection(("192.0.2.1", 9), timeout=0.01)
except OSError:
    pass
print("TRIED", tried)
"""


def ran(code: str) -> str:
    command = [sys.executable, "-c", WATCHED + code]
    path = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=path)
    return done.stdout.partition("TRIED ")[2].strip()


def test_no_socket_leaves_loopback_while_dreaming() -> None:
    assert ran(DREAM) == "[]"


def test_the_watch_would_see_one() -> None:
    assert "192.0.2.1" in ran(CAUGHT)
