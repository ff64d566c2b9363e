"""Films from Python: say what, scene by scene, then save the file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from threading import Event
from typing import Any

from reverie.authoring.film import film_spec
from reverie.authoring.storyboard import SUFFIXES, film_of
from reverie.core.protocols import Tick
from reverie.core.report import Report
from reverie.core.spec import RenderSpec
from reverie.execution.local import silent
from reverie.execution.outputs import into_film
from reverie.execution.production import produce
from reverie.execution.shelf import MOST_BYTES, OLDEST, Shelf, usual_shelf

Storyboard = str | PathLike[str] | Sequence[str | Mapping[str, Any]] | Mapping[str, Any]


class Film:
    """A film by its spec; nothing is painted before it is saved."""

    def __init__(self, spec: RenderSpec) -> None:
        self.spec = spec

    def save(
        self,
        path: str | PathLike[str],
        *,
        tick: Tick = silent,
        stop: Event | None = None,
        shelf: str | PathLike[str] | None = None,
    ) -> Report:
        """Make the film into a file (.mp4, .webm, .gif, or a folder of PNG) and return the report.

        Scenes that are on the shelf already, from an earlier render, are not painted again; `shelf` is its folder, by
        default the one in this person's cache. `tick` is told how far the whole film is, setting `stop` ends it.
        Raises InputError, MachineError and Cancelled.
        """
        return saved(self.spec, Path(path), shelf=None if shelf is None else Path(shelf), tick=tick, stop=stop)


def film(storyboard: Storyboard, **wishes: Any) -> Film:
    """Return a film of prompts, of scenes, or of a storyboard's file; `reverie.authoring.board` says what may be asked.

    Nothing is loaded yet. Raises InputError where a wish can't be granted.
    """
    if isinstance(storyboard, PathLike) or (isinstance(storyboard, str) and storyboard.lower().endswith(SUFFIXES)):
        return Film(film_of(Path(storyboard), wishes))
    return Film(film_spec(storyboard, **wishes))


def saved(
    spec: RenderSpec, output: Path, *, shelf: Path | None = None, tick: Tick = silent, stop: Event | None = None
) -> Report:
    """Make a film into a file by way of a shelf, which is kept within its limits afterwards."""
    place = Shelf(usual_shelf(os.environ, Path.home()) if shelf is None else shelf)
    try:
        return produce(into_film(spec, output), place, tick, stop)
    finally:
        place.sweep(MOST_BYTES, OLDEST)
