"""A budget of time a frame, as a person types it: `100ms`, `100`, `0.1s`."""

from __future__ import annotations

import re

from reverie.core import registry
from reverie.core.errors import InputError
from reverie.core.spec import LEAST_BUDGET, MOST_BUDGET, ComponentSpec

_WRITTEN = re.compile(r"\s*(?P<number>-?\d{1,12}(?:\.\d{1,6})?)\s*(?P<unit>ms|s)?\s*", re.ASCII)
_MILLISECONDS = {None: 1.0, "ms": 1.0, "s": 1000.0}


def parse_budget(asked: str | float) -> float:
    """Return milliseconds of what is asked as a number of them, or as text; InputError for anything else.

    Text has up to six decimals and, if any, the unit `ms` or `s`.
    """
    match = _WRITTEN.fullmatch(asked) if isinstance(asked, str) else None
    if isinstance(asked, str) and match is None:
        raise InputError("budget", asked, "is no time a frame may take: write milliseconds, such as 100ms.")
    value = float(match["number"]) * _MILLISECONDS[match["unit"]] if match else float(asked)
    if not LEAST_BUDGET <= value <= MOST_BUDGET:
        raise InputError("budget", asked, f"is out of range: use {LEAST_BUDGET:g}ms to {MOST_BUDGET / 1000:g}s.")
    return value


def budget_of(asked: str | float | None, backend: ComponentSpec) -> float | None:
    """Return the milliseconds that are asked for, None where nothing is; InputError where a model can't hold them."""
    if asked is None:
        return None
    milliseconds = parse_budget(asked)
    if not getattr(registry.resolve("backends", backend.name), "adjustable", False):
        raise InputError(
            "budget", asked, f"can't be held by {backend.name}, which paints in one way only: leave it out."
        )
    return milliseconds
