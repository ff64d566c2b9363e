"""Where a scene is painted, window after window: it stands there still when the next one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from reverie.core import state
from reverie.core.clock import exact_rate
from reverie.core.errors import MachineError
from reverie.core.frame import Frame, Image
from reverie.core.protocols import State, Tick
from reverie.core.spec import RenderSpec
from reverie.execution.notes import FrameNote, Notes
from reverie.execution.plan import Unit
from reverie.execution.shelf import CLIP, NOTES, STATE, Shelf
from reverie.execution.windows import together

if TYPE_CHECKING:
    from reverie.engine.session import Session
    from reverie.engine.troupe import Lend

LOADING, PAINTING = "loading", "painting"

MISSING = "The {} of this film are gone from the shelf: render it again."


@dataclass
class _Standing:
    """A scene under way: `behind` is the window that it stands behind."""

    spec: RenderSpec
    session: Session
    frames: Iterator[Frame]
    painting: Painting
    behind: str = ""


class Easel:
    """Paints windows; the bits are the same whether a scene stands here yet or is taken up again from the shelf."""

    def __init__(self) -> None:
        self._standing: _Standing | None = None

    def paint(self, unit: Unit, shelf: Shelf, tick: Tick, lend: Lend | None) -> None:
        """Paint one window and put it on the shelf, with what the next one must know, where there is a next one."""
        goes_on = unit.first + unit.frames < painted(unit)
        with shelf.writing(unit.fingerprint, CLIP) as part:
            standing = self._stood(unit, shelf, tick, lend)
            try:
                seen = _written(unit, standing, part)
                if not goes_on:
                    standing.session.close()
                report = standing.session.report()
                if unit.spec.budget is None:
                    report = replace(report, spec=unit.spec)
                if goes_on:
                    _keep(unit, shelf, standing.session.put_down())
                with shelf.writing(unit.fingerprint, NOTES) as notes:
                    notes.write_text(Notes.of(report, seen).model_dump_json(), "utf-8")
            except BaseException:
                standing.session.close()
                raise
            if goes_on:
                standing.behind, self._standing = unit.fingerprint, standing

    def close(self) -> None:
        """Let go of the scene that stands here."""
        standing, self._standing = self._standing, None
        if standing is not None:
            standing.session.close()

    def _stood(self, unit: Unit, shelf: Shelf, tick: Tick, lend: Lend | None) -> _Standing:
        """Return the scene as it stands before a window."""
        standing, self._standing = self._standing, None
        if standing is not None and unit.first and (standing.behind, standing.spec) == (unit.inputs[0], unit.spec):
            standing.painting.turn(tick, unit.frames)
            return standing
        if standing is not None:
            standing.session.close()
        return _begun(unit, shelf, Painting(tick, unit.frames), lend)


class Painting:
    """Progress of a window being painted: what single steps say of themselves only asks whether to go on."""

    def __init__(self, tick: Tick, total: int) -> None:
        self._preview: Callable[[], Image] | None = None
        self._begun = False
        self.turn(tick, total)

    def turn(self, tick: Tick, total: int) -> None:
        """Begin to count another window."""
        self._tick, self._total, self._done = tick, total, 0

    def __call__(self, phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:  # noqa: ARG002
        """Pass on that something is done, and the newest picture."""
        begun = self._begun or phase not in {LOADING, "initialising"}
        self._tick(PAINTING if begun else LOADING, self._done / self._total, preview or self._preview)

    def seen(self, frame: Frame) -> None:
        """Count a frame."""
        self._done, self._begun = self._done + 1, True
        self._preview = partial(picture, frame)
        self._tick(PAINTING, min(1.0, self._done / self._total), self._preview)


def painted(unit: Unit) -> int:
    """Return how many frames the scene of a window has."""
    from reverie.engine.schedule import delivered

    return delivered(unit.spec) or 0


def picture(frame: Frame) -> Image:
    """Return a frame's picture."""
    return frame.image


def _begun(unit: Unit, shelf: Shelf, painting: Painting, lend: Lend | None) -> _Standing:
    from reverie.engine.assemble import ALONE, House, assemble

    painting(LOADING, 0.0)
    since = _known(unit.inputs[0], shelf) if unit.first else None
    if together(unit.spec, unit.spec.scenes[0]):
        from reverie.execution.ahead import keeping

        lend = keeping(lend, shelf)
    session = assemble(unit.spec, painting, ALONE if lend is None else House(lend), since)
    return _Standing(unit.spec, session, iter(session), painting)


def _written(unit: Unit, standing: _Standing, part: Path) -> tuple[FrameNote, ...]:
    from reverie.media.lossless import LosslessWriter

    spec, seen = unit.spec, list[FrameNote]()
    writer = LosslessWriter(part, spec.width, spec.height, exact_rate(spec.fps), "pictures")
    try:
        for frame in islice(standing.frames, unit.frames):
            writer.write(frame.image)
            seen.append(FrameNote.of(frame))
            standing.painting.seen(frame)
        writer.close()
    finally:
        writer.abandon()
    if len(seen) != unit.frames:
        raise MachineError(f"A scene has {len(seen)} frames in place of {unit.frames}: render it again.")
    return tuple(seen)


def _keep(unit: Unit, shelf: Shelf, known: State) -> None:
    with shelf.writing(unit.fingerprint, STATE) as part:
        state.save(known, part)


def _known(fingerprint: str, shelf: Shelf) -> State:
    path = shelf.beside(fingerprint, STATE)
    if path is None:
        raise MachineError(MISSING.format("earlier frames"))
    return state.load(path)
