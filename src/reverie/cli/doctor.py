"""`reverie doctor`: what this machine can do, what is missing, and the command that fixes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from reverie.cli.parser import Parser

if TYPE_CHECKING:
    from reverie.execution.machine import Check

SUMMARY = "Look at Python, torch, device, memory, codecs, models and disk; nothing is loaded or changed."


def run(arguments: Sequence[str]) -> int:
    """Print what was found; the exit code is 1 where something is missing."""
    parser = Parser("doctor", SUMMARY)
    parser.add_argument("--json", action="store_true", help="as JSON")
    given = parser.read(arguments)
    from reverie.execution.machine import examine

    checks = examine()
    well = all(check.ok for check in checks)
    print(_json(checks, well) if given.json else told(checks))
    return 0 if well else 1


def _json(checks: Sequence[Check], well: bool) -> str:
    return json.dumps({"ok": well, "checks": [asdict(check) for check in checks]}, indent=2)


def told(checks: Sequence[Check]) -> str:
    """Return the checks in a line each, and what is to be done."""
    wide = max(len(check.name) for check in checks)
    lines = [f"{'✓' if check.ok else '✗'} {check.name:<{wide}}  {check.value}" for check in checks]
    missing = [check for check in checks if not check.ok]
    fixes = [f"  {check.name}: {check.fix}" for check in missing]
    return "\n".join([*lines, "", *(["To do", *fixes] if missing else ["All is well."])])
