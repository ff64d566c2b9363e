"""Reading a stranger's file can break, spin, grow or lie: whoever asked goes on, and has a sentence."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from reverie.core.errors import InputError
from reverie.execution.probe import Limits, probe
from reverie.media.picture import save_png

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="this system has no such limits")


def picture(folder: Path) -> Path:
    path = folder / "picture"
    save_png(np.full((40, 60, 3), 90, np.uint8), path)
    return path


def broken_by(folder: Path, code: str, limits: Limits | None = None) -> str:
    """Read a good file by a reader that does something else, and return what is said of it."""
    reader = ("-c", f"from reverie.execution import probe\nimport sys, os, signal, time\n{code}")
    with pytest.raises(InputError) as caught:
        probe(picture(folder), limits=limits, reader=reader)
    return str(caught.value)


def test_a_picture_is_told_of(tmp_path: Path) -> None:
    found = probe(picture(tmp_path))
    assert (found.kind, found.container, found.width, found.height, found.frames) == ("image", "png", 60, 40, 1)
    assert found.preview.startswith(b"\xff\xd8")


def test_what_is_nothing_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\nhttp://127.0.0.1:9/a.ts\n")
    with pytest.raises(InputError, match=r"^file: 'film.mp4' is nothing that can be read here: give a picture"):
        probe(path)


@POSIX
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL", "SIGXCPU"])
def test_a_reader_that_dies_takes_nobody_with_it(tmp_path: Path, name: str) -> None:
    assert "give another" in broken_by(tmp_path, f"os.kill(os.getpid(), signal.{name})")
    assert probe(picture(tmp_path)).kind == "image"


@POSIX
def test_memory_has_an_end(tmp_path: Path) -> None:
    said = broken_by(tmp_path, "probe._limited(2**29, 30)\nx = bytearray(2**30)\nprint('{}')")
    assert "breaks the program that reads it" in said


@POSIX
def test_work_has_an_end(tmp_path: Path) -> None:
    assert "too long" in broken_by(tmp_path, "probe._limited(2**31, 1)\nwhile True: pass")


def test_waiting_has_an_end(tmp_path: Path) -> None:
    assert "takes over 0.5 s" in broken_by(tmp_path, "time.sleep(60)", Limits(wait=0.5))


@POSIX
def test_it_writes_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    writes = f"signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nopen({path!r}, 'w').write('x')"
    broken_by(tmp_path, f"probe._limited(2**31, 30)\n{writes}")
    assert (tmp_path / "x").stat().st_size == 0


@pytest.mark.parametrize("said", ["", "[]", "{}", '{"kind": 3}', "not json", '{"kind": "image", "path": "/etc"}'])
def test_whatever_it_says_is_not_believed(tmp_path: Path, said: str) -> None:
    assert "breaks the program" in broken_by(tmp_path, f"print({said!r})")


def test_it_is_not_told_of_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    code = "import json; print(json.dumps({'refused': repr(sorted(os.environ))}))"
    assert "OPENAI" not in broken_by(tmp_path, code)
    assert os.environ["OPENAI_API_KEY"] == "sk-secret"
