"""A job's folder: our names only, whole files only, nothing outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reverie.core.errors import InputError, MachineError
from reverie.jobs.files import Home
from reverie.jobs.job import new_id

JOB = "0123456789abcdef"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "data")
    (home.folder(JOB) / "recording-001.mp4").write_bytes(b"film")
    (tmp_path / "data" / "secret").write_bytes(b"secret")
    return home


def test_numbers_go_on_and_count_what_is_not_whole_yet(home: Home) -> None:
    (home.folder(JOB) / "recording-007.mp4.part").write_bytes(b"")
    assert home.numbered(JOB, "recording", ".mp4").name == "recording-008.mp4"
    assert home.numbered(JOB, "snapshot", ".png").name == "snapshot-001.png"


def test_only_whole_files_with_our_names_are_listed(home: Home) -> None:
    folder = home.folder(JOB)
    for name in ("snapshot-002.png.part", "notes.txt", ".hidden", "report.json", "poster.jpg"):
        (folder / name).write_bytes(b"12345")
    (folder / "snapshot-003.png").symlink_to(folder.parent.parent / "secret")
    found = {file.name: (file.kind, file.bytes) for file in home.listed(JOB)}
    assert found == {"recording-001.mp4": ("recording", 4), "report.json": ("report", 5), "poster.jpg": ("poster", 5)}
    assert home.listed(new_id()) == ()


@pytest.mark.parametrize(
    "name",
    ["../secret", "..%2fsecret", "", ".", "..", "/etc/passwd", "recording-001.mp4\0", "snapshot-001.png", "CON", "a:b"],
)
def test_no_other_name_is_found(home: Home, name: str) -> None:
    with pytest.raises(InputError, match="no file of this job"):
        home.find(JOB, name)


def test_a_link_is_no_file(home: Home) -> None:
    (home.folder(JOB) / "snapshot-009.png").symlink_to(home.root / "secret")
    with pytest.raises(InputError):
        home.find(JOB, "snapshot-009.png")
    assert not home.holds(home.folder(JOB) / "snapshot-009.png")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("./\\%2fabcresdng-019mp"), max_size=40))
def test_whatever_is_found_lies_in_the_jobs_folder(home: Home, name: str) -> None:
    try:
        path = home.find(JOB, name)
    except InputError:
        return
    assert path.resolve().parent == home.folder(JOB).resolve()


@pytest.mark.parametrize("job", ["../x", "", "0123", "0123456789ABCDEF", "0123456789abcdef/.."])
def test_a_folder_is_only_made_for_an_id(home: Home, job: str) -> None:
    with pytest.raises(InputError):
        home.folder(job)


def test_parts_that_a_dead_server_left_are_swept(home: Home) -> None:
    part = home.folder(JOB) / "render.mp4.part"
    part.write_bytes(b"half")
    home.sweep()
    assert not part.exists()
    assert [file.name for file in home.listed(JOB)] == ["recording-001.mp4"]


def test_removing_leaves_other_jobs_alone(home: Home) -> None:
    other = home.folder(new_id())
    home.remove(JOB)
    assert other.is_dir()
    assert home.listed(JOB) == ()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(MachineError, match="can't be written to"):
        Home(tmp_path / "data")
    tmp_path.chmod(0o700)


def test_a_file_in_the_folders_place_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(MachineError, match="can't be written to"):
        Home(tmp_path / "data")
