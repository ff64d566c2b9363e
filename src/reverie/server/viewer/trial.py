"""One trial: a live session that stamps its frames, watched and steered by one transport after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from reverie.core.errors import InputError
from reverie.server.viewer import motion_jpeg, whep
from reverie.server.viewer.address import Address, Line
from reverie.server.viewer.figures import Figures, figures, intervals, percentile
from reverie.server.viewer.socket import Socket
from reverie.server.viewer.steering import Wish, steered
from reverie.server.viewer.watch import Pictures, Watch

WARM_UP = 3.0
"""Seconds that count for nothing: a first picture, a first key frame, buffers that find their size."""


class Way(NamedTuple):
    """How pictures come, and how wishes go."""

    pictures: Pictures
    wish: Wish


class Sparks(NamedTuple):
    """How sparks were lived through: the median interval before any, and the longest while they bloomed, in ms."""

    lit: int
    median: float
    longest: float


def _by_mjpeg(address: Address, job: str, line: Line) -> Way:
    return Way(motion_jpeg.pictures(address, job), _posted(line, job))


def _by_socket(address: Address, job: str, line: Line) -> Way:  # noqa: ARG001
    socket = Socket(address, job)
    return Way(socket.pictures, socket.wish)


def _by_whep(address: Address, job: str, line: Line) -> Way:
    return Way(whep.pictures(address, job), _posted(line, job))


WAYS: dict[str, Callable[[Address, str, Line], Way]] = {
    "mjpeg": _by_mjpeg,
    "websocket": _by_socket,
    "webrtc": _by_whep,
}


def measured(address: Address, job: str, transport: str, seconds: float, seed: int = 0) -> Figures:
    """Watch a job by one transport and steer it; InputError where the transport is not known."""
    if transport not in WAYS:
        raise InputError("transport", transport, f"is not known: use {' or '.join(WAYS)}.")
    line = Line(address)
    try:
        way = WAYS[transport](address, job, line)
        with Watch(way.pictures) as watch:
            watch.until(lambda: False, WARM_UP)
            watch.forget()
            found = steered(watch, way.wish, seconds, seed)
            return figures(watch.seen(), found.granted, found.unanswered, watch.unread)
    finally:
        line.close()


def sparked(address: Address, job: str, count: int, seconds: float = 3.0) -> Sparks:
    """Light sparks in a job that is watched by WebSocket, each given some seconds to bloom."""
    line, gaps = Line(address), list[float]()
    try:
        with Watch(Socket(address, job).pictures) as watch:
            watch.until(lambda: False, WARM_UP)
            calm = intervals(watch.seen())
            for _ in range(count):
                watch.forget()
                line.ask("POST", f"/api/jobs/{job}/spark")
                watch.until(lambda: False, seconds)
                gaps += intervals(watch.seen())
            return Sparks(count, 1000 * percentile(calm, 0.5), 1000 * max(gaps, default=0.0))
    finally:
        line.close()


@contextmanager
def performed(address: Address, wishes: Mapping[str, Any]) -> Iterator[str]:
    """Begin a live session whose frames are stamped, and end it when the block does; gives its id."""
    line = Line(address)
    try:
        spec = line.ask("POST", "/api/specs", {"live": True, **wishes})
        spec["filters"] = stamping(spec["filters"])
        job = str(line.ask("POST", "/api/jobs?title=Latency", spec)["id"])
        try:
            yield job
        finally:
            line.ask("POST", f"/api/jobs/{job}/cancel")
    finally:
        line.close()


LIVE = frozenset({"buffer", "pace"})
"""Filters after which a frame only waits for its moment: that counts as age."""


def stamping(filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the stamp where a frame is whole: after whatever changes it, before it waits for its moment."""
    place = next((number for number, one in enumerate(filters) if one["name"] in LIVE), len(filters))
    return [*filters[:place], {"name": "stamp", "options": {}}, *filters[place:]]


def _posted(line: Line, job: str) -> Wish:
    def wish(keyframe: Mapping[str, Any], seconds: float) -> int:  # noqa: ARG001
        return int(line.ask("POST", f"/api/jobs/{job}/keyframes", keyframe)["frame"])

    return wish
