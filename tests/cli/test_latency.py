"""`reverie latency`: what it takes, what it asks for, what it tells; measuring itself is the benchmarks' affair."""

from __future__ import annotations

from pathlib import Path

import pytest

from reverie.cli import main
from reverie.cli.latency import _read, _told, wishes
from reverie.server.viewer.figures import Seen, figures


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seconds", "0"], "--seconds"),
        (["--seconds", "nan"], "--seconds"),
        (["--seconds", "many"], "is not a number"),
        (["--transport", "pigeon"], "--transport"),
        (["--url", "here"], "--url"),
        (["--url", "http://127.0.0.1:1", "--token-file", "none.txt"], "--token-file"),
        (["--steps", "1.5"], "--steps"),
    ],
)
def test_bad_input_is_said_in_a_sentence(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["latency", *arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_a_server_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["latency", "--url", "http://127.0.0.1:1"]) == 1
    assert "did not answer" in capsys.readouterr().err


def test_what_is_not_said_is_left_to_the_server() -> None:
    assert wishes(_read([])) == {"prompt": "a coral reef at dusk"}
    assert wishes(_read(["--size", "256x256", "--rate", "30", "--steps", "1"])) == {
        "prompt": "a coral reef at dusk",
        "size": "256x256",
        "steps": 1,
        "paint_fps": 30.0,
        "fps": 30.0,
    }


def test_a_table_ends_with_what_was_not_held(tmp_path: Path) -> None:
    found = figures([Seen(number, 0.2, number / 10) for number in range(50)], [0.3])
    lines = list(_told({"websocket": found}, as_json=False))
    assert lines[1].startswith("websocket")
    assert [line for line in lines if line.startswith("✗")] == [
        "✗ websocket: a wish takes 300 ms (p95), and may take 100.",
        "✗ websocket: frames are 200 ms old (p99), and may be 150.",
    ]
    well = figures([Seen(number, 0.02, number / 10) for number in range(50)], [0.05])
    assert not [line for line in _told({"mjpeg": well}, as_json=False) if line.startswith("✗")]
