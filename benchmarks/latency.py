"""How soon is a wish in the picture that a viewer holds, and how old is that picture?

    python benchmarks/latency.py [--quick] [--seconds S] [--model M] [--size WxH] [--steps N] [--rate N]

A real client in a process of its own watches and steers a live session by WebSocket, Motion JPEG and WebRTC, ten
minutes each; every frame bears its number and its moment in its pixels. To hold: steer-to-photon (from sending a wish
to holding the frame its receipt names) p95 under 100 ms by WebSocket and Motion JPEG and under 250 ms by WebRTC; a
frame's age p99 under 150 ms; no freeze; while sparks bloom no gap over twice the median interval.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import save
from reverie.server.viewer.bars import misses
from reverie.server.viewer.own import own_server
from reverie.server.viewer.trial import Sparks, measured, performed, sparked

TRANSPORTS = ("websocket", "mjpeg", "webrtc")
PROMPT = "a coral reef at dusk"
MOST_GAP = 2.0


def gaps(sparks: Sparks) -> list[str]:
    """Return what sparks broke, in words."""
    if sparks.longest <= MOST_GAP * sparks.median:
        return []
    return [f"sparks: a gap of {sparks.longest:.0f} ms, where the median is {sparks.median:.0f}."]


def main() -> int:
    """Measure; 1 where a bar is not held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="twelve seconds each")
    parser.add_argument("--seconds", type=float, help="of each transport (600)")
    parser.add_argument("--model")
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--rate", type=float, help="painted frames a second")
    given = parser.parse_args()
    seconds = given.seconds or (12.0 if given.quick else 600.0)
    named = {"model": given.model, "size": given.size, "steps": given.steps, "paint_fps": given.rate, "fps": given.rate}
    wishes = {"prompt": PROMPT, "seed": 7, **{name: value for name, value in named.items() if value is not None}}
    with own_server() as address, performed(address, wishes) as job:
        found = {transport: measured(address, job, transport, seconds) for transport in TRANSPORTS}
        sparks = sparked(address, job, 2 if given.quick else 20)
    missed = [miss for transport, figures in found.items() for miss in misses(transport, figures)] + gaps(sparks)
    print("\n".join(missed), file=sys.stderr)
    save(
        "latency",
        [figures.row(transport) for transport, figures in found.items()],
        sparks=sparks._asdict(),
        missed=missed,
        seconds=seconds,
        wishes=wishes,
        details={transport: figures.facts() for transport, figures in found.items()},
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
