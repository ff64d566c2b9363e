"""What waits to be decoded: aiortc keeps all of it, so where decoding is too slow it would be shown ever later."""

from __future__ import annotations

import logging
import queue
from contextlib import suppress
from typing import Any, Protocol

MOST_BEHIND = 12
"""Frames that may wait to be decoded: then all are thrown away, and the next whole picture is waited for."""

_LOG = logging.getLogger(__name__)


class Frame(Protocol):
    """A decoded frame that knows whether it needs those before it."""

    @property
    def key_frame(self) -> bool: ...  # noqa: D102


class Backlog:
    """Watches one receiver of aiortc's; `skipped` counts the frames that were thrown away undecoded."""

    def __init__(self, receiver: Any, most: int = MOST_BEHIND) -> None:
        self._receiver, self._most = receiver, most
        self._waiting: Any = getattr(receiver, "_RTCRtpReceiver__decoder_queue", None)
        self._broken = False
        self.skipped = 0
        if self._waiting is None:
            _LOG.warning("This aiortc does not show what waits to be decoded: a slow machine may fall behind.")

    async def fit(self, frame: Frame) -> bool:
        """Return whether a frame that was decoded may be shown; throws away what waits where that is too much."""
        if self._waiting is not None and self._waiting.qsize() > self._most:
            self._throw_away()
            await self._ask_for_key()
        if self._broken and frame.key_frame:
            self._broken = False
        return not self._broken

    def _throw_away(self) -> None:
        self._broken = True
        with suppress(queue.Empty):
            while (task := self._waiting.get_nowait()) is not None:
                self.skipped += 1
            # The word that nothing more comes must not be lost.
            self._waiting.put(task)

    async def _ask_for_key(self) -> None:
        with suppress(Exception):  # where it is not understood, the next whole picture comes by itself
            for source in self._receiver.getSynchronizationSources():
                await self._receiver._send_rtcp_pli(source.source)
