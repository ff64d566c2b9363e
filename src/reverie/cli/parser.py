"""Arguments: argparse whose complaints are our errors, and whose values are checked as they are read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from math import inf
from typing import NoReturn

from reverie.core.errors import InputError, ReverieError


class UsageError(ReverieError):
    """A command that can't be read."""

    exit_code = 2


class Parser(argparse.ArgumentParser):
    """An argument parser that raises one-sentence errors instead of ending the process."""

    def __init__(self, command: str, summary: str, examples: Sequence[str] = ()) -> None:
        epilog = "\n".join(["examples:", *(f"  {example}" for example in examples)]) if examples else None
        super().__init__(
            prog=f"reverie {command}",
            description=summary,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Return the arguments' values; UsageError or InputError where one can't be read."""
        found, unknown = self.parse_known_args(self._joined(arguments))
        if unknown:
            near = get_close_matches(unknown[0].partition("=")[0], self._options(), n=1)
            fix = f"use {near[0]}" if near else f"`{self.prog} --help` lists what there is"
            raise UsageError(f"{self.prog}: {unknown[0]!r} is not known: {fix}.")
        return found

    def error(self, message: str) -> NoReturn:
        """Raise argparse's own complaint as one sentence."""
        sentence = re.sub(r"^argument ((?:-\w/)?(--?[\w-]+)).*?: ", r"\2: ", message)
        raise UsageError(f"{self.prog}: {sentence}: `{self.prog} --help` shows how it is written.")

    def _options(self) -> list[str]:
        return [name for action in self._actions for name in action.option_strings]

    def _joined(self, arguments: Sequence[str]) -> list[str]:
        """Tie values that begin with a dash, such as -1, to their option, since argparse takes them for options."""
        valued = {name for action in self._actions if action.nargs is None for name in action.option_strings}
        names, joined = set(self._options()), list[str]()
        for argument in arguments:
            waits = bool(joined) and joined[-1] in valued and "--" not in joined
            if waits and argument.startswith("-") and argument not in names and joined[-1].startswith("--"):
                joined[-1] += f"={argument}"
            else:
                joined.append(argument)
        return joined


def number(field: str, least: float | None = None) -> Callable[[str], float]:
    """Return a reader of decimal numbers, of `least` or more, whose InputError names `field`."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise InputError(field, text, "is not a number: write one such as 1.5.") from None
        if least is not None and not least <= value < inf:
            raise InputError(field, text, f"is out of range: use {least:g} or more.")
        return value

    return read


def whole(field: str) -> Callable[[str], int]:
    """Return a reader of whole numbers whose InputError names `field`."""

    def read(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise InputError(field, text, "is not a whole number: write one such as 4.") from None

    return read
