"""The red button of a live session: films that begin and end when asked, and say so where the disk fails them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from reverie.core import registry
from reverie.core.errors import ReverieError
from reverie.core.protocols import Sink
from reverie.core.report import LiveState
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.jobs.files import Home
from reverie.jobs.job import JobFile
from reverie.jobs.recording import Recording

Tell = Callable[[str, Mapping[str, Any]], None]


class Broadcast(Protocol):
    """Where frames are to be had."""

    @property
    def spec(self) -> RenderSpec: ...  # noqa: D102
    def state(self) -> LiveState: ...  # noqa: D102
    def attach(self, sink: Sink) -> None: ...  # noqa: D102
    def detach(self, sink: Sink) -> None: ...  # noqa: D102


class Recorder:
    """One session's recordings, one at a time; `tell` is told of each beginning, end and file."""

    def __init__(self, job_id: str, home: Home, tell: Tell) -> None:
        self._job, self._home, self._tell = job_id, home, tell
        self._lock = Lock()
        self._current: tuple[Recording, Path] | None = None

    @property
    def on(self) -> bool:
        """True while a film is being recorded."""
        return self._current is not None

    def begin(self, source: Broadcast) -> None:
        """Begin a film where none is under way; MachineError where there is no room for one."""
        with self._lock:
            if self._current is not None:
                return
            self._home.room()
            path = self._home.numbered(self._job, "recording", ".mp4")
            recording = Recording(_film(source.spec, path), lambda film: _describe(film, source.spec))
            source.attach(recording)
            self._current = recording, path
        self._say(source, on=True, path=path, error=None)

    def end(self, source: Broadcast) -> None:
        """End the film under way, if there is one; what was recorded is whole, or it is said why it is not."""
        with self._lock:
            ended, self._current = self._current, None
            if ended is None:
                return
            recording, path = ended
            source.detach(recording)
            fault = _closed(recording)
        self._say(source, on=False, path=path, error=fault)
        if path.is_file():
            self.made(path)

    def mind(self, source: Broadcast) -> None:
        """End a film that can't go on, since the disk is full, say."""
        current = self._current
        if current is not None and current[0].fault is not None:
            self.end(source)

    def made(self, path: Path) -> JobFile:
        """Tell of a file that is whole, and return it."""
        made = next(file for file in self._home.listed(self._job) if file.name == path.name)
        self._tell("file", {"name": made.name, "file_kind": made.kind, "bytes": made.bytes})
        return made

    def _say(self, source: Broadcast, *, on: bool, path: Path, error: str | None) -> None:
        """Tell where in the show the film begins, or what it ends with."""
        now = source.state()
        self._tell(
            "recording", {"on": on, "file": path.name, "error": error, "frame": now.frame, "time": float(now.time)}
        )


def _closed(recording: Recording) -> str | None:
    """Make a film whole and return why it ended early, None where it did not."""
    try:
        recording.close()
    except (ReverieError, OSError) as error:
        return recording.fault or str(error)
    return recording.fault


def _film(spec: RenderSpec, path: Path) -> Sink:
    """Open a film without an end: it lasts as long as it is asked to."""
    scenes = tuple(scene.model_copy(update={"duration": None}) for scene in spec.scenes)
    file = ComponentSpec(name="file", options={"path": str(path), "overwrite": False})
    film: Sink = registry.create("sinks", file).start(spec.model_copy(update={"scenes": scenes}))
    return film


def _describe(film: Sink, performance: RenderSpec) -> None:
    """Have a film carry the spec of the whole performance, wishes and all: when it was begun nobody knew them."""
    describe = getattr(film, "describe", None)
    if describe is not None:
        describe(performance)
