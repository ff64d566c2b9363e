"""`reverie serve`: what can't be served is one sentence, before anything is opened."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from reverie.cli import app, serve
from reverie.core.errors import InputError

SOURCES = Path(__file__).parents[2] / "src"


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = app.main(["serve", "--no-browser", *arguments])
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    return code, err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "99999"], "--port: 99999 is no port"),
        (["--port", "many"], "--port: 'many' is not a whole number"),
        (["--host", "no.such.name.invalid"], "--host"),
        (["--certfile", "a.pem"], "give --certfile and --keyfile"),
        (["--certfile", "a.pem", "--keyfile", "b.pem"], "--certfile: 'a.pem' can't be used"),
        (["--no-token"], "--no-token"),
    ],
)
def test_what_can_not_be_served_is_said(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, err = said(arguments, capsys)
    assert code == 2
    assert words in err


def test_a_port_in_use_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, err = said(["--port", str(port), "--data", str(tmp_path / "data")], capsys)
    assert (code, f"--port: {port} is in use" in err) == (2, True)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("host", "secure", "address"),
    [
        ("127.0.0.1", False, "http://127.0.0.1:8000/"),
        ("0.0.0.0", True, "https://127.0.0.1:8000/"),
        ("::", False, "http://[::1]:8000/"),
        ("fe80::1", False, "http://[fe80::1]:8000/"),
        ("studio.local", False, "http://studio.local:8000/"),
    ],
)
def test_the_address_is_one_that_can_be_opened(host: str, secure: bool, address: str) -> None:
    assert serve._address(host, 8000, secure) == address


def test_a_token_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-token-of-my-own\n")
    assert serve._token(tmp_path / "token") == "a-token-of-my-own"
    assert serve._token(None) is None
    with pytest.raises(InputError, match="--token-file"):
        serve._token(tmp_path / "missing")


def test_the_studio_opens_in_a_process_serves_and_ends_well(tmp_path: Path) -> None:
    surroundings = {**os.environ, "REVERIE_PORT": "0", "REVERIE_DATA": str(tmp_path), "PYTHONPATH": str(SOURCES)}
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        surroundings.pop(name, None)
    command = [sys.executable, "-m", "reverie"]
    with subprocess.Popen(command, env=surroundings, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as studio:
        assert studio.stderr is not None
        first = studio.stderr.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", first)
        assert address is not None, first
        assert str(tmp_path) in studio.stderr.readline()
        with urlopen(f"{address[0]}api/health") as answer:
            assert json.load(answer)["status"] == "ok"
        studio.terminate()
        rest = studio.stderr.read()
        assert (studio.wait(30), rest) == (0, "Ended; everything is saved.\n")
    assert (tmp_path / "reverie.db").is_file()
