"""Benchmarks: found in a checkout, run one after the other, shown as tables."""

from __future__ import annotations

from pathlib import Path

import pytest

import reverie
from reverie.cli import main
from reverie.cli.bench import table

SCRIPT = '''"""How fast is {name}?

More."""
import json, pathlib, sys
out = pathlib.Path(__file__).parent / "results"
out.mkdir(exist_ok=True)
rows = [{{"size": "256x256", "frames a second": 36.04 if "--quick" in sys.argv else 40, "steps": 1}}]
(out / "{name}.json").write_text(json.dumps({{"rows": rows}}))
'''


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package, benchmarks = tmp_path / "src" / "reverie", tmp_path / "benchmarks"
    package.mkdir(parents=True)
    benchmarks.mkdir()
    for name in ("loop", "soak"):
        (benchmarks / f"{name}.py").write_text(SCRIPT.format(name=name))
    (benchmarks / "broken.py").write_text('"""Does it break?"""\nraise SystemExit(3)\n')
    monkeypatch.setattr(reverie, "__file__", str(package / "__init__.py"))
    return tmp_path


@pytest.mark.usefixtures("checkout")
def test_a_named_benchmark_runs_and_ends_in_a_table(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "loop", "--quick"]) == 0
    captured = capfd.readouterr()
    assert captured.err == "loop: How fast is loop?\n"
    assert captured.out.splitlines() == ["size     frames a second  steps", "256x256             36.0      1"]


@pytest.mark.usefixtures("checkout")
def test_a_benchmark_that_fails_is_no_success(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "broken", "loop"]) == 1
    assert "256x256" in capfd.readouterr().out


@pytest.mark.usefixtures("checkout")
def test_the_long_ones_run_only_when_named(checkout: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (checkout / "benchmarks" / "broken.py").unlink()
    assert main(["bench"]) == 0
    assert "soak" not in capfd.readouterr().err


@pytest.mark.usefixtures("checkout")
def test_they_are_listed_with_their_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--list"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split(maxsplit=1) == ["loop", "How fast is loop?"]


@pytest.mark.usefixtures("checkout")
def test_an_unknown_one_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "lop"]) == 2
    assert capsys.readouterr().err == "benchmark: 'lop' is not known: use loop.\n"


def test_a_package_without_benchmarks_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reverie, "__file__", str(tmp_path / "lib" / "reverie" / "__init__.py"))
    assert main(["bench"]) == 1
    assert "not part of the installed package" in capsys.readouterr().err


def test_a_table_has_a_column_for_every_key() -> None:
    assert list(table([{"a": 1}, {"b": "x"}])) == ["a  b", "1", "   x"]
    assert list(table([])) == [""]
