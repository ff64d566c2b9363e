"""What waits to be decoded is thrown away where it is too much for too long, and a whole picture is begun with."""

from __future__ import annotations

import queue
from types import SimpleNamespace
from typing import Any

from aiortc import RTCRtpReceiver

from reverie.server.ingest.backlog import BEHIND_SECONDS, MOST_BEHIND, Backlog
from reverie.server.ingest.prompt import PromptBuffer, hasten


class Receiver:
    """What of aiortc's receiver is used."""

    def __init__(self) -> None:
        self._RTCRtpReceiver__decoder_queue: queue.Queue[Any] = queue.Queue()
        self._RTCRtpReceiver__jitter_buffer = PromptBuffer()


class Looked:
    """A backlog with a clock that is set by hand."""

    def __init__(self) -> None:
        self.now, receiver = 0.0, Receiver()
        self.waiting = receiver._RTCRtpReceiver__decoder_queue
        self.buffer = receiver._RTCRtpReceiver__jitter_buffer
        self.backlog = Backlog(receiver, lambda: self.now)

    def look(self, seconds: float, count: int) -> int:
        """Look after some seconds at so many that wait; return how many still do."""
        self.now += seconds
        while self.waiting.qsize() < count:
            self.waiting.put("a frame")
        self.backlog.look()
        return self.waiting.qsize()


def test_aiortc_keeps_what_waits_where_we_look() -> None:
    receiver = RTCRtpReceiver("video", SimpleNamespace(_stats_id="x", state="new"))  # type: ignore[arg-type]
    hasten(receiver)
    assert isinstance(receiver._RTCRtpReceiver__decoder_queue, queue.Queue)  # type: ignore[attr-defined]
    assert isinstance(receiver._RTCRtpReceiver__jitter_buffer, PromptBuffer)  # type: ignore[attr-defined]


def test_a_burst_is_decoded_and_whoever_stays_behind_begins_again() -> None:
    seen, many = Looked(), MOST_BEHIND + 20
    assert seen.look(0.0, many) == many
    assert seen.look(BEHIND_SECONDS, many) == many
    while seen.waiting.qsize() > MOST_BEHIND:
        seen.waiting.get()
    assert seen.look(0.01, MOST_BEHIND) == MOST_BEHIND
    assert seen.look(10.0, many) == many
    assert not seen.buffer.beginning
    assert seen.look(2 * BEHIND_SECONDS, many) == 0
    assert (seen.backlog.skipped, seen.buffer.beginning) == (many, True)


def test_the_word_that_nothing_more_comes_is_not_thrown_away() -> None:
    seen = Looked()
    seen.look(0.0, MOST_BEHIND + 1)
    seen.waiting.put(None)
    assert seen.look(2 * BEHIND_SECONDS, 0) == 1
    assert seen.waiting.get_nowait() is None


def test_what_can_not_be_seen_is_left_alone() -> None:
    Backlog(object()).look()
