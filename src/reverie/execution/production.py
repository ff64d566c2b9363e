"""A whole film on this machine: its units in order, those on the shelf left out, with one account of how far it is."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial, reduce
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from reverie.core import registry
from reverie.core.clock import exact_rate
from reverie.core.errors import Cancelled
from reverie.core.frame import Image, Origin
from reverie.core.protocols import Tick
from reverie.core.report import Rates, Report
from reverie.core.spec import RenderSpec
from reverie.execution.identities import identities
from reverie.execution.local import silent
from reverie.execution.notes import merged
from reverie.execution.plan import Unit, overlaps, plan, scene_frames
from reverie.execution.shelf import Shelf
from reverie.execution.works import Bench, Made, as_painted, made

if TYPE_CHECKING:
    from reverie.engine.troupe import Lend

Commit = Callable[[Unit, Made], None]
"""Is told of each unit that is whole on the shelf, whether it was done now or before."""

SAVING = "saving"


class Progress:
    """One account over all units: it never falls, and is 1 only when everything is there."""

    def __init__(self, units: tuple[Unit, ...], tick: Tick, stop: Event) -> None:
        self._tick, self._stop, self._most = tick, stop, 0.0
        self._begins, done = dict[str, tuple[float, float]](), 0.0
        for unit in units:
            self._begins[unit.key] = done, unit.weight
            done += unit.weight

    def of(self, unit: Unit) -> Tick:
        """Return the tick of one unit, whose shares become shares of the film."""
        begin, weight = self._begins[unit.key]

        def tick(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
            self.told(phase, min(0.999, begin + weight * min(1.0, max(0.0, done))), preview)

        return tick

    def told(self, phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
        """Pass on how far the film is; Cancelled where it is to be stopped."""
        if self._stop.is_set():
            raise Cancelled("Stopped: the scenes that are finished are kept.")
        self._most = max(self._most, done)
        self._tick(phase, self._most, preview)


def produce(
    spec: RenderSpec,
    shelf: Shelf,
    tick: Tick = silent,
    stop: Event | None = None,
    commit: Commit | None = None,
    *,
    lend: Lend | None = None,
) -> Report:
    """Make a film into its sinks and return the report; what is on the shelf already is not made again.

    `tick` is told the phase and the share of the whole film that is done, which never falls and is 1 only when the
    files are there; setting `stop` ends the work within a step. Raises InputError, MachineError and Cancelled.
    """
    for sink in spec.sinks:  # an output that can't be written is known before any weight is loaded
        registry.create("sinks", sink).start(spec)
    units = plan(spec, identities(spec))
    progress, began = Progress(units, tick, stop or Event()), time.perf_counter()
    results: dict[str, Made] = {}
    with _lending(lend) as lent, closing(Bench()) as bench:
        for unit in units:
            unit_tick = progress.of(unit)
            unit_tick(SAVING if unit.kind == "join" else "planning", 0.0)
            result = made(unit, shelf) or bench.work(unit, shelf, unit_tick, lent)
            results[unit.key] = result
            if commit is not None:
                commit(unit, result)
    files = deliver(spec, units, results)
    progress.told(SAVING, 1.0)
    return told(spec, units, results, files, time.perf_counter() - began)


@contextmanager
def _lending(lend: Lend | None) -> Iterator[Lend]:
    """Lend backends for one film, so that scenes with the same model load it once."""
    from reverie.execution.residency import Residency

    if lend is not None:
        yield lend
        return
    with Residency().lent() as own:
        yield own


def deliver(spec: RenderSpec, units: tuple[Unit, ...], results: dict[str, Made]) -> tuple[str, ...]:
    """Copy the joined films to where the spec's sinks want them, whole or not at all, and return where that is."""
    joins = [unit for unit in units if unit.kind == "join"]
    if not spec.sinks:
        return tuple(str(results[unit.key].path) for unit in joins)
    for unit, sink in zip(joins, spec.sinks, strict=True):
        place(results[unit.key].path, Path(sink.options["path"]), bool(sink.options.get("overwrite")))
    return tuple(str(sink.options["path"]) for sink in spec.sinks)


def place(made: Path, target: Path, overwrite: bool) -> None:
    """Copy a finished file, or a folder of pictures, to its final name."""
    from reverie.media import folder
    from reverie.media.part import Part, PartFolder, writing

    if made.is_dir():
        pictures = PartFolder(target, folder.ours(folder.DEFAULT_NAMES), overwrite=overwrite)
        try:
            with writing(target):
                shutil.copytree(made, pictures.part, dirs_exist_ok=True)
            pictures.land()
        finally:
            pictures.drop()
        return
    part = Part(target, overwrite=overwrite)
    try:
        with writing(target):
            shutil.copyfile(made, part.part)
        part.land()
    finally:
        part.drop()


def told(
    spec: RenderSpec, units: tuple[Unit, ...], results: dict[str, Made], files: tuple[str, ...], seconds: float
) -> Report:
    """Return the report of a whole film: that of each scene, at its place."""
    rate, counts, shared = exact_rate(spec.fps), scene_frames(spec), [*overlaps(spec), 0]
    finishes = [results[f"scene-{number + 1}/finish"].report for number in range(len(spec.scenes))]
    whole, first = Report(spec=as_painted(spec.model_copy(update={"sinks": ()}), finishes), seed=spec.seed), 0
    for number in range(len(spec.scenes)):
        shift = first, float(first / rate)
        painted = _painted([results[unit.key].report for unit in units if (unit.kind, unit.scene) == ("paint", number)])
        whole = merged(whole, replace(painted, frames={}), shift)
        finished = finishes[number]
        whole = merged(whole, replace(finished, frames=_less(finished.frames, shared[number])), shift)
        first += counts[number] - shared[number]
    for name in ("ahead", "join"):
        if name in results:
            whole = merged(whole, replace(results[name].report, frames={}), (0, 0.0))
    painted_count = sum(unit.frames for unit in units if unit.kind == "paint")
    rates = Rates(new=painted_count / seconds, displayed=first / seconds)
    return replace(whole, fps=rates, files=files)


def _painted(windows: Sequence[Report]) -> Report:
    """Return the report of a scene of which there is one for each window; what each says again is said once."""
    whole = reduce(partial(merged, shift=(0, 0.0)), windows)
    return replace(whole, fallbacks=tuple(dict.fromkeys(whole.fallbacks)), hints=tuple(dict.fromkeys(whole.hints)))


def _less(frames: Mapping[str, int], shared: int) -> dict[str, int]:
    """Return counts by origin less the frames shown together with the next scene, those made between others first."""
    left = dict(frames)
    for origin in sorted(left, key=lambda name: name != Origin.INTERPOLATED):
        taken = min(left[origin], shared)
        left[origin], shared = left[origin] - taken, shared - taken
    return left
