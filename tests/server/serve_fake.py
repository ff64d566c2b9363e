"""The real server in a process of its own, with sessions that cost nothing: python -m tests.server.serve_fake DATA."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from reverie.core.frame import Frame
from reverie.core.protocols import Tick
from reverie.core.spec import RenderSpec
from reverie.jobs.live import Happened
from reverie.server.app import create_app
from reverie.server.guard import Guard
from reverie.server.running import bound, run
from reverie.server.studio import Studio
from reverie.sinks.hub import Hub
from tests.jobs.performers import FakePerformer

NOISE = np.random.default_rng(1).integers(0, 256, (720, 1280, 3), np.uint8)


class Loud(FakePerformer):
    """Shows noise, which no JPEG makes small: buffers fill as they would in hours."""

    def attach(self, sink: object) -> None:
        super().attach(Louder(sink) if getattr(sink, "newest_only", False) else sink)  # type: ignore[arg-type]


class Louder:
    """Writes noise where a picture came."""

    newest_only = True

    def __init__(self, sink: object) -> None:
        self._sink = sink

    def write(self, frame: Frame) -> None:
        self._sink.write(Frame(NOISE, frame.time, frame.index))  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> object:
        return getattr(self._sink, name)


def submit(spec: RenderSpec, tick: Tick, happened: Happened) -> FakePerformer:
    return Loud(spec, tick, happened)


def main() -> None:
    listening = bound("127.0.0.1", 0)
    studio = Studio(Path(sys.argv[1]), submit, Hub)
    app = create_app(studio, Guard.on_loopback())
    port = listening.getsockname()[1]
    run(app, studio, listening, lambda: print(f"Reverie is at http://127.0.0.1:{port}/", file=sys.stderr, flush=True))


if __name__ == "__main__":
    main()
