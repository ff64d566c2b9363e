"""What the guide to the API shows is run, in its order, against a real studio."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.process import REAL, ROOT, Process, serving

GUIDE = (ROOT / "docs" / "guides" / "api.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    """Return the guide's blocks of code of a kind, in their order, with a model that any machine can run."""
    quick = GUIDE.replace('"size": "256x144"', '"size": "256x144", "model": "placeholder"')
    return re.findall(rf"^```{kind}\n(.*?)^```", quick, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with serving(tmp_path_factory.mktemp("house"), REAL) as process:
        yield process


def environment(server: Process) -> dict[str, str]:
    return {**os.environ, "STUDIO": f"http://127.0.0.1:{server.port}", "PYTHONPATH": str(ROOT / "src")}


@pytest.mark.skipif(shutil.which("curl") is None or os.name != "posix", reason="needs curl and a shell")
def test_the_calls_by_curl_do_what_they_say(server: Process, tmp_path: Path) -> None:
    session, rest = blocks("sh session"), blocks("sh")
    assert len(rest) >= 7
    # Refusals end the script; the short way follows as soon as something is live.
    begun = "\n".join([*rest[:2], *session, *rest[2:]]).replace("curl -s", "curl -sf --show-error")
    done = subprocess.run(
        ["sh", "-euc", begun], cwd=tmp_path, env=environment(server), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    performance = json.loads((tmp_path / "performance.json").read_text())
    assert "a neon street in the rain" in [key["prompt"] for key in performance["scenes"][0]["keyframes"]]
    assert (tmp_path / "snapshot.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "code.svg").read_text()
    assert '"url"' in done.stdout


@pytest.mark.parametrize(("kind", "made"), [("client", ["two-places.mp4"]), ("openai", ["galaxy.mp4", "galaxy.png"])])
def test_other_clients_get_what_they_ask_for(server: Process, tmp_path: Path, kind: str, made: list[str]) -> None:
    pytest.importorskip({"client": "httpx"}.get(kind, kind), reason="the package is no part of this installation")
    (program,) = blocks(f"python {kind}")
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, cwd=tmp_path, env=environment(server), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == made


def test_the_program_sees_its_wish(server: Process, tmp_path: Path) -> None:
    (program,) = blocks("python")
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, cwd=tmp_path, env=environment(server), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "the wish is in it" in done.stdout
