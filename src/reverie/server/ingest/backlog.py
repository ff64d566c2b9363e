"""What waits to be decoded: aiortc keeps all of it, so where decoding is too slow it would be shown ever later."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from reverie.server.ingest.prompt import buffer_of

MOST_BEHIND, BEHIND_SECONDS = 3, 0.3
"""More frames than this waiting for longer than this are too much: a burst after a hiccup is soon decoded."""

_LOG = logging.getLogger(__name__)


class Backlog:
    """Watches one receiver of aiortc's; `skipped` counts the frames that were thrown away undecoded."""

    def __init__(self, receiver: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._waiting: Any = getattr(receiver, "_RTCRtpReceiver__decoder_queue", None)
        self._buffer, self._clock = buffer_of(receiver), clock
        self._since: float | None = None
        self.skipped = 0
        if self._waiting is None or self._buffer is None:
            _LOG.warning("This aiortc does not show what waits to be decoded: a slow machine may fall behind.")

    def look(self) -> None:
        """Throw away what waits where that is too much; the next whole picture is then asked for and begun with."""
        if self._waiting is None or self._buffer is None:
            return
        if self._waiting.qsize() <= MOST_BEHIND:
            self._since = None
            return
        now = self._clock()
        self._since = now if self._since is None else self._since
        if now - self._since > BEHIND_SECONDS:
            self._since = None
            self._throw_away()
            self._buffer.begin_again()

    def _throw_away(self) -> None:
        with suppress(queue.Empty):
            while (task := self._waiting.get_nowait()) is not None:
                self.skipped += 1
            # The word that nothing more comes must not be lost.
            self._waiting.put(task)
