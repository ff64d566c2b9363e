"""What is installed is what is written: one version of everything, one licence, one set of versions for pip and uv."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import reverie

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = [line for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines() if line[:1] not in "#"]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    pairs = (re.fullmatch(r"([\w.-]+)==([\w.]+)(?: ; .*)?", line) for line in LOCK)
    return {plain(match[1]): match[2] for match in pairs if match}


def needed(name: str, seen: set[str]) -> set[str]:
    """Everything that an installed distribution needs on this machine, itself included."""
    if name in seen:
        return seen
    seen.add(name)
    try:
        requirements = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        seen.discard(name)
        return seen
    for requirement in requirements:
        match = re.match(r"[\w.-]+", requirement)
        if match and "extra ==" not in requirement:
            needed(plain(match[0]), seen)
    return seen


def test_every_line_of_the_lock_is_an_exact_version_without_an_address() -> None:
    assert len(locked()) == len(LOCK)


def test_uv_has_the_same_versions() -> None:
    assert PYPROJECT["tool"]["uv"]["constraint-dependencies"] == LOCK


def test_everything_declared_is_locked_within_its_bounds() -> None:
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    declared = [*PYPROJECT["project"]["dependencies"], *(need for extra in extras for need in extra)]
    for need in [*declared, *PYPROJECT["build-system"]["requires"]]:
        name, bounds = re.fullmatch(r"([\w-]+)([^;]*?)(?:;.*)?", need).groups()  # type: ignore[union-attr]
        version = tuple(int(part) for part in re.findall(r"\d+", locked()[name]))
        for sign, bound in re.findall(r"(==|>=|<)([\d.]+)", bounds):
            limit = tuple(int(part) for part in bound.split("."))
            assert {"==": version == limit, ">=": version >= limit, "<": version < limit}[sign], need


def test_everything_that_is_installed_for_us_is_locked_and_at_its_version() -> None:
    """Torch's own packages (CUDA's, and what compiles for it) are named exactly by torch and are not in the lock."""
    declared = PYPROJECT["project"]["dependencies"]
    ours: set[str] = set()
    for need in declared:
        needed(plain(re.split(r"[^\w-]", need)[0]), ours)
    ours = {name for name in ours if not name.startswith(("nvidia-", "cuda-", "triton", "pytorch-triton"))}
    installed = {name: metadata.version(name).partition("+")[0] for name in ours}
    assert {name: version for name, version in installed.items() if locked().get(name) != version} == {}


def test_the_version_is_that_of_the_package() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", reverie.__version__)
    assert PYPROJECT["tool"]["hatch"]["version"]["path"] == "src/reverie/__init__.py"


def test_the_package_says_that_it_is_typed_and_under_which_licence() -> None:
    assert (ROOT / "src" / "reverie" / "py.typed").is_file()
    assert PYPROJECT["project"]["license"] == "Apache-2.0"
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


def test_the_command_is_there() -> None:
    module, _, name = PYPROJECT["project"]["scripts"]["reverie"].partition(":")
    assert callable(getattr(__import__(module, fromlist=[name]), name))


def test_the_wheel_has_all_of_the_package_and_nothing_else(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="start.py installs it")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "src" / "reverie"
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    expected = {path.relative_to(package.parent).as_posix() for path in files if path.suffix != ".part"}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert {"reverie/py.typed", "reverie/__main__.py"} <= expected
