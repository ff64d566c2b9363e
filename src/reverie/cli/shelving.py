"""The shelf on the command line: what can be pulled, pulling it, and taking it away."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from reverie.cli.names import interactive
from reverie.cli.parser import Parser
from reverie.core import pulled, shelf
from reverie.core.errors import Cancelled
from reverie.core.pulled import Pulled

if TYPE_CHECKING:
    from reverie.hub.licences import Terms
    from reverie.hub.pulling import Progress

PULL = "fetch a model of the shelf, or a repository of the hub"
REMOVE = "take a pulled model off the disk"
STATES = {(True, True): "here", (True, False): "here, not run yet", (False, True): "", (False, False): "not run yet"}
"""By whether a row is on this machine and whether something runs it."""


def pull(arguments: Sequence[str]) -> int:
    """Fetch models, each with what it needs; a pull that was cut goes on where it was."""
    about = "Fetch models: safetensors and settings only, checked against the hub's hashes; a cut pull goes on."
    parser = Parser(
        "models pull", about, ("reverie models pull lcm-dreamshaper", "reverie models pull owner/name@main")
    )
    parser.add_argument(
        "names", metavar="NAME|OWNER/NAME[@REVISION]", nargs="+", help="a name of the shelf, or another"
    )
    parser.add_argument("--accept-licence", action="store_true", help="you read the licence and accept it")
    parser.add_argument("--update", action="store_true", help="ask the hub for a newer commit of what is here")
    parser.add_argument("--offline", action="store_true", help="ask nothing of the hub; so does HF_HUB_OFFLINE=1")
    given = parser.read(arguments)
    from reverie.hub.pulling import Pull
    from reverie.hub.wire import offline, usual_hub

    hub = None if given.offline or offline() else usual_hub()
    with _shown(sys.stderr) as told:
        work = Pull(hub, _accepting if given.accept_licence else _asked, told, given.update)
        for name in given.names:
            plain, _, revision = name.partition("@")
            for record in _kept(work, plain, revision or None):
                place = pulled.folder_of(_name_of(record, plain))
                print(f"{record.repository} at {record.commit[:12]}, {_gb(record.size)}: {place}")
    return 0


def remove(arguments: Sequence[str]) -> int:
    """Take pulled models off the disk."""
    parser = Parser("models remove", "Take pulled models off the disk.", ("reverie models remove sd-turbo",))
    parser.add_argument("names", metavar="NAME|OWNER/NAME", nargs="+", help="what `reverie models` lists as here")
    given = parser.read(arguments)
    from reverie.hub.pulling import remove as removed

    for name in given.names:
        print(f"{name} is gone, {_gb(removed(name))} are free again.")
    return 0


def listed_rows() -> Iterator[str]:
    """Yield the shelf as lines: name, whether it is here, size, licence, what it needs."""
    rows = list(shelf.rows().values())
    wide = max(len(row.name) for row in rows)
    yield f"{'on the shelf':<{wide}}  {'':<11}  {'size':>8}  {'licence':<25}  graphics memory"
    for row in rows:
        state = STATES[pulled.on_disk(row.name), row.hindrance is None]
        licence = row.licence or "unknown"
        yield f"{row.name:<{wide}}  {state:<11}  {_size(row):>8}  {licence:<25}  {_memory(row)}"
    for name in pulled.repositories():
        record = pulled.record_of(name)
        if record is not None:
            yield f"{name:<{wide}}  {'here':<11}  {_gb(record.size):>8}  {record.licence or 'unknown'}"


def described_row(name: str, row: shelf.Row | None, record: Pulled | None) -> Iterator[str]:
    """Yield all that is known of a row or a pulled repository, as lines."""
    yield name if row is None else row.title
    facts = _here(name, row, record) if row is None else {**_facts(row), **_here(name, row, record)}
    for title, value in facts.items():
        yield f"  {title:<15} {value}"


def _facts(row: shelf.Row) -> dict[str, str]:
    size = f"{row.width} by {row.height} px" if row.width else "unknown"
    frames = f", {row.frames} frames" if row.frames else ""
    facts = {
        "kind": row.kind,
        "made of": ", ".join(row.needs) if row.needs else f"{row.repository} at {row.revision}",
        "licence": row.licence or "unknown",
        "to fetch": _size(row),
        "graphics memory": _memory(row),
    }
    model = {
        "paints from": ", ".join(row.inputs),
        "made for": size + frames,
        "steps": f"{row.steps or 'unknown'}",
        "guidance": "unknown" if row.guidance is None else f"{row.guidance:g}",
        "scheduler": row.scheduler or "unknown",
        "runs": f"not yet: {row.hindrance}" if row.hindrance else f"by {row.backend}",
    }
    return {**facts, **({} if row.kind == "lora" else model), "tested": row.tested, "known from": row.source}


def _here(name: str, row: shelf.Row | None, record: Pulled | None) -> dict[str, str]:
    if record is not None:
        commit = f"{record.repository} at {record.commit}, {_gb(record.size)}"
        return {"here": commit, "licence": record.licence or "unknown", "folder": str(pulled.folder_of(name))}
    if row is not None and row.needs and pulled.on_disk(name):
        return {"here": "all it is made of"}
    runs = row is not None and row.hindrance is None
    return {"here": f"no: `reverie models pull {name}`" if runs else "no"}


def _name_of(record: Pulled, asked: str) -> str:
    rows = shelf.rows()
    own = next((row for row in rows.values() if pulled.record_of(row.name) == record), None)
    return asked if own is None else own.name


def _kept(work: Callable[[str, str | None], list[Pulled]], name: str, revision: str | None) -> list[Pulled]:
    try:
        return work(name, revision)
    except KeyboardInterrupt:
        raise Cancelled("Stopped; what came is kept, and the same command goes on from there.") from None


def _accepting(terms: Terms) -> bool:
    print(f"Accepted: {terms.words} of {terms.repository}, {terms.url}", file=sys.stderr)
    return True


def _asked(terms: Terms) -> bool:
    if not interactive():
        return False
    print(f"{terms.repository} comes under {terms.words}, which restricts use: {terms.url}", file=sys.stderr)
    print("Did you read it, and accept it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


@contextmanager
def _shown(stream: TextIO) -> Iterator[Callable[[Progress], None]]:
    if not stream.isatty():
        yield _Lines(stream)
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", style="dim"),
        BarColumn(bar_width=30, complete_style="magenta", finished_style="magenta"),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(file=stream), transient=True) as bar:
        tasks = {}

        def told(progress: Progress) -> None:
            if progress.name not in tasks:
                tasks[progress.name] = bar.add_task(progress.name, total=progress.total)
            bar.update(tasks[progress.name], completed=progress.done)

        yield told


class _Lines:
    """A line for each tenth of a model that came."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._said = stream, ("", -1)

    def __call__(self, progress: Progress) -> None:
        tenth = 10 * progress.done // max(1, progress.total)
        if (progress.name, tenth) != self._said:
            self._said = progress.name, tenth
            told = f"{progress.name} {10 * tenth:3}% of {_gb(progress.total)}"
            print(told, file=self._stream, flush=True)


def _size(row: shelf.Row) -> str:
    return "unknown" if row.disk_gb is None else _gb(round(row.disk_gb * 1e9))


def _memory(row: shelf.Row) -> str:
    return ", ".join(f"{need:g} GB in {how}" for how, need in row.memory_gb.items()) or "unknown"


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
