"""Names of films, and files that exist already."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.cli.names import LONGEST, film_name, permitted, slug
from reverie.core.errors import Cancelled, InputError


def test_a_film_is_named_after_its_prompt_and_seed() -> None:
    assert film_name("A coral reef, at dusk!", 7) == Path("a-coral-reef-at-dusk-7.mp4")


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Éclair à Zürich", "eclair-a-zurich"),
        ("海", "dream"),
        ("../../etc/passwd", "etc-passwd"),
        ("a" * 99, "a" * LONGEST),
    ],
)
def test_slugs_of_odd_prompts(prompt: str, name: str) -> None:
    assert slug(prompt) == name


@given(st.text())
def test_a_slug_is_always_a_plain_short_name(prompt: str) -> None:
    name = slug(prompt)
    assert 0 < len(name) <= LONGEST
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.startswith("-")


def test_a_new_name_is_permitted(tmp_path: Path) -> None:
    assert permitted(tmp_path / "new.mp4", "output", False) == tmp_path / "new.mp4"


def test_an_existing_file_is_refused_where_nobody_can_be_asked(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"mine")
    with pytest.raises(InputError, match=r"^output: .* exists already: .*--overwrite"):
        permitted(film, "output", False)
    assert permitted(film, "output", True) == film


@pytest.mark.parametrize("answer", ["y\n", "Yes", " YES "])
def test_who_says_yes_overwrites(tmp_path: Path, answer: str) -> None:
    film = tmp_path / "film.mp4"
    film.touch()
    assert permitted(film, "output", False, lambda question: answer) == film


@pytest.mark.parametrize("answer", ["", "n", "no", "yess"])
def test_any_other_answer_leaves_the_file(tmp_path: Path, answer: str) -> None:
    film = tmp_path / "film.mp4"
    film.touch()
    with pytest.raises(Cancelled, match="as it was"):
        permitted(film, "output", False, lambda question: answer)
