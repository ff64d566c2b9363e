"""How old a restyled picture is when it is seen: from before the camera to after the screen, hop by hop.

    python benchmarks/glass_to_glass.py [--seconds 30] [--ways websocket webrtc socket] [--clip FILE] [--size 256x256]

Every picture of a clip bears a number; the studio, in a process of its own, repaints it in one step, settles it by the
memory, and writes down when it was where. Everything is on this machine and on one clock. Ways:

- `websocket`: a client sends JPEGs on one WebSocket and takes what is painted on another, encoding and decoding too;
- `webrtc`: Chromium's camera page sends its camera by WebRTC (WHIP) and shows what comes back by WebRTC (WHEP);
- `socket`: the same page where WebRTC can't be had, so both ways by WebSocket.

Hops: `way in` is encoding, the network and putting packets together; `decode` makes a picture of them; `wait` is for
the painter; `motion`, `paint`, `memory` and `others` are painting; `handing` until it is encoded, `encode`, and `way
out` until it is on the screen (for the client: decoded). `chain` is decode, painting and encode together. To hold: 95 %
of `glass` under 150 ms by WebSocket and under 350 by WebRTC in Chromium, half of `chain` under 50 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._hops import hops, painted_fps, processors
from benchmarks._results import ROOT, save
from benchmarks._tally import COUNT, read_tally, tallied
from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.core.presets import parse_size
from reverie.media.geometry import fit
from reverie.media.jpeg import decode_jpeg, encode_jpeg
from reverie.media.tensor import quantised
from reverie.media.video import read_frames
from reverie.server.viewer.address import Address, Line
from reverie.sinks.mjpeg import HEADER

WAYS = ("websocket", "webrtc", "socket")
GLASS_P95 = {"websocket": 150.0, "webrtc": 350.0, "socket": 150.0}
CHAIN_P50 = 50.0
CAMERA = (640, 360)
PROMPT = "a watercolour garden"
UNANSWERED = 2
PICTURES = 150
PATIENCE = 240.0
SETTLING = 0.25
LIVE = ("running", "stalled", "self-correcting")


@contextmanager
def studio(trace: Path, folder: Path) -> Iterator[Address]:
    """Start a studio that writes down what it does, and end it when the block does."""
    port = _free_port()
    words = ["serve", "--port", str(port), "--no-browser", "--data", str(folder)]
    known = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    command = [sys.executable, "-m", "benchmarks._traced", str(trace), *words]
    log = folder.with_suffix(".log")
    with log.open("wb") as said, subprocess.Popen(command, env=known, stdout=said, stderr=said) as process:
        address = Address("http", "127.0.0.1", port)
        try:
            _until(lambda: _answers(address) or process.poll() is not None, "the studio answers")
            if process.poll() is not None:
                raise MachineError(f"The studio did not start: {log.read_text()[-2000:]}")
            yield address
        finally:
            process.terminate()


def push(address: Address, job: str, pictures: Sequence[Image], rate: float, over: Event) -> list[tuple[int, float]]:
    """Push pictures at a rate until it is over; return the number and the beginning of each."""
    begun: list[tuple[int, float]] = []
    with connect(f"ws://{address.authority}/api/jobs/{job}/feed.ws", max_size=None, compression=None) as line:
        answered, due = 0, time.monotonic()
        for picture in cycle(pictures):
            if over.is_set():
                break
            while (left := due - time.monotonic()) > 0 or len(begun) - answered >= UNANSWERED:
                try:
                    answered = json.loads(line.recv(10 if left <= 0 else left))["n"]
                except TimeoutError:
                    continue
            due = max(due + 1 / rate, time.monotonic() - 1 / rate)
            number = len(begun) % COUNT
            marked = tallied(picture, number)
            begun.append((number, time.monotonic()))
            line.send(encode_jpeg(marked))
    return begun


def watch(address: Address, job: str, over: Event) -> list[tuple[int, float, None]]:
    """Take what is shown until it is over; return the number of each picture and when it was one."""
    seen: list[tuple[int, float, None]] = []
    with connect(f"ws://{address.authority}/api/jobs/{job}/preview.ws", max_size=None, compression=None) as line:
        while not over.is_set():
            try:
                message = line.recv(0.5)
            except TimeoutError:
                continue
            if isinstance(message, bytes):
                picture = decode_jpeg(message[HEADER.size :])
                now, number = time.monotonic(), read_tally(picture)
                if number is not None:
                    seen.append((number, now, None))
    return seen


def by_client(address: Address, pictures: Sequence[Image], given: argparse.Namespace) -> dict[str, Any]:
    """Perform with a client that sends and takes JPEGs; return what it saw."""
    line, over, told = Line(address), Event(), dict[str, Any]()
    wish = {"kind": "restyle", "prompt": PROMPT, "size": given.size, "seed": 1, "fps": given.rate}
    job = line.ask("POST", "/api/jobs", line.ask("POST", "/api/specs", wish))["id"]
    threads = [
        Thread(target=lambda: told.update(before=push(address, job, pictures, given.rate, over))),
        Thread(target=lambda: told.update(after=watch(address, job, over))),
    ]
    for thread in threads:
        thread.start()
    _until(lambda: line.ask("GET", f"/api/jobs/{job}")["live_state"]["state"] in LIVE, "pictures are painted")
    time.sleep(SETTLING * given.seconds)
    began, spent = time.monotonic(), processors(os.getpid())
    time.sleep(given.seconds)
    told["processors"] = _since(spent)
    told["live"] = line.ask("GET", f"/api/jobs/{job}")["live_state"]
    over.set()
    for thread in threads:
        thread.join(30)
    told["after"] = [one for one in told["after"] if began < one[1] < began + given.seconds]
    return told


def by_page(address: Address, pictures: Sequence[Image], given: argparse.Namespace, webrtc: bool) -> dict[str, Any]:
    """Perform on the camera page in Chromium; return what it saw."""
    from benchmarks._page import filmed, opened, performed

    line = Line(address)
    with tempfile.TemporaryDirectory() as folder:
        clip = filmed(Path(folder) / "camera.y4m", pictures, given.rate)
        with opened(f"http://{address.authority}", clip, parse_size(given.size), webrtc) as page:
            told = performed(page, webrtc, given.seconds, lambda: processors(os.getpid()))
            told["processors"] = _since(told.pop("spent"))
            told["live"] = line.ask("GET", "/api/jobs?live=true&state=running")["items"][0]["live_state"]
    return told


def _since(spent: dict[str, float]) -> dict[str, float]:
    return {name: round(now - spent.get(name, 0.0), 2) for name, now in processors(os.getpid()).items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: Address) -> bool:
    try:
        return bool(Line(address).ask("GET", "/api/health"))
    except MachineError:
        return False


def _until(seen: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not seen():
        if time.monotonic() > end:
            raise MachineError(f"Not within {PATIENCE:g} s: {what}.")
        time.sleep(0.1)


def measured(way: str, pictures: Sequence[Image], given: argparse.Namespace) -> dict[str, Any]:
    """Perform one way and return what was found."""
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.json"
        with studio(trace, Path(folder) / "data") as address:
            if way == "websocket":
                told = by_client(address, pictures, given)
            else:
                told = by_page(address, pictures, given, way == "webrtc")
            line = Line(address)
            for job in line.ask("GET", "/api/jobs?live=true&state=running")["items"]:
                line.ask("POST", f"/api/jobs/{job['id']}/cancel", {})
            _until(trace.exists, "the session has ended")
            time.sleep(0.5)
        written = json.loads(trace.read_text())
    found = hops(written, told["before"], told["after"], "video" if way == "webrtc" else "jpeg")
    return {
        "way": way,
        **found,
        "seen_fps": round(found["frames"] / given.seconds, 1),
        "painted_fps": painted_fps(written),
        "input": told["live"]["input"],
        "processors": told["processors"],
        "studio_threads": {name: round(spent / written["seconds"], 3) for name, spent in written["threads"].items()},
        "counts": {
            "captured": len(told["before"]),
            "painted": len(written["frames"]),
            "seen": len(told["after"]),
            "unread": told.get("unread", 0),
        },
        "webrtc": told.get("stats"),
    }


def footage(given: argparse.Namespace) -> list[Image]:
    """Return what the camera sees: a clip's pictures, or a world under a camera that moves."""
    if given.clip is not None:
        return [fit(picture, *CAMERA) for picture, _ in islice(read_frames(given.clip), PICTURES)]
    from reverie.worlds.camera import Camera
    from reverie.worlds.parser import parse
    from reverie.worlds.render import render

    world, half = parse("a forest at noon", 7).world, PICTURES // 4
    there = [Camera(pan_x=0.6 * step / half, zoom=1.0 + 0.3 * step / half) for step in range(half)]
    seen = [np.asarray(quantised(render(world, *CAMERA, camera)[None])[0], np.uint8) for camera in there]
    return [*seen, *reversed(seen)]


def misses(row: dict[str, Any]) -> Iterator[str]:
    """Give what was not held, in words."""
    if not row["frames"]:
        yield f"{row['way']}: nothing was seen."
        return
    for hop, share, bar in (("glass", "p95", GLASS_P95[row["way"]]), ("chain", "p50", CHAIN_P50)):
        if row["hops"][hop][share] > bar:
            yield f"{row['way']}: {hop} takes {row['hops'][hop][share]:g} ms ({share}), and may take {bar:g}."


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and keep what was found; 1 where a bar is not held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", help="footage; a world under a moving camera is rendered otherwise")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each way")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--rate", type=float, default=30.0, help="pictures a second before the camera")
    parser.add_argument("--no-save", action="store_true", help="print only")
    given = parser.parse_args(arguments)
    pictures = footage(given)
    rows = [measured(way, pictures, given) for way in given.ways]
    for row in rows:
        print(f"{row['way']}: {row['seen_fps']} pictures a second; {row['counts']}")
        for hop, values in row["hops"].items():
            print(f"  {hop:24}" + "".join(f"{value:8.1f}" for value in values.values()))
    missed = [miss for row in rows for miss in misses(row)]
    print("\n".join(missed), file=sys.stderr)
    if not given.no_save:
        clip = "a rendered world" if given.clip is None else Path(given.clip).name
        save("glass_to_glass", rows, missed=missed, clip=clip, seconds=given.seconds, size=given.size)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
