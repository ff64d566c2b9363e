"""Figures in documents are those of the committed results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docs.figures import ROOT, filled, pages

PAGE = "Before\n<!-- figures: speed | size = Size, rate = Frames a second -->\nold\n<!-- end -->\nafter\n"


def results(folder: Path, **found: object) -> Path:
    (folder / "speed.json").write_text(json.dumps(found), encoding="utf-8")
    return folder


@pytest.mark.parametrize("page", pages(ROOT), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_figures_are_those_of_the_results(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert filled(text, ROOT / "benchmarks" / "results") == text, "run `python docs/figures.py`"


def test_a_table_has_the_columns_asked_for_and_says_where_it_was_measured(tmp_path: Path) -> None:
    rows = [{"size": "256x256", "rate": 36.04, "other": 1}, {"size": "448x256", "rate": 118.6}]
    folder = results(tmp_path, rows=rows, machine={"processor": "an old one", "cores": 2, "commit": "0123456"})
    assert filled(PAGE, folder) == (
        "Before\n<!-- figures: speed | size = Size, rate = Frames a second -->\n"
        "| Size | Frames a second |\n| --- | ---: |\n| 256x256 | 36 |\n| 448x256 | 119 |\n\n"
        "Measured on an old one, 2 cores, commit 0123456.\n<!-- end -->\nafter\n"
    )


def test_without_columns_there_are_all_of_them(tmp_path: Path) -> None:
    page = PAGE.replace(" | size = Size, rate = Frames a second", "")
    text = filled(page, results(tmp_path, rows=[{"a": 1, "b": True}, {"c": 0.12345}]))
    assert "| a | b | c |\n| ---: | ---: | ---: |\n| 1 | yes |  |\n|  |  | 0.123 |\n<!-- end -->" in text


def test_what_was_not_measured_has_no_figure(tmp_path: Path) -> None:
    text = filled(PAGE, tmp_path)
    assert "Not measured yet" in text
    assert filled(text, tmp_path) == text
