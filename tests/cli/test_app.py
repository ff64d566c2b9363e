"""Commands, and what their errors become."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from reverie.cli import app
from reverie.core.errors import MachineError


def test_help_is_an_overview(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["--help"]) == app.main(["help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in app.COMMANDS)


def test_without_a_command_the_studio_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def opening(arguments: list[str]) -> int:
        asked.append(arguments)
        return 0

    monkeypatch.setitem(sys.modules, "reverie.cli.serve", SimpleNamespace(run=opening))
    assert app.main([]) == app.main(["serve"]) == 0
    assert asked == [[], []]


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    import reverie

    assert app.main(["--version"]) == 0
    assert capsys.readouterr().out == f"reverie {reverie.__version__}\n"


@pytest.mark.parametrize("name", app.COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main([name, "--help"]) == 0
    assert f"usage: reverie {name}" in capsys.readouterr().out


def test_a_misspelt_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["dreem", "reef"]) == 2
    assert capsys.readouterr().err == "command: 'dreem' is not known: use dream.\n"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (MachineError("No space left."), 1, "No space left.\n"),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
        (ValueError("odd\nthing"), 1, "(ValueError: odd thing)"),
    ],
)
def test_any_error_is_one_line_and_a_code(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(arguments: list[str]) -> int:
        raise error

    monkeypatch.setitem(sys.modules, "failing_command", SimpleNamespace(run=run))
    monkeypatch.setitem(app.COMMANDS, "fail", app.Command("failing_command", "fails"))
    assert app.main(["fail"]) == code
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
