"""The shelf: whole results only, whatever happens, within limits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reverie.execution.shelf import Shelf, usual_shelf

ONE, TWO, THREE = "ab" + "1" * 62, "ab" + "2" * 62, "cd" + "3" * 62


def put(shelf: Shelf, fingerprint: str, text: str = "x" * 100, age: float = 0.0) -> Path:
    with shelf.writing(fingerprint, ".json") as notes:
        notes.write_text("{}")
    with shelf.writing(fingerprint, ".mkv") as part:
        part.write_text(text)
    path = shelf.path(fingerprint)
    assert path is not None
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))
    return path


def test_what_was_written_is_found_with_its_notes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.path(ONE) is None
    assert put(shelf, ONE, "film").read_text() == "film"
    assert shelf.notes(ONE) == "{}"
    assert shelf.path(TWO) is None


def test_what_was_broken_off_leaves_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)

    def broken() -> None:
        with shelf.writing(ONE, ".mkv") as part:
            part.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert shelf.path(ONE) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_notes_alone_are_no_result(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with shelf.writing(ONE, ".json") as notes:
        notes.write_text("{}")
    assert shelf.path(ONE) is None


def test_a_folder_of_pictures_is_a_result_too(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for _ in range(2):  # somebody else may have made the same meanwhile
        with shelf.writing(ONE, "") as part:
            part.mkdir()
            (part / "000000.png").write_bytes(b"p")
    path = shelf.path(ONE)
    assert path is not None
    assert [inner.name for inner in path.iterdir()] == ["000000.png"]
    shelf.remove(ONE)
    assert shelf.path(ONE) is None


def test_what_was_used_longest_ago_goes_first_and_what_is_leased_stays(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for age, fingerprint in enumerate((ONE, TWO, THREE)):
        put(shelf, fingerprint, age=100.0 * age)
    assert shelf.size() == 300
    assert shelf.sweep(most_bytes=150, leased={THREE}) == [TWO]
    assert shelf.notes(TWO) is None
    assert shelf.sweep(oldest=50.0) == [THREE]
    assert shelf.path(ONE) is not None


def test_using_a_result_makes_it_new(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    put(shelf, ONE, age=1000.0)
    shelf.path(ONE)
    assert shelf.sweep(oldest=500.0) == []


def test_the_usual_place_is_in_a_persons_cache(tmp_path: Path) -> None:
    assert usual_shelf({}, tmp_path) == tmp_path / ".cache" / "reverie" / "shelf"
    assert usual_shelf({"XDG_CACHE_HOME": "/c"}, tmp_path) == Path("/c/reverie/shelf")
    assert usual_shelf({"REVERIE_SHELF": "/s"}, tmp_path) == Path("/s")
