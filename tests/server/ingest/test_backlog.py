"""What waits to be decoded is thrown away where it is too much, and nothing broken is shown after that."""

from __future__ import annotations

import asyncio
import queue
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from aiortc import RTCRtpReceiver

from reverie.server.ingest.backlog import Backlog


@dataclass
class Decoded:
    key_frame: bool


class Receiver:
    """What of aiortc's receiver is used."""

    def __init__(self) -> None:
        self._RTCRtpReceiver__decoder_queue: queue.Queue[Any] = queue.Queue()
        self.asked: list[int] = []

    def getSynchronizationSources(self) -> list[Any]:
        return [SimpleNamespace(source=77)]

    async def _send_rtcp_pli(self, source: int) -> None:
        self.asked.append(source)


def fit(backlog: Backlog, *frames: bool) -> list[bool]:
    async def asked() -> list[bool]:
        return [await backlog.fit(Decoded(key)) for key in frames]

    return asyncio.run(asked())


def test_aiortc_keeps_what_waits_where_we_look() -> None:
    receiver = RTCRtpReceiver("video", SimpleNamespace(_stats_id="x", state="new"))  # type: ignore[arg-type]
    assert isinstance(receiver._RTCRtpReceiver__decoder_queue, queue.Queue)  # type: ignore[attr-defined]
    assert callable(receiver._send_rtcp_pli)
    assert callable(receiver.getSynchronizationSources)


def test_who_falls_behind_begins_again_with_the_next_whole_picture() -> None:
    receiver = Receiver()
    waiting = receiver._RTCRtpReceiver__decoder_queue
    backlog = Backlog(receiver, most=3)
    for step in range(3):
        waiting.put(step)
    assert fit(backlog, False, False) == [True, True]
    waiting.put(3)
    assert fit(backlog, False, False, True, False) == [False, False, True, True]
    assert (backlog.skipped, receiver.asked, waiting.empty()) == (4, [77], True)


def test_the_word_that_nothing_more_comes_is_not_thrown_away() -> None:
    receiver = Receiver()
    waiting = receiver._RTCRtpReceiver__decoder_queue
    for task in (1, 2, 3, None):
        waiting.put(task)
    assert fit(Backlog(receiver, most=1), False) == [False]
    assert waiting.get_nowait() is None


def test_what_can_not_be_seen_is_left_alone() -> None:
    assert fit(Backlog(object()), False, True) == [True, True]
