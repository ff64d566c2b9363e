"""Being told to stop: the first Ctrl-C asks, the second insists."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping(stop: Event) -> Iterator[Event]:
    """Set `stop` on the first SIGINT or SIGTERM while the block lasts; a second one raises KeyboardInterrupt.

    Only the main thread can listen to signals; in any other this does nothing.
    """
    if current_thread() is not main_thread():
        yield stop
        return

    def asked(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, asked) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
