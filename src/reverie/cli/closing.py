"""The last lines of a render: what was made, and how it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reverie.core.report import Event, Report


def summary(report: Report, size: tuple[int, int]) -> str:
    """Return what a person wants to know of a finished render, in a few calm lines; `size` is delivered pixels."""
    return "\n".join(_lines(report, size))


def _lines(report: Report, size: tuple[int, int]) -> Iterator[str]:
    frames, rates = sum(report.frames.values()), report.fps
    seconds = frames / report.spec.fps
    yield from report.files
    facts = [f"{seconds:.1f} s", f"{frames} frames", f"{size[0]}×{size[1]}", weight(report.files)]  # noqa: RUF001
    yield f"  {' · '.join(fact for fact in facts if fact)} · seed {report.seed}"
    model = f"{rates.model:.1f} model, " if rates.model else ""
    pace = f"{model}{rates.new:.1f} new, {rates.displayed:.1f} displayed"
    yield f"  frames a second: {pace} · painted by {report.backend}"
    for word, events in (("spark", report.sparks), ("reroll", report.rerolls), ("fallback", report.fallbacks)):
        if events:
            yield f"  {len(events)} {word}{'s' if len(events) > 1 else ''}: {_told(events)}"
    for hint in report.hints:
        yield f"  hint: {hint.reason}"
    if report.cancelled:
        yield "  stopped early: what was rendered is whole and plays."


def _told(events: Sequence[Event], most: int = 4) -> str:
    told = [f"{event.time:.1f} s {event.reason.rstrip('.')}" for event in events[:most]]
    return " · ".join([*told, *(["…"] if len(events) > most else [])])


def weight(files: Sequence[str]) -> str:
    """Return how much disk some files or folders take, such as `1.9 MB`; "" where there are none."""
    paths = [path for name in files for path in _parts(Path(name))]
    size = float(sum(path.stat().st_size for path in paths))
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}" if paths else ""
        size /= 1000
    return f"{size:.3g} GB"


def _parts(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (inner for inner in path.rglob("*") if inner.is_file())
    elif path.is_file():
        yield path
