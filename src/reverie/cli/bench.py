"""`reverie bench`: how fast this machine dreams, beside the plain way."""

from __future__ import annotations

from collections.abc import Sequence

from reverie.cli.parser import Parser

SUMMARY = "Run the benchmarks, one after the other, and end with a table."


def run(arguments: Sequence[str]) -> int:
    """Run the benchmarks of a checkout."""
    Parser("bench", SUMMARY).read(arguments)
    return 0
