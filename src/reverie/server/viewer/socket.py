"""The preview's WebSocket as a client has it: pictures come, wishes go the same way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition, Event
from typing import Any

from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.media.jpeg import decode_jpeg
from reverie.server.viewer.address import Address

HEADER_BYTES = 16


class Socket:
    """One WebSocket: `pictures` opens it, `wish` sends a keyframe through it and waits for the receipt."""

    def __init__(self, address: Address, job: str) -> None:
        scheme = "wss" if address.scheme == "https" else "ws"
        self._address, self._url = address, f"{scheme}://{address.authority}/api/jobs/{job}/preview.ws"
        self._told, self._answers = Condition(), dict[int, Any]()
        self._connection: Any = None
        self._next = 0

    @contextmanager
    def pictures(self, over: Event) -> Iterator[Iterator[Image]]:
        """Open the stream."""
        from websockets.sync.client import connect

        with connect(
            self._url, compression=None, proxy=None, max_size=2**26, additional_headers=self._address.headers
        ) as connection:
            self._connection = connection
            yield self._pictures(over)

    def wish(self, keyframe: Mapping[str, Any], seconds: float) -> int:
        """Send a keyframe and return the frame its receipt names; MachineError where none comes or it is refused."""
        number, self._next = self._next, self._next + 1
        self._connection.send(json.dumps({"id": number, **keyframe}))
        with self._told:
            self._told.wait_for(lambda: number in self._answers, seconds)
            answer = self._answers.pop(number, None)
        if answer is None or answer.get("type") != "receipt":
            raise MachineError(f"A wish was not granted: {answer}")
        return int(answer["frame"])

    def _pictures(self, over: Event) -> Iterator[Image]:
        for message in self._connection:
            if over.is_set():
                return
            if isinstance(message, bytes):
                yield decode_jpeg(message[HEADER_BYTES:])
            else:
                self._hear(json.loads(message))

    def _hear(self, answer: Any) -> None:
        with self._told:
            self._answers[answer.get("id")] = answer
            self._told.notify_all()
