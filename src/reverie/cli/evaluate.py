"""`reverie evaluate`: a film in figures, and which of them say that something is wrong."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from reverie.cli.names import permitted
from reverie.cli.parser import Parser
from reverie.cli.rendering import say
from reverie.core.errors import Cancelled

if TYPE_CHECKING:
    from reverie.execution.evaluating import Evaluation
    from reverie.measure.gates import Verdict

SUMMARY = """Look a film through: does it drift, flicker, freeze, blur, go dark or repeat itself?

How it changes from beginning to end is judged where there is something to judge it by: the film it was made from
(--reference), or your word that it shows one scene from one place (--fixed). Otherwise it is told, not judged.
The exit code is 0 whatever is found; with --strict it is 1 where a gate is not passed."""
EXAMPLES = (
    "reverie evaluate dream.mp4",
    "reverie evaluate restyled.mp4 --reference walk.mp4 --html",
    "reverie evaluate camera.mp4 --fixed --strict -o scores.json",
)
_SIGNS = {True: "✓", False: "✗", None: "·"}


def run(arguments: Sequence[str]) -> int:
    """Tell what was found and return the exit code."""
    given = _parser().read(arguments)
    outputs = [path for path in (given.output, _page(given)) if path is not None]
    from reverie.cli.filming import shown_film
    from reverie.execution.evaluating import Question, evaluate
    from reverie.execution.outputs import check_folder
    from reverie.execution.signals import stopping

    for path in outputs:
        check_folder(path, "output")
        permitted(path, "output", given.overwrite)
    try:
        with stopping(Event()) as stop, shown_film() as tick:
            found = evaluate(Question(given.film, given.reference, given.fixed), tick, stop)
    except Cancelled as error:
        print(error, file=sys.stderr)
        return Cancelled.exit_code
    _write(given, found)
    say("\n".join(lines(found, outputs)))
    return 1 if given.strict and found.failed else 0


def lines(found: Evaluation, outputs: Sequence[Path] = ()) -> Iterator[str]:
    """Return what is printed: one line a gate, then what there is of a source and of files."""
    card = found.card
    yield f"{found.question.film}: {card.seconds:.1f} s, {card.frames} frames, {card.width}×{card.height}"  # noqa: RUF001
    wide = max(len(verdict.gate.meaning) for verdict in found.verdicts)
    for verdict in found.verdicts:
        yield f"  {_SIGNS[verdict.passed]} {verdict.gate.meaning:<{wide}}  {_told(verdict)}"
    if found.likeness is not None:
        beside = found.likeness
        yield f"  beside its source: edges kept {beside.edges:.3f}, pictures apart {beside.difference:.3f}"
    if any(verdict.passed is None for verdict in found.verdicts):
        yield "  · is told, not judged: give --reference FILM, or --fixed for one scene from one place."
    yield from (f"  {path}" for path in outputs)


def _told(verdict: Verdict) -> str:
    gate = verdict.gate
    value = f"{verdict.value:+8.3f}" if gate.drift else f"{verdict.value:8.3f}"
    limits = f"{gate.lowest:g} to {gate.highest:g}" if isfinite(gate.lowest) else f"up to {gate.highest:g}"
    return f"{value} {gate.unit:<6} ({limits})"


def _write(given: Namespace, found: Evaluation) -> None:
    from reverie.execution.documents import write_whole
    from reverie.execution.evaluating import told
    from reverie.execution.scorepage import score_page

    if given.output is not None:
        write_whole(given.output, json.dumps(told(found), indent=1) + "\n", "output")
    page = _page(given)
    if page is not None:
        write_whole(page, score_page(found), "html")


def _page(given: Namespace) -> Path | None:
    film: Path = given.film
    return film.with_name(f"{film.name or 'film'}.html") if given.html else None


def _parser() -> Parser:
    parser = Parser("evaluate", SUMMARY, EXAMPLES)
    parser.add_argument("film", metavar="FILM", type=Path, help="an MP4, MOV, WebM, MKV, AVI, GIF, or a folder of PNG")
    parser.add_argument("--reference", metavar="FILM", type=Path, help="the film it was made from, frame by frame")
    parser.add_argument("--fixed", action="store_true", help="it shows one scene from one place: judge how it changed")
    group = parser.add_argument_group("results")
    group.add_argument("-o", "--output", metavar="FILE.json", type=Path, help="everything in figures, curves too")
    group.add_argument("--html", action="store_true", help="a page with curves and pictures, FILM.html")
    group.add_argument("--strict", action="store_true", help="exit code 1 where a gate is not passed")
    group.add_argument("--overwrite", action="store_true", help="replace files that exist")
    return parser
