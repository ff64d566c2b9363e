"""Files that are brought: in parts, in any order, across restarts, with hashes, refused in words, taken away."""

from __future__ import annotations

import hashlib
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core.errors import InputError, MachineError
from reverie.jobs.job import now
from reverie.jobs.uploads import FORGOTTEN, NoRoom, TooLarge, Unfinished, Unknown, Upload, Uploads
from reverie.media.facts import Facts

FILM = Facts(kind="video", container="mov", codec="h264", width=64, height=36, frames=10, fps=5, duration=2)
PART = 1000


def found(path: Path, field: str) -> Facts:
    """Read a file as what it is not: all but those that begin with `bad` count as films."""
    if path.read_bytes().startswith(b"bad"):
        raise InputError(field, path.name, "is nothing that can be read: give another.")
    return FILM


def uploads(folder: Path, **more: Any) -> Uploads:
    return Uploads(folder, **{"read": found, "part_bytes": PART, **more})


def send(into: Uploads, upload: Upload, data: bytes, number: int, told: str | None = None) -> Upload:
    writer = into.part(upload.id, number)
    try:
        for start in range(0, len(data), 300):
            writer.write(data[start : start + 300])
        return writer.finish(told)
    finally:
        writer.close()


def piece(data: bytes, number: int) -> bytes:
    return data[number * PART : (number + 1) * PART]


def test_parts_come_in_any_order_and_across_restarts(tmp_path: Path) -> None:
    data = os.urandom(2 * PART + 500)
    upload = uploads(tmp_path).begin("beach.mp4", len(data), hashlib.sha256(data).hexdigest())
    assert (upload.count, upload.length(2), upload.state, upload.parts) == (3, 500, "receiving", ())
    send(uploads(tmp_path), upload, piece(data, 2), 2)
    again = uploads(tmp_path)
    assert send(again, upload, piece(data, 0), 0, hashlib.sha256(piece(data, 0)).hexdigest()).parts == (0, 2)
    with pytest.raises(Unfinished, match=r"\[1\] are missing"):
        again.complete(upload.id)
    send(again, upload, piece(data, 1), 1)
    ready = again.complete(upload.id)
    assert (ready.state, ready.kind, ready.width, ready.duration, ready.name) == ("ready", "video", 64, 2, "beach.mp4")
    assert again.path(upload.id).read_bytes() == data
    assert again.complete(upload.id) == ready
    assert again.listed() == [ready]


@pytest.mark.parametrize("change", ["short", "long", "other"])
def test_a_part_that_is_not_what_was_told_does_not_count(tmp_path: Path, change: str) -> None:
    here, data = uploads(tmp_path), os.urandom(PART)
    upload = here.begin("a", PART)
    sent = {"short": data[:-1], "long": data + b"x", "other": data[::-1]}[change]
    with pytest.raises(InputError, match=r"short|has more|is not what came"):
        send(here, upload, sent, 0, hashlib.sha256(data).hexdigest())
    assert here.get(upload.id).parts == ()
    assert send(here, upload, data, 0).parts == (0,)


def test_what_the_disk_lost_is_asked_for_again(tmp_path: Path) -> None:
    here, data = uploads(tmp_path), os.urandom(2 * PART)
    upload = here.begin("a", len(data))
    for number in range(2):
        send(here, upload, piece(data, number), number)
    with (tmp_path / "uploads" / upload.id / "data.part").open("r+b") as file:
        file.seek(PART)
        file.write(bytes(10))
    with pytest.raises(InputError, match="part: 1 is not on the disk as it came"):
        here.complete(upload.id)
    assert here.get(upload.id).parts == (0,)
    send(here, upload, piece(data, 1), 1)
    assert here.complete(upload.id).state == "ready"


def test_a_file_that_changed_while_it_was_sent_is_refused(tmp_path: Path) -> None:
    here = uploads(tmp_path)
    upload = here.begin("a", 3, hashlib.sha256(b"abc").hexdigest())
    send(here, upload, b"abd", 0)
    with pytest.raises(InputError, match="the file changed"):
        here.complete(upload.id)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_what_cannot_be_read_is_taken_away(tmp_path: Path) -> None:
    here = uploads(tmp_path)
    upload = here.begin("holiday.mp4", 3)
    send(here, upload, b"bad", 0)
    with pytest.raises(InputError, match=r"^file: 'holiday.mp4' is nothing that can be read"):
        here.complete(upload.id)
    with pytest.raises(Unknown):
        here.get(upload.id)
    path = here.incoming()
    path.write_bytes(b"bad too")
    with pytest.raises(InputError, match="nothing that can be read"):
        here.taken("b", path)
    assert [entry.name for entry in (tmp_path / "uploads").iterdir()] == [path.name]


def test_a_server_that_dies_at_the_last_step_loses_nothing(tmp_path: Path) -> None:
    here = uploads(tmp_path)
    upload = here.begin("a", 3)
    send(here, upload, b"abc", 0)
    folder = tmp_path / "uploads" / upload.id
    (folder / "data.part").rename(folder / "data")
    assert uploads(tmp_path).complete(upload.id).state == "ready"


def test_one_piece_is_enough(tmp_path: Path) -> None:
    here = uploads(tmp_path)
    path = here.incoming()
    path.write_bytes(b"abc")
    ready = here.taken("a.mp4", path)
    assert (here.path(ready.id).read_bytes(), ready.bytes, ready.state) == (b"abc", 3, "ready")
    assert not path.exists()


@pytest.mark.parametrize(
    ("size", "kind"), [(0, InputError), (-5, InputError), (2001, TooLarge), (10**18, TooLarge), (2**62, TooLarge)]
)
def test_sizes_that_cannot_be_are_refused(tmp_path: Path, size: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        uploads(tmp_path, most_bytes=2000).begin("a", size)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_disk_without_room_is_known_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(NoRoom, match="make room"):
        uploads(tmp_path, most_bytes=2**62).begin("a", 2**60)


def test_there_are_not_unfinished_ones_without_end(tmp_path: Path) -> None:
    here = uploads(tmp_path)
    for _ in range(100):
        here.begin("a", 1)
    with pytest.raises(MachineError, match="100 uploads are unfinished"):
        here.begin("a", 1)


def test_what_was_never_finished_is_forgotten(tmp_path: Path) -> None:
    here = uploads(tmp_path)
    old, new = here.begin("a", 3), here.begin("b", 3)
    (tmp_path / "uploads" / "incoming-x").write_bytes(b"half")
    before = (now() - FORGOTTEN - timedelta(hours=1)).timestamp()
    os.utime(tmp_path / "uploads" / old.id, (before, before))
    here = uploads(tmp_path)
    assert here.get(new.id) == new
    with pytest.raises(Unknown):
        here.get(old.id)
    assert len(list((tmp_path / "uploads").iterdir())) == 1


@pytest.mark.parametrize("given", ["", "..", "../jobs", "x" * 16, "0123456789abcde/", "%2e%2e", "\0" * 16, "a" * 5000])
def test_an_id_is_one_that_we_made(tmp_path: Path, given: str) -> None:
    here = uploads(tmp_path)
    for ask in (here.get, here.path, here.preview, here.complete, here.remove, lambda name: here.part(name, 0)):
        with pytest.raises(Unknown):
            ask(given)


@settings(max_examples=40, deadline=None)
@given(name=st.text(max_size=400))
def test_a_name_is_words_and_never_a_place(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("house")
    here = uploads(folder)
    upload = here.begin(name, 1)
    assert here.get(upload.id).name == name.encode("utf-8", "replace").decode()[:255]
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert made == {
        "uploads",
        f"uploads/{upload.id}",
        f"uploads/{upload.id}/about.json",
        f"uploads/{upload.id}/data.part",
    }


def test_a_path_is_known_as_an_uploads_by_where_it_leads(tmp_path: Path) -> None:
    here = uploads(tmp_path)
    path = here.incoming()
    path.write_bytes(b"abc")
    ready = here.taken("a", path)
    assert here.holds(here.path(ready.id)) == ready.id
    link = tmp_path / "uploads" / ready.id / "link"
    link.symlink_to(tmp_path / "secret")
    assert here.holds(link) is None
    assert here.holds(tmp_path / "uploads" / ready.id / ".." / ".." / "reverie.db") is None


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no such limit")
def test_a_disk_that_fills_up_is_said_to_and_nothing_half_is_left(tmp_path: Path) -> None:
    import resource

    here = uploads(tmp_path)
    before = here.begin("small", 100)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))  # a write beyond it fails as on a full disk
    try:
        with pytest.raises(NoRoom, match="make room"):
            here.begin("large", 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == [before.id]
    assert send(here, before, bytes(100), 0).parts == (0,)
