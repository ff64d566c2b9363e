from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from reverie.core.errors import MachineError
from reverie.server.guard.secret import NAME, studio_secret

posix = pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")


def test_it_is_made_once_and_kept(tmp_path: Path) -> None:
    first = studio_secret(tmp_path / "data")
    assert len(first) == 32
    assert studio_secret(tmp_path / "data") == first
    assert studio_secret(tmp_path / "other") != first
    assert [path.name for path in (tmp_path / "data").iterdir()] == [NAME]


@posix
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        studio_secret(tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


@posix
def test_one_that_others_may_read_is_refused(tmp_path: Path) -> None:
    studio_secret(tmp_path)
    (tmp_path / NAME).chmod(0o644)
    with pytest.raises(MachineError, match="chmod 600"):
        studio_secret(tmp_path)


def test_one_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    studio_secret(tmp_path)
    (tmp_path / NAME).write_bytes(b"short")
    with pytest.raises(MachineError, match="cut short"):
        studio_secret(tmp_path)


def test_a_folder_that_cannot_be_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="can't be kept"):
        studio_secret(tmp_path / "file")
