"""What the README says can be done, can: its commands and its Python run, and its picture of the house is true."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from reverie import cli
from reverie.core import catalogue
from reverie.media.picture import save_png

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "src" / "reverie"
PROGRAM = "    python3 start.py "
SHORTER = 10


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with a picture, and in place of the network the backend that is quickest to paint."""
    monkeypatch.chdir(tmp_path)
    for name in (catalogue.DEFAULT, catalogue.DREAMS):
        monkeypatch.setitem(catalogue.MODELS, name, catalogue.MODELS["placeholder"])
    save_png(np.random.default_rng(1).integers(0, 255, (96, 128, 3), np.uint8), tmp_path / "photo.png")
    (tmp_path / "photo.png").rename(tmp_path / "photo.jpg")
    return tmp_path


def commands() -> Iterator[list[str]]:
    for line in README.splitlines():
        if line.startswith(PROGRAM):
            yield shlex.split(line.removeprefix(PROGRAM))


def shortened(words: list[str]) -> list[str]:
    """A command for a film a tenth as long."""
    if words[0] != "dream":
        return words
    moments = [re.sub(r"^(\d+)s:", lambda match: f"{int(match[1]) / SHORTER}s:", word) for word in words]
    if "--seconds" not in moments:
        return [*moments, "--seconds", str(10 / SHORTER)]
    place = moments.index("--seconds") + 1
    return [*moments[:place], str(float(moments[place]) / SHORTER), *moments[place + 1 :]]


def test_the_two_commands_come_first() -> None:
    assert list(commands())[:2] == [["dream", "a coral reef at dusk"], ["test"]]


def test_every_command_runs(elsewhere: Path) -> None:
    told = [words for words in commands() if words[0] in {"dream", "render"}]
    assert [cli.main(shortened(words)) for words in told] == [0] * len(told)
    assert len(list(elsewhere.glob("*.mp4"))) == len(told)


def test_the_python_runs(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert len([line for line in block.splitlines() if line]) == 6
    shorter = block.replace("seconds=10", "seconds=1").replace('"6s:', '"0.6s:')
    assert shorter != block
    exec(compile(shorter, "README.md", "exec"), {})
    assert (elsewhere / "reef.mp4").is_file()
    assert "Rates(" in capsys.readouterr().out


def rooms() -> set[str]:
    found = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    modules = {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("_")}
    return found | modules


def test_the_picture_of_the_house_has_every_room_and_no_other() -> None:
    drawn = re.findall(r'font-size="16"[^>]*>([^<]+)<', (ROOT / "docs" / "media" / "house.svg").read_text("utf-8"))
    assert sorted(drawn) == sorted(rooms())


def test_the_tree_has_every_room_and_nothing_that_is_not_there() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE)
    assert [path for path in listed if not (ROOT / path).exists()] == []
    assert {Path(path).stem for path in listed if path.startswith("src/reverie/")} == rooms()


def test_the_moving_picture_is_small() -> None:
    assert (ROOT / "docs" / "media" / "reef.gif").stat().st_size <= 2 * 2**20
