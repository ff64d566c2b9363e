"""What lies between us and a reader's network: little that is unsent, and nothing that is never read."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

DRAIN_SECONDS = 2.0
UNSENT_BYTES = 32 * 1024
"""What the system may hold of a connection that is not on its way yet: about two pictures of a small dream."""


class Wire:
    """A transport that waits for what was written before it takes more, and ends a connection that nobody reads.

    A plain transport that is closed keeps what is unsent, and its descriptor, for as long as the reader stalls: here
    it is given up when `patience` seconds pass in which nothing more was taken.
    """

    def __init__(self, transport: Any, patience: float = DRAIN_SECONDS) -> None:
        self._transport, self._patience = transport, patience

    def hold_little(self) -> None:
        """Have no more than one picture wait here; from then on the protocol is told to pause and to go on."""
        # Not 0: a connection under TLS that holds nothing would then count as full.
        self._transport.set_write_buffer_limits(high=1)
        _hold_little(self._transport.get_extra_info("socket"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        """Close once all is sent, or once nobody takes it; a second time does nothing."""
        if self._transport.is_closing():
            return
        self._transport.close()
        self._watch(self._transport.get_write_buffer_size())

    def _watch(self, before: int) -> None:
        if before:
            asyncio.get_running_loop().call_later(self._patience, self._give_up_or_wait, before)

    def _give_up_or_wait(self, before: int) -> None:
        left = self._transport.get_write_buffer_size()
        if left < before:
            self._watch(left)
        else:
            self._transport.abort()


def _hold_little(connection: Any) -> None:
    """Bound what the system holds unsent, where it can: a picture that waits there only grows old."""
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if connection is not None and option is not None:
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, option, UNSENT_BYTES)


def unsaid(record: logging.LogRecord) -> bool:
    """Leave out of the log that an answer had no end: so it is where a viewer who takes nothing is let go."""
    return "without completing response" not in record.getMessage()


class HTTP(H11Protocol):
    """uvicorn's HTTP on such a wire; a WebSocket takes it over."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin a connection."""
        self.logger.addFilter(unsaid)
        wire = Wire(transport)
        super().connection_made(cast(asyncio.Transport, wire))
        wire.hold_little()
