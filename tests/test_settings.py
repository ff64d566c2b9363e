from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from reverie.core.errors import InputError
from reverie.settings import Settings, data_folder, load_settings


def write(folder: Path, text: str) -> Path:
    (folder / "reverie.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path) == Settings(films=Path(), device=None, dtype=None, runtime=None)


def test_the_file_is_read(tmp_path: Path) -> None:
    settings = load_settings({}, write(tmp_path, 'films = "/films"\ndevice = "cuda"\n'))
    assert (settings.films, settings.device) == (Path("/films"), "cuda")


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    folder = write(tmp_path, 'device = "cuda"\ndtype = "float16"\n')
    settings = load_settings({"REVERIE_DEVICE": "cpu", "REVERIE_DTYPE": "", "HOME": "/"}, folder)
    assert (settings.device, settings.dtype) == ("cpu", "float16")


def test_variables_that_are_no_settings_are_left_alone(tmp_path: Path) -> None:
    assert load_settings({"REVERIE_TRACEBACK": "1"}, tmp_path) == Settings()


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().device = "cpu"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 1\n", ["reverie.toml: colour", "1", "films, data, models, host, port, device, dtype, runtime"]),
        ("device = 3\n", ["reverie.toml: device", "3", "quotes"]),
        ("device = [\n", ["reverie.toml", "mend it"]),
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path: Path, text: str, words: list[str]) -> None:
    write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load_settings({}, tmp_path)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "reverie.toml").write_bytes(b'device = "\xff"')
    with pytest.raises(InputError, match="mend it"):
        load_settings({}, tmp_path)


def test_a_folder_in_the_files_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "reverie.toml").mkdir()
    with pytest.raises(InputError, match=r"reverie\.toml"):
        load_settings({}, tmp_path)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"XDG_DATA_HOME": "/somewhere"}, Path("/somewhere/reverie")),
        ("linux", {}, Path.home() / ".local/share/reverie"),
        ("win32", {"LOCALAPPDATA": "C:/Data"}, Path("C:/Data/Reverie")),
        ("darwin", {}, Path.home() / "Library/Application Support/Reverie"),
        ("freebsd14", {}, Path.home() / ".local/share/reverie"),
    ],
)
def test_jobs_are_kept_where_each_system_keeps_such_things(
    platform: str, environment: dict[str, str], expected: Path
) -> None:
    assert data_folder(Settings(), environment, platform) == expected
    assert data_folder(Settings(data=Path("mine")), environment, platform) == Path("mine")


@pytest.mark.parametrize("port", ["-1", "65536", "many", "1.5"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(InputError, match="is no port"):
        load_settings({"REVERIE_PORT": port}, tmp_path)


def test_how_long_uploads_are_kept_is_a_setting(tmp_path: Path) -> None:
    folder = write(tmp_path, "keep_uploads_days = 0\n")
    settings = load_settings({"REVERIE_KEEP_UPLOADS_GIB": "2.5"}, folder)
    assert (settings.keep_uploads_days, settings.keep_uploads_gib) == (0, 2.5)


@pytest.mark.parametrize("wrong", ["much", "-1", "inf", "nan"])
def test_an_amount_that_is_none_is_refused_in_words(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^REVERIE_KEEP_UPLOADS_DAYS: .* is no amount: use a number"):
        load_settings({"REVERIE_KEEP_UPLOADS_DAYS": wrong}, tmp_path)
