"""`reverie bench`: how fast this machine dreams, beside the plain way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from reverie.cli.parser import Parser
from reverie.core.errors import InputError, MachineError

SUMMARY = """Run the benchmarks of a checkout, one after the other, and end with a table of each.

A benchmark is a script in benchmarks/ whose result, benchmarks/results/NAME.json, has `rows`: a list of objects."""


def run(arguments: Sequence[str]) -> int:
    """Run the named benchmarks, all if none is named, and print their tables."""
    parser = Parser("bench", SUMMARY, ("reverie bench", "reverie bench speed --quick"))
    parser.add_argument("names", metavar="NAME", nargs="*", help="which (all but the long ones)")
    parser.add_argument("--quick", action="store_true", help="fewer frames: rough numbers in a minute")
    parser.add_argument("--list", action="store_true", help="say which there are, and what each asks")
    given = parser.read(arguments)
    folder = checkout() / "benchmarks"
    known = {script.stem: script for script in sorted(folder.glob("*.py")) if not script.stem.startswith("_")}
    if given.list:
        print("\n".join(f"{name:<12} {question(script)}" for name, script in known.items()))
        return 0
    chosen = given.names or [name for name in known if name not in LONG]
    return max((_one(name, _known(name, known), given.quick) for name in chosen), default=0)


LONG = frozenset({"latency", "soak"})
"""Benchmarks that take an hour or more: they run when they are named."""


def checkout() -> Path:
    """Return the folder this package is run from; MachineError where it is installed without its benchmarks."""
    import reverie

    root = Path(reverie.__file__).resolve().parents[2]
    if not (root / "benchmarks").is_dir():
        raise MachineError("The benchmarks are not part of the installed package: run `reverie bench` from a checkout.")
    return root


def _known(name: str, known: Mapping[str, Path]) -> Path:
    if name in known:
        return known[name]
    near = get_close_matches(name, known) or sorted(known)
    raise InputError("benchmark", name, f"is not known: use {' or '.join(near)}.")


def question(script: Path) -> str:
    """Return the first line of a script's docstring, without importing it."""
    import ast

    return (ast.get_docstring(ast.parse(script.read_text("utf-8"))) or "").partition("\n")[0]


def _one(name: str, script: Path, quick: bool) -> int:
    print(f"{name}: {question(script)}", file=sys.stderr, flush=True)
    root = script.parents[1]
    found = os.pathsep.join([str(root / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, str(script), *(["--quick"] if quick else [])]
    code = subprocess.run(command, cwd=root, env={**os.environ, "PYTHONPATH": found}, check=False).returncode
    result = script.parent / "results" / f"{name}.json"
    if code == 0 and result.is_file():
        print("\n".join(table(json.loads(result.read_text("utf-8")).get("rows", []))))
    return min(code, 1) if code >= 0 else 1


def table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Give the lines of a table: a column for every key in the order they appear, numbers to the right."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns, *([_cell(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(columns))]
    numeric = [all(isinstance(row.get(column, 0), int | float) for row in rows) for column in columns]
    for line in cells:
        padded = zip(line, widths, numeric, strict=True)
        yield "  ".join(text.rjust(wide) if number else text.ljust(wide) for text, wide, number in padded).rstrip()


def _cell(value: Any) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
