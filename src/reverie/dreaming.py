"""Dreams from Python: say what, then watch the frames or save the film."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Unpack

from reverie.authoring import Wishes, dream_spec
from reverie.core.frame import Frame
from reverie.core.protocols import Tick
from reverie.core.report import Report
from reverie.core.spec import RenderSpec
from reverie.execution.documents import read_work
from reverie.execution.local import render as render_spec
from reverie.execution.local import silent, started
from reverie.execution.outputs import into_film

FilmPath = str | PathLike[str]


class Dream:
    """A dream by its spec; iterating paints it afresh and gives every frame as soon as it is there."""

    def __init__(self, spec: RenderSpec) -> None:
        self.spec = spec

    def __iter__(self) -> Iterator[Frame]:
        """Give the delivered frames in order; leaving early ends the dream."""
        with started(self.spec) as session:
            yield from session

    def save(self, path: FilmPath, *, tick: Tick = silent) -> Report:
        """Render the dream to a file, as `render` does."""
        return render(self.spec, path, tick=tick)


def dream(prompt: str, **wishes: Unpack[Wishes]) -> Dream:
    """Return a dream of `prompt`; `reverie.authoring.Wishes` says what else may be asked, and in which units.

    Nothing is loaded yet. Raises InputError where a wish can't be granted.
    """
    return Dream(dream_spec(prompt, **wishes))


def render(work: RenderSpec | FilmPath, output: FilmPath | None = None, *, tick: Tick = silent) -> Report:
    """Render a spec, a spec's file or a film that carries its spec: the same bits again on the same machine.

    `output` is an .mp4, .webm, .gif or a folder for PNG, replaced where it exists, but only by a whole film; None
    means the spec's own sinks. Raises InputError and MachineError.
    """
    spec = work if isinstance(work, RenderSpec) else read_work(Path(work))
    if output is None:
        return render_spec(spec, tick=tick)
    return render_spec(into_film(spec, Path(output)), tick=tick)
