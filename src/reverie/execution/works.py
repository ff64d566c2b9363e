"""One unit of a film done: a scene painted, a scene finished or the film joined, each from nothing but its inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING

from reverie.core import registry
from reverie.core.clock import exact_rate
from reverie.core.errors import MachineError
from reverie.core.frame import Frame
from reverie.core.protocols import Tick
from reverie.core.report import Event, Report
from reverie.core.spec import RenderSpec
from reverie.execution.easel import MISSING, Easel, picture
from reverie.execution.notes import Notes
from reverie.execution.plan import Kind, Unit
from reverie.execution.shelf import CLIP, NOTES, Shelf

if TYPE_CHECKING:
    from reverie.engine.troupe import Lend


@dataclass(frozen=True, slots=True)
class Made:
    """A unit's result: where it is on the shelf, and how it went."""

    path: Path
    report: Report


def work(unit: Unit, shelf: Shelf, tick: Tick, lend: Lend | None = None) -> Made:
    """Do one unit in this thread and put its result on the shelf, whatever lies there already; see `Bench.work`."""
    with closing(Bench()) as bench:
        return bench.work(unit, shelf, tick, lend)


class Bench:
    """Where units are done one after the other: a scene that is painted stays set up from one window to the next."""

    def __init__(self) -> None:
        self._easel = Easel()

    def work(self, unit: Unit, shelf: Shelf, tick: Tick, lend: Lend | None = None) -> Made:
        """Do one unit in this thread and put its result on the shelf, whatever lies there already.

        `tick` is told the phase and the share of this unit that is done, and raises Cancelled to stop; `lend` gives
        backends that others have too. Raises InputError or MachineError, MachineError also where a result that the unit
        needs is not on the shelf.
        """
        if unit.kind == "paint":
            self._easel.paint(unit, shelf, tick, lend)
            return _found(unit, shelf)
        self._easel.close()
        if unit.kind == "ahead":
            from reverie.execution.ahead import paint_ahead

            paint_ahead(unit, shelf, tick, lend)
            return _found(unit, shelf)
        return _WORKS[unit.kind](unit, shelf, tick)

    def close(self) -> None:
        """Let go of what stands here."""
        self._easel.close()


def made(unit: Unit, shelf: Shelf) -> Made | None:
    """Return the result of a unit that is done already, None where it is still to be done."""
    path, notes = shelf.path(unit.fingerprint), shelf.notes(unit.fingerprint)
    if path is None or notes is None:
        return None
    return Made(path, Notes.model_validate_json(notes).told())


def _finish(unit: Unit, shelf: Shelf, tick: Tick) -> Made:
    from reverie.media.lossless import Keeping, LosslessWriter

    spec, counts = unit.spec, Counter[str]()
    phase = phase_of(spec)
    keeping: Keeping = "pictures" if spec.sinks else "planes"
    writer: LosslessWriter | None = None
    with shelf.writing(unit.fingerprint, CLIP) as part:
        try:
            for frame in finished(unit, shelf):
                height, width = frame.image.shape[:2]
                writer = writer or LosslessWriter(part, width, height, exact_rate(spec.fps), keeping)
                writer.write(frame.image)
                counts[frame.origin.value] += 1
                tick(phase, writer.frames / unit.frames, partial(picture, frame))
            if writer is not None:
                writer.close()
        finally:
            if writer is not None:
                writer.abandon()
        _write_notes(unit, shelf, Notes.of(Report(spec=_followed(unit, shelf), frames=dict(counts))))
    return _found(unit, shelf)


def _followed(unit: Unit, shelf: Shelf) -> RenderSpec:
    """Return the spec of a finish; where a budget was held, that of the painting, with the keyframes that held it."""
    if unit.spec.budget is None:
        return unit.spec
    notes = shelf.notes(unit.inputs[-1])
    if notes is None:
        raise MachineError(MISSING.format("painted frames"))
    return Notes.model_validate_json(notes).told().spec


def as_painted(spec: RenderSpec, scenes: Sequence[Report]) -> RenderSpec:
    """Return a film's spec with the keyframes by which its budget was held, by the reports of its finished scenes."""
    if spec.budget is None:
        return spec
    held = tuple(
        scene.model_copy(update={"keyframes": report.spec.scenes[0].keyframes})
        for scene, report in zip(spec.scenes, scenes, strict=True)
    )
    return spec.model_copy(update={"scenes": held, "budget": None})


def phase_of(spec: RenderSpec) -> str:
    """Return what finishing a scene is called: its costliest filter."""
    names = {part.name for part in spec.filters}
    return "upscaling" if "upscale" in names else "interpolating" if "interpolate" in names else "finishing"


def finished(unit: Unit, shelf: Shelf) -> Iterator[Frame]:
    """Return the delivered frames of the scene that a finish unit is of, exactly as many as it has."""
    spec = unit.spec
    filters = [registry.create("filters", part).start(spec) for part in spec.filters]
    frames = reduce(lambda stream, apply: apply(stream), filters, _painted(unit, shelf))
    return steady(frames, exact_rate(spec.fps), unit.frames)


def steady(frames: Iterator[Frame], rate: Fraction, total: int) -> Iterator[Frame]:
    """Return `total` frames at `rate`: frame `n` shows what was last there at `n / rate` seconds."""
    held: Frame | None = None
    number = 0
    for frame in frames:
        while held is not None and number < total and number / rate < frame.time:
            yield replace(held, index=number, time=number / rate)
            number += 1
        held = frame
        if number == total:
            return
    if held is None:
        raise MachineError("A scene has no frames: paint it again.")
    for last in range(number, total):
        yield replace(held, index=last, time=last / rate)


def _painted(unit: Unit, shelf: Shelf) -> Iterator[Frame]:
    from reverie.media.lossless import read_lossless

    index = 0
    for window in unit.inputs:
        clip, notes = shelf.path(window), shelf.notes(window)
        if clip is None or notes is None:
            raise MachineError(MISSING.format("painted frames"))
        seen = Notes.model_validate_json(notes).frames
        for image, note in zip(read_lossless(clip), seen, strict=True):
            yield note.frame(image, index, unit.spec.paint_fps)
            index += 1


def _join(unit: Unit, shelf: Shelf, tick: Tick) -> Made:
    from reverie.execution.assembly import assembled

    clips = [shelf.path(needed) for needed in unit.inputs]
    if missing := [number for number, clip in enumerate(clips, 1) if clip is None]:
        raise MachineError(MISSING.format(f"scene {missing[0]}"))
    suffix = Path(unit.spec.sinks[0].options["path"]).suffix
    with shelf.writing(unit.fingerprint, suffix) as part:
        notes = [] if unit.spec.budget is None else [shelf.notes(needed) for needed in unit.inputs]
        reports = [Notes.model_validate_json(note).told() for note in notes if note is not None]
        whole = replace(unit, spec=as_painted(unit.spec, reports))
        told = assembled([clip for clip in clips if clip is not None], whole, part, tick)
        hints = tuple(Event(0, 0.0, reason) for reason in told)
        _write_notes(unit, shelf, Notes.of(Report(spec=whole.spec, hints=hints)))
    return _found(unit, shelf)


_WORKS: dict[Kind, Callable[[Unit, Shelf, Tick], Made]] = {
    "finish": _finish,
    "join": _join,
}


def _write_notes(unit: Unit, shelf: Shelf, notes: Notes) -> None:
    with shelf.writing(unit.fingerprint, NOTES) as part:
        part.write_text(notes.model_dump_json(), "utf-8")


def _found(unit: Unit, shelf: Shelf) -> Made:
    result = made(unit, shelf)
    if result is None:
        raise MachineError(f"The result of {unit.key} is gone from the shelf as soon as it was made: render it again.")
    return result
