from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import start
from start import House, Problem, State

ROOT = Path(__file__).resolve().parent.parent
LOCK = "# exact versions\nnumpy==2.4.6\ntorch==2.13.0\n"


class Installer:
    """Stands in for venv and pip: remembers what it was told to run, and fails where a word says so."""

    def __init__(self, root: Path, fails_at: str = "", output: str = "") -> None:
        self.python = Path(House(root, self).program("python"))
        self.fails_at, self.output = fails_at, output
        self.calls: list[list[str]] = []

    def __call__(self, command: list[str], note: Callable[[str], None]) -> tuple[int, str]:
        self.calls.append(command)
        note("Downloading somewhere/torch-2.13.0-cp311-cp311-linux.whl (530 MB)\n")
        if self.fails_at and self.fails_at in command:
            return 1, self.output
        if "venv" in command:
            self.python.parent.mkdir(parents=True, exist_ok=True)
            self.python.touch()
        return 0, "fine\n"

    def installed(self) -> list[str]:
        return [command[-1] for command in self.calls if "install" in command]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "requirements.lock").write_text(LOCK, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "reverie"\n[tool.ruff]\n', encoding="utf-8")
    return tmp_path


def set_up(root: Path, build: str = "cpu", extras: set[str] | None = None) -> Installer:
    installer = Installer(root)
    start.set_up(House(root, installer), build, extras or set())
    return installer


# What is installed, and when


def test_torch_is_installed_before_the_rest_and_everything_by_the_lock(root: Path) -> None:
    installer = set_up(root)
    assert installer.installed() == ["torch==2.13.0", "editables", str(root)]
    assert all(str(root / "requirements.lock") in command for command in installer.calls[2:])


def test_a_second_start_runs_nothing(root: Path) -> None:
    set_up(root)
    assert set_up(root, build="").calls == []
    assert set_up(root, build="cpu").calls == []


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_version_installs_again_without_a_new_environment(root: Path, name: str) -> None:
    set_up(root)
    (root / name).write_text(LOCK.replace("2.4.6", "2.4.7"), encoding="utf-8")
    assert "venv" not in set_up(root).calls[0]


def test_the_tools_own_settings_decide_nothing_that_is_installed(root: Path) -> None:
    set_up(root)
    with open(root / "pyproject.toml", "a", encoding="utf-8") as file:
        file.write("line-length = 120\n")
    assert set_up(root).calls == []


def test_a_moved_folder_is_set_up_again(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    set_up(root)
    moved = root.rename(tmp_path_factory.mktemp("elsewhere") / "moved")
    assert str(moved) in set_up(moved).installed()
    moved.rename(root)


def test_testing_adds_its_extra_and_keeps_it(root: Path) -> None:
    set_up(root)
    assert f"{root}[dev]" in set_up(root, extras={"dev"}).installed()
    assert set_up(root).calls == []
    assert set_up(root, extras={"dev"}).calls == []
    (root / "requirements.lock").write_text(LOCK + "pillow==13.0.0\n", encoding="utf-8")
    assert f"{root}[dev]" in set_up(root).installed()


def test_another_build_of_torch_replaces_the_first(root: Path) -> None:
    set_up(root, build="cpu")
    installer = set_up(root, build="rocm")
    assert installer.calls[0][-2:] == ["--yes", "torch"]
    assert start.read_state(House(root, installer)).torch == "rocm"


def test_a_set_up_that_was_cut_short_goes_on(root: Path) -> None:
    installer = Installer(root, fails_at="torch==2.13.0", output="Connection refused")
    with pytest.raises(Problem):
        start.set_up(House(root, installer), "cpu", set())
    again = set_up(root, build="")
    assert "venv" not in again.calls[0]
    assert again.installed()[0] == "torch==2.13.0"


def test_an_environment_made_by_another_program_is_made_anew(root: Path) -> None:
    python = Installer(root).python
    python.parent.mkdir(parents=True)
    python.touch()
    assert set_up(root).calls[0][1:4] == ["-m", "venv", "--clear"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"key": 1}', '{"key": "", "torch": "", "extras": 3}', "\x00"])
def test_a_note_that_is_broken_counts_as_none(root: Path, text: str) -> None:
    (root / ".venv").mkdir()
    (root / ".venv" / start.STAMP).write_text(text, encoding="utf-8")
    assert start.read_state(House(root, Installer(root))) == State()


def test_the_log_holds_what_the_installers_said(root: Path) -> None:
    set_up(root)
    log = (root / ".venv" / start.LOG).read_text(encoding="utf-8")
    assert log.count("$ ") == 4
    assert "fine" in log


# Which build of PyTorch


@pytest.mark.parametrize(
    ("platform", "build", "index"),
    [
        ("linux", "default", ""),
        ("linux", "cuda", ""),
        ("linux", "cpu", "cpu"),
        ("linux", "rocm", "rocm7.2"),
        ("win32", "default", ""),
        ("win32", "cpu", ""),
        ("win32", "cuda", "cu130"),
        ("darwin", "default", ""),
        ("darwin", "cpu", ""),
    ],
)
def test_each_build_comes_from_where_it_is(root: Path, platform: str, build: str, index: str) -> None:
    words = start.packages(House(root, Installer(root), platform), build, set())["torch==2.13.0"]
    assert words == (["--index-url", start.WHEELS + index, "torch==2.13.0"] if index else ["torch==2.13.0"])


@pytest.mark.parametrize(
    ("platform", "tools", "build"),
    [
        ("linux", {"nvidia-smi"}, "cuda"),
        ("linux", {"rocminfo"}, "rocm"),
        ("linux", {"nvidia-smi", "rocminfo"}, "cuda"),
        ("linux", set(), "default"),
        ("win32", {"nvidia-smi"}, "cuda"),
        ("win32", set(), "default"),
        ("darwin", {"nvidia-smi"}, "default"),
    ],
)
def test_the_build_is_found_by_looking(platform: str, tools: set[str], build: str) -> None:
    assert start.found_build(platform, lambda name: name if name in tools else None) == build


@pytest.mark.parametrize(
    ("arguments", "build", "rest"),
    [
        ([], "", []),
        (["dream", "--torch"], "", ["dream", "--torch"]),
        (["--torch", "cuda", "dream", "a reef"], "cuda", ["dream", "a reef"]),
        (["--torch=rocm"], "rocm", []),
        (["--help"], "", ["--help"]),
    ],
)
def test_the_build_is_taken_off_the_arguments(arguments: list[str], build: str, rest: list[str]) -> None:
    assert start.torch_option(arguments) == (build, rest)


@pytest.mark.parametrize("arguments", [["--torch"], ["--torch", "vulkan"], ["--torch="], ["--torch=CUDA"]])
def test_a_build_there_is_not_is_refused(arguments: list[str]) -> None:
    with pytest.raises(Problem, match=r"^--torch: '.*' is not a build of PyTorch: use cuda, rocm or cpu\.$"):
        start.torch_option(arguments)


# What can go wrong: one sentence each


def test_a_python_too_old_is_told_so_with_a_newer_one_named() -> None:
    with pytest.raises(
        Problem, match=r"^Reverie needs Python 3\.11 or newer, and this is 3\.9\.18: run python3\.12 start"
    ):
        start.check_python((3, 9, 18), lambda name: name if name == "python3.12" else None)
    with pytest.raises(Problem, match="install a newer one"):
        start.check_python((3, 9, 18), lambda name: None)


def test_a_python_new_enough_passes() -> None:
    start.check_python((3, 11, 0), lambda name: None)


def test_old_pythons_can_parse_the_file() -> None:
    ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_a_full_disk_is_told_before_anything_is_fetched() -> None:
    with pytest.raises(Problem, match=r"^Only 1\.0 GiB of disk are free and setting up takes 9: make room\.$"):
        start.check_space(2**30, "cuda")
    start.check_space(4 * 2**30, "default")


@pytest.mark.parametrize(
    ("stage", "output", "words"),
    [
        ("venv", "The virtual environment was not created: ensurepip is not available.", "apt install python3"),
        ("venv", "/usr/bin/python3: No module named venv", "apt install python3"),
        ("venv", "Error: [Errno 13] Permission denied: '.venv'", "No permission"),
        ("torch==2.13.0", "ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        (
            "torch==2.13.0",
            "WARNING: NewConnectionError: [Errno -3] Temporary failure in name resolution\n"
            "ERROR: No matching distribution found for torch==2.13.0",
            "registry cannot be reached",
        ),
        (
            "torch==2.13.0",
            "ERROR: No matching distribution found for torch==2.13.0",
            "has no torch==2.13.0 for Python 3",
        ),
        ("editables", "No module named pip", "delete that folder"),
        ("editables", "ERROR: something new\nand then some\n", "something new"),
        ("editables", "", "said nothing"),
    ],
)
def test_an_installer_that_fails_is_told_in_one_sentence(root: Path, stage: str, output: str, words: str) -> None:
    with pytest.raises(Problem) as caught:
        start.set_up(House(root, Installer(root, stage, output)), "cpu", set())
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_checkout_without_its_lock_is_told_so(root: Path) -> None:
    (root / "requirements.lock").unlink()
    with pytest.raises(Problem, match=r"requirements\.lock cannot be read"):
        set_up(root)


def test_a_lock_without_torch_is_told_so(root: Path) -> None:
    (root / "requirements.lock").write_text("numpy==2.4.6\n", encoding="utf-8")
    with pytest.raises(Problem, match="no version of torch"):
        set_up(root)


def test_a_program_that_is_not_there_is_a_failure_and_no_traceback(tmp_path: Path) -> None:
    code, output = start.run([str(tmp_path / "python")], lambda line: None)
    assert code != 0
    assert "No such file" in output


# The whole file, run as people run it, in a folder that is set up already


@pytest.fixture
def ready(root: Path) -> Path:
    (root / "start.py").write_bytes((ROOT / "start.py").read_bytes())
    program = root / "reverie.py"
    program.write_text("import sys; print(sys.argv[1:]); sys.exit(7)\n", encoding="utf-8")
    house = House(root, start.run)
    python = Path(house.program("python"))
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    start.write_state(house, State(start.versions_key(root), "cpu", ()))
    return root


def started(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, str(root / "start.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a symbolic link to an interpreter")
def test_arguments_and_exit_code_pass_through(ready: Path) -> None:
    done = started(ready, "dream", "a coral reef at dusk", "--seconds", "3")
    assert done.stdout == "['dream', 'a coral reef at dusk', '--seconds', '3']\n"
    assert (done.returncode, done.stderr) == (7, "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a symbolic link to an interpreter")
def test_a_problem_is_one_line_and_exit_code_1(ready: Path) -> None:
    done = started(ready, "--torch", "vulkan", "dream")
    assert done.returncode == 1
    assert done.stderr == "--torch: 'vulkan' is not a build of PyTorch: use cuda, rocm or cpu.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs scripts that run by themselves")
@pytest.mark.parametrize(("failing", "code"), [("", 0), ("mypy", 1), ("python", 5)])
def test_every_check_runs_and_any_failure_is_the_outcome(root: Path, failing: str, code: int) -> None:
    house = House(root, start.run)
    names = {words[0] for words in start.CHECKS.values()} | {"python"}
    for name in names:
        program = Path(house.program(name))
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\necho $@ >> {root}/{name}.calls\nexit {5 if name == failing else 0}\n")
        program.chmod(0o755)
    assert start.check(house, []) == code
    assert {path.stem for path in root.glob("*.calls")} == names
    assert "-m pytest -W error -n logical" in (root / "python.calls").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="needs scripts that run by themselves")
def test_with_arguments_only_pytest_runs(root: Path) -> None:
    house = House(root, start.run)
    program = Path(house.program("python"))
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho $@ > {root}/calls\n")
    program.chmod(0o755)
    assert start.check(house, ["-k", "reef"]) == 0
    assert (root / "calls").read_text().endswith("-W error -k reef\n")


def test_the_note_is_whole_or_not_there(root: Path) -> None:
    (root / ".venv").mkdir()
    start.write_state(House(root, start.run), State("key", "cpu", ("dev",)))
    assert json.loads((root / ".venv" / start.STAMP).read_text(encoding="utf-8"))["extras"] == ["dev"]
    assert list((root / ".venv").glob("*.part")) == []


# The page is built where the package is installed


def page(root: Path) -> Path:
    (root / "web" / "src").mkdir(parents=True)
    (root / "web" / "key.py").write_text((ROOT / "web" / "key.py").read_text(encoding="utf-8"), encoding="utf-8")
    (root / "web" / "src" / "app.tsx").write_text("one", encoding="utf-8")
    index = root / "src" / "reverie" / "server" / "static" / "index.html"
    index.parent.mkdir(parents=True)
    index.touch()
    return index


def test_a_changed_page_installs_again_and_its_tests_do_not(root: Path) -> None:
    page(root)
    set_up(root)
    (root / "web" / "src" / "app.test.ts").write_text("a test", encoding="utf-8")
    assert set_up(root).calls == []
    (root / "web" / "src" / "app.tsx").write_text("two", encoding="utf-8")
    assert str(root) in set_up(root).installed()


def test_a_page_that_is_gone_is_built_again(root: Path) -> None:
    index = page(root)
    set_up(root)
    index.unlink()
    assert str(root) in set_up(root).installed()
