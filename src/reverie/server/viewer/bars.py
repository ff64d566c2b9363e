"""What live must hold on two cores: a tenth of a second to steer, no picture old, none that stands still."""

from __future__ import annotations

from collections.abc import Iterator

from reverie.server.viewer.figures import Figures

STEER_P95 = {"websocket": 100.0, "mjpeg": 100.0, "webrtc": 250.0}
"""Milliseconds from sending a wish to holding its frame, for nineteen wishes of twenty."""

AGE_P99 = 150.0
"""Milliseconds from a frame's stamp to holding it, for ninety-nine frames of a hundred."""


def misses(transport: str, found: Figures) -> Iterator[str]:
    """Give what was not held, one sentence each; nothing where all was."""
    bar = STEER_P95[transport]
    if found.steer.p95 >= bar:
        yield f"{transport}: a wish takes {found.steer.p95:g} ms (p95), and may take {bar:g}."
    if found.unanswered:
        yield f"{transport}: {found.unanswered} wishes were never seen."
    if found.age.p99 >= AGE_P99:
        yield f"{transport}: frames are {found.age.p99:g} ms old (p99), and may be {AGE_P99:g}."
    if found.freezes:
        yield f"{transport}: the picture froze {found.freezes} times, the longest gap {found.interval.most:g} ms."
