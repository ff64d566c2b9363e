"""A film looked through from end to end: its scorecard, what is wrong with it, and how it stands beside its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from threading import Event
from typing import Any

from reverie.core.errors import Cancelled, InputError
from reverie.core.frame import Image
from reverie.core.protocols import Tick
from reverie.execution.retouch import Original
from reverie.measure.beside import Comparing, Likeness
from reverie.measure.gates import Verdict, judged
from reverie.measure.scorecard import Scorecard, Scoring
from reverie.media.sheet import Tiles
from reverie.media.video import read_frames

PHASE = "looking"


@dataclass(frozen=True)
class Question:
    """What is to be judged: a film, the one it was made from where it was, and whether it shows one fixed scene."""

    film: Path
    reference: Path | None = None
    fixed: bool = False


@dataclass(frozen=True)
class Evaluation:
    """What was found; `tiles` are small pictures from all along the film, with their seconds."""

    question: Question
    card: Scorecard
    verdicts: tuple[Verdict, ...]
    tiles: tuple[tuple[Image, float], ...]
    reference: Scorecard | None = None
    likeness: Likeness | None = None

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The gates that it did not pass."""
        return tuple(verdict for verdict in self.verdicts if verdict.passed is False)


def evaluate(question: Question, tick: Tick, stop: Event) -> Evaluation:
    """Look a film through; InputError where it is none, or not as long as its reference. Cancelled where `stop` is set.

    Memory grows by about a kilobyte a frame.
    """
    film = Original.read(question.film)
    given = None if question.reference is None else Original.read(question.reference)
    scoring, comparing, tiles = Scoring(float(film.fps)), Comparing(), Tiles()
    theirs = None if given is None else Scoring(float(given.fps))
    sources = _pictures(given, stop) if given else iter(())
    tick(PHASE, 0.0)
    for count, (image, time) in enumerate(_timed(film, stop), start=1):
        scoring.see(image)
        tiles.see(image, time)
        source = next(sources, None)
        if theirs is not None and source is not None:
            theirs.see(source)
            comparing.see(image, source)
        elif theirs is not None:
            raise InputError("reference", str(question.reference), f"ends after {count - 1} frames, before the film.")
        if film.frames:
            tick(PHASE, min(1.0, count / film.frames))
    if theirs is not None and next(sources, None) is not None:
        raise InputError("reference", str(question.reference), "has more frames than the film: give the one it is of.")
    card, reference = scoring.card(), None if theirs is None else theirs.card()
    verdicts = tuple(judged(card, reference, fixed=question.fixed))
    shown = tuple((image, float(time)) for image, time in tiles.chosen())
    return Evaluation(question, card, verdicts, shown, reference, comparing.likeness())


def told(evaluation: Evaluation) -> dict[str, Any]:
    """Return everything but the pictures, for JSON: scorecards with their curves, and each gate with its verdict."""
    return {
        "film": str(evaluation.question.film),
        "passed": not evaluation.failed,
        "gates": [_row(verdict) for verdict in evaluation.verdicts],
        "scorecard": _card(evaluation.card),
        "reference": None if evaluation.reference is None else _card(evaluation.reference),
        "likeness": None if evaluation.likeness is None else asdict(evaluation.likeness),
    }


def _row(verdict: Verdict) -> dict[str, Any]:
    gate = verdict.gate
    limits = {"lowest": gate.lowest, "highest": gate.highest}
    bounded = {name: limit if isfinite(limit) else None for name, limit in limits.items()}
    return {"name": gate.name, "value": verdict.value, **bounded, "unit": gate.unit, "passed": verdict.passed}


def _card(card: Scorecard) -> dict[str, Any]:
    curves = {name: [round(float(value), 6) for value in curve] for name, curve in card.curves.items()}
    return {**{name: value for name, value in vars(card).items() if name != "curves"}, "curves": curves}


def _timed(film: Original, stop: Event) -> Iterator[tuple[Image, Any]]:
    frames = read_frames(film.path, "film")
    try:
        for image, time in frames:
            if stop.is_set():
                raise Cancelled("Stopped: nothing was written.")
            yield image, time
    finally:
        frames.close()


def _pictures(film: Original, stop: Event) -> Iterator[Image]:
    return (image for image, _ in _timed(film, stop))
