"""What a live restyle's pictures lived through on their way: moments matched by number, and spread in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

LONGEST = 5.0
"""Seconds after which a number is another picture's."""

SHARES = {"p50": 50, "p95": 95, "p99": 99}
TICKS = 100.0

Moments = Sequence[Sequence[Any]]


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Return percentiles in milliseconds, none of nothing."""
    if not seconds:
        return {}
    values = np.percentile(1000 * np.asarray(seconds), list(SHARES.values()))
    return {name: round(float(value), 1) for name, value in zip(SHARES, values, strict=True)}


def hops(trace: Mapping[str, Any], before: Moments, after: Moments, encoding: str) -> dict[str, Any]:
    """Return how long each hop took, of all pictures that were seen.

    `before` has the number and the moment at which a picture was before the camera, `after` the number, the moment it
    was seen, and when its last packet came, or None. `encoding` is how it was sent: `jpeg` or `video`.
    """
    began, painted, rows = _placed(before), _painted(trace), list[dict[str, float]]()
    for number, seen, received in _first(after):
        known = _latest(painted.get(number, []), seen)
        captured = None if known is None else _latest(began.get(number, []), known["came"])
        if known is not None and captured is not None and encoding in known:
            rows.append(_row(known, captured["at"], seen, received, encoding))
    names = list(dict.fromkeys(name for row in rows for name in row))
    found = {name: spread([row[name] for row in rows if name in row]) for name in names}
    return {"hops": found, "frames": len(rows)}


def painted_fps(trace: Mapping[str, Any]) -> float:
    """Return how many frames a second were painted."""
    taken = [frame["taken"] for frame in trace["frames"]]
    span = taken[-1] - taken[0] if taken else 0.0
    return round((len(taken) - 1) / span, 1) if span else 0.0


def _row(
    known: Mapping[str, Any], captured: float, seen: float, received: float | None, encoding: str
) -> dict[str, float]:
    sent, parts = known[encoding][1], known["parts"]
    row = {
        "glass": seen - captured,
        "way in": known["came"] - captured,
        "decode": known["fed"] - known["came"],
        "wait": known["taken"] - known["fed"],
        "motion": parts.get("motion", 0.0),
        "paint": parts.get("paint", 0.0),
        "memory": parts.get("memory", 0.0) - parts.get("motion", 0.0),
        "others": known["shown"] - known["taken"] - parts.get("paint", 0.0) - parts.get("memory", 0.0),
        "handing": known[encoding][0] - known["shown"],
        "encode": sent - known[encoding][0],
        "chain": known["fed"] - known["came"] + known["shown"] - known["taken"] + sent - known[encoding][0],
        "way out": seen - sent,
    }
    if received is not None:
        row |= {"way out: sent": received - sent, "way out: held and shown": seen - received}
    return row


def _placed(before: Moments) -> dict[int, list[dict[str, float]]]:
    found: dict[int, list[dict[str, float]]] = {}
    for number, at in before:
        found.setdefault(number, []).append({"shown": at, "at": at})
    return found


def _painted(trace: Mapping[str, Any]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for frame in trace["frames"]:
        if frame["number"] is not None and "shown" in frame:
            found.setdefault(frame["number"], []).append(frame)
    return found


def _first(after: Moments) -> list[tuple[int, float, float | None]]:
    """Return what was new when it was seen."""
    found: list[tuple[int, float, float | None]] = []
    for number, seen, received in after:
        if not found or found[-1][0] != number:
            found.append((number, seen, received))
    return found


def _latest(known: Sequence[dict[str, Any]], until: float) -> dict[str, Any] | None:
    fitting = [one for one in known if until - LONGEST < one["shown"] <= until]
    return max(fitting, key=lambda one: one["shown"], default=None)


def processors(parent: int) -> dict[str, float]:
    """Return the seconds of processor time that a process's descendants have taken, by what they are called."""
    tree, names, spent = dict[int, int](), dict[int, str](), dict[int, float]()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            said = (place / "stat").read_text().rpartition(")")[2].split()
            words = (place / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        number = int(place.name)
        tree[number], spent[number] = int(said[1]), (int(said[11]) + int(said[12])) / TICKS
        names[number] = _called(words)
    found: dict[str, float] = {}
    for number in tree:
        if _under(number, parent, tree):
            found[names[number]] = found.get(names[number], 0.0) + spent[number]
    return found


def _called(words: Sequence[str]) -> str:
    kind = next((word.removeprefix("--type=") for word in words if word.startswith("--type=")), None)
    if kind is not None:
        sub = next((word.rpartition(".")[2] for word in words if word.startswith("--utility-sub-type=")), "")
        return f"chromium {kind} {sub}".strip()
    if "benchmarks._traced" in words:
        return "studio"
    return "chromium" if "chrom" in Path(words[0]).name else Path(words[0]).name


def _under(number: int, parent: int, tree: Mapping[int, int]) -> bool:
    while number in tree and tree[number] != parent:
        number = tree[number]
    return number in tree
