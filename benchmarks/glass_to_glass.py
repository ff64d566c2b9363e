"""How old a restyled picture is when a viewer holds it: from before it was encoded to after it was decoded.

    python benchmarks/glass_to_glass.py --clip FILE [--seconds 30] [--size 256x256] [--rate 30] [--model reverie-tiny]

A clip's pictures are pushed by a WebSocket as a camera would push them, JPEG by JPEG, into a whole server, which paints
them one step each and settles them by the memory; a viewer on another WebSocket takes what is shown. Everything is on
this machine and on one clock. Pictures are encoded and decoded in the same process, so what that costs is in it.

Hops: `sent` is encoding, the way to the server and decoding there; `waited` until the painter takes it; `painted` until
it is handed to the viewers; `seen` is encoding, the way to the viewer and decoding there. `glass` is all of it.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import numpy as np
import uvicorn
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import save
from reverie.authoring.restyle import restyle_spec
from reverie.core import registry
from reverie.core.frame import Frame, Image, Motion, Origin
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.execution.local import submit
from reverie.media.geometry import fit
from reverie.media.jpeg import decode_jpeg, encode_jpeg
from reverie.media.video import read_frames
from reverie.server.app import create_app
from reverie.server.guard import Guard
from reverie.server.studio import Studio
from reverie.server.wire import HTTP
from reverie.sinks.hub import Hub
from reverie.sinks.mjpeg import HEADER
from reverie.sources.mailbox import Mailbox, MailboxRun

HELD = 1
UNANSWERED = 2
PICTURES = 300
HOPS = ("sent", "waited", "painted", "seen", "glass")
PROMPT = "a watercolour garden"


@dataclass
class Trace:
    """Moments on one clock: pictures by the number they were fed with, frames by their own."""

    fed: list[float] = field(default_factory=list)
    taken: dict[int, tuple[int, float]] = field(default_factory=dict)
    shown: dict[int, float] = field(default_factory=dict)


TRACE = Trace()


class Traced(Mailbox):
    """The mailbox, written down."""

    def start(self, spec: RenderSpec, scene: Scene) -> MailboxRun:  # noqa: ARG002
        """Begin to take pictures."""
        return TracedRun(spec)


class TracedRun(MailboxRun):
    """One run, written down; what is measured before the show begins is forgotten when it does."""

    def __init__(self, spec: RenderSpec) -> None:
        super().__init__(spec.width, spec.height)
        self._rate, self._frame, self._trace = Fraction(spec.paint_fps), 0, Trace()
        TRACE.fed, TRACE.taken, TRACE.shown = self._trace.fed, self._trace.taken, self._trace.shown

    def feed(self, frame: Frame) -> None:
        """Write down when a picture came in."""
        self._trace.fed.append(time.monotonic())
        super().feed(frame)

    def at(self, moment: Fraction, last: Frame | None, motion: Motion) -> Frame | None:
        """Write down when which picture was taken for which frame."""
        newest, now = len(self._trace.fed) - 1, time.monotonic()
        found = super().at(moment, last, motion)
        if found is not None and found.origin is not Origin.HELD:
            self._frame = 0 if last is None else last.index + 1
            self._trace.taken[self._frame] = newest, now
        return found

    def shown(self) -> None:
        """Write down when a frame was handed on."""
        self._trace.shown.setdefault(self._frame, time.monotonic())
        super().shown()


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int, Studio]]:
    """Give the address of a server in a thread, its port and its studio."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    studio = Studio(folder, submit, Hub)
    app = create_app(studio, Guard.on_loopback(b"s" * 32))
    server = uvicorn.Server(uvicorn.Config(app, http=HTTP, log_level="critical", lifespan="on"))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}", port, studio
    finally:
        studio.end()
        server.should_exit = True
        thread.join(30)
        listening.close()


def push(port: int, job: str, pictures: Sequence[Image], rate: float, over: Event) -> list[float]:
    """Push pictures at a rate until it is over; return when each that was taken was begun with, in their order."""
    begun: dict[int, float] = {}
    taken: list[float] = []
    with connect(f"ws://127.0.0.1:{port}/api/jobs/{job}/feed.ws", max_size=None) as line:
        number = answered = 0
        due = time.monotonic()
        for picture in cycle(pictures):
            if over.is_set():
                break
            while (left := due - time.monotonic()) > 0 or number - answered >= UNANSWERED:
                try:
                    said = json.loads(line.recv(max(left, 0.0) if number - answered < UNANSWERED else 10))
                except TimeoutError:
                    continue
                answered = said["n"]
                if said["type"] == "took":
                    taken.append(begun[said["n"]])
            due = max(due + 1 / rate, time.monotonic() - 1 / rate)
            number += 1
            begun[number] = time.monotonic()
            line.send(encode_jpeg(picture))
    return taken


def watch(port: int, job: str, over: Event) -> dict[int, float]:
    """Take what is shown until it is over; return when each frame that was painted was held as a picture."""
    seen: dict[int, float] = {}
    with connect(f"ws://127.0.0.1:{port}/api/jobs/{job}/preview.ws", max_size=None) as line:
        while not over.is_set():
            try:
                message = line.recv(0.5)
            except TimeoutError:
                continue
            if not isinstance(message, bytes):
                continue
            index, flags, _ = HEADER.unpack_from(message)
            decode_jpeg(message[HEADER.size :])
            if not flags & HELD:
                seen.setdefault(index, time.monotonic())
    return seen


def spreads(pushed: Sequence[float], seen: dict[int, float], settle: float) -> dict[str, dict[str, float]]:
    """Return percentiles of each hop in milliseconds, of the frames seen after `settle`."""
    rows = []
    for index, held in seen.items():
        if held < settle or index not in TRACE.taken or index not in TRACE.shown:
            continue
        number, taken = TRACE.taken[index]
        if number < len(pushed):
            came, shown, begun = TRACE.fed[number], TRACE.shown[index], pushed[number]
            rows.append((came - begun, taken - came, shown - taken, held - shown, held - begun))
    values = 1000 * np.asarray(rows)
    shares = np.percentile(values, (50, 95, 99), axis=0)
    named = ("p50", "p95", "p99")
    return {
        hop: {name: round(float(shares[row][place]), 1) for row, name in enumerate(named)}
        for place, hop in enumerate(HOPS)
    } | {"frames": {"count": float(len(rows))}}


def measured(spec: RenderSpec, pictures: Sequence[Image], seconds: float, rate: float) -> dict[str, Any]:
    """Perform a spec for some seconds and return what was found."""
    over = Event()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (address, port, studio):
        job = httpx.post(f"{address}/api/jobs", content=spec.model_dump_json(), headers=JSON, timeout=120).json()["id"]
        run = studio.run(job)
        while run.view().state in {"initialising", "loading"}:
            time.sleep(0.1)
        pushed: list[float] = []
        seen: dict[int, float] = {}
        threads = [
            Thread(target=lambda: pushed.extend(push(port, job, pictures, rate, over))),
            Thread(target=lambda: seen.update(watch(port, job, over))),
        ]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        time.sleep(seconds)
        state, view = run.handle.state(), run.view()
        over.set()
        for thread in threads:
            thread.join(30)
        painted = run.handle.spec.paint_fps
        studio.cancel(job)
    return {
        **spreads(pushed, seen, began + min(3.0, seconds / 4)),
        "rates": {"painted": painted, "new": round(state.fps.new, 2), "model": round(state.fps.model, 2)},
        "input": None if view.input is None else view.input.model_dump(),
    }


JSON = {"content-type": "application/json"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", required=True, help="real footage")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--rate", type=float, default=30.0, help="pictures pushed a second")
    parser.add_argument("--model", default="reverie-tiny")
    parser.add_argument("--memory", choices=("on", "off"), default="on")
    parser.add_argument("--no-save", action="store_true", help="print only")
    given = parser.parse_args(arguments)
    registry.BUILT_IN["sources"]["traced"] = f"{__name__}:Traced"
    registry.targets.cache_clear()
    spec = restyle_spec(PROMPT, size=given.size, model=given.model, fps=given.rate, memory=given.memory == "on", seed=1)
    scene = spec.scenes[0].model_copy(update={"source": ComponentSpec(name="traced")})
    spec = spec.model_copy(update={"scenes": (scene,)})
    size = spec.width, spec.height
    pictures = [fit(picture, 2 * size[0], 2 * size[1]) for picture, _ in islice(read_frames(given.clip), PICTURES)]
    found = measured(spec, pictures, given.seconds, given.rate)
    row = {"transport": "websocket", "size": given.size, "pushed_fps": given.rate, "memory": given.memory, **found}
    print(json.dumps(row, indent=2))
    if not given.no_save:
        save("glass_to_glass", [row], clip=Path(given.clip).name, model=given.model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
