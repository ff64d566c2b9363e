"""The pages about words say what the parser does."""

from __future__ import annotations

from pathlib import Path

import pytest

from reverie.worlds.parser import parse
from reverie.worlds.world import TABLES

PAGES = Path(__file__).parents[2] / "docs" / "concepts"
FIELDS = {"scene": "family", "time": "time", "weather": "weather", "palette": "palette", "style": "style"}


def tables(page: str) -> list[list[list[str]]]:
    """Return a page's tables, each a list of rows of cells, the heading first."""
    found: list[list[list[str]]] = [[]]
    for line in (PAGES / page).read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            found += [[]] if found[-1] else []
        elif not line.startswith("|--"):
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
    return [table for table in found if table]


def test_every_word_listed_is_read_as_its_row_says() -> None:
    seen = {}
    for (title, _), *rows in tables("worlds.md"):
        field = FIELDS[title]
        seen[field] = {value.replace(" ", "_") for value, _ in rows}
        for value, words in rows:
            for word in words.split(", "):
                assert parse(word, 0).said == {field: value.replace(" ", "_")}, word
    assert seen == {field: set(table) for field, table in TABLES.items()}


def test_forty_prompts_are_listed() -> None:
    ((_, *rows),) = tables("prompts.md")
    assert len({prompt for prompt, *_ in rows}) == 40


@pytest.mark.parametrize(("prompt", "scene", "because", "and_"), tables("prompts.md")[0][1:])
def test_a_prompt_outside_the_grammar_leads_where_the_page_says(
    prompt: str, scene: str, because: str, and_: str
) -> None:
    reading = parse(prompt, 0)
    told = {name: value for name, (value, _) in reading.associated.items()} | dict(reading.said)
    family = told.pop("family", None)
    assert scene == ("the seed's choice" if family is None else family.replace("_", " "))
    words = reading.associated["family"][1] if "family" in reading.associated else None
    assert because == (f'"{words}"' if words else "named" if family else "nothing")
    assert (
        sorted(and_.split(", ")) == sorted(f"{name} {value.replace('_', ' ')}" for name, value in told.items())
        or not and_
    )
    assert bool(and_) == bool(told)
    assert all(getattr(reading.world, name) == value for name, value in told.items())
