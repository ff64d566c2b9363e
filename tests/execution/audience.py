"""Sinks that watch a session, and how long a test waits for what must come."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

from reverie.core.frame import Frame
from reverie.core.protocols import Handle

PATIENCE = 60.0


class Collector:
    """A lossless sink that keeps every frame."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.closed = self.abandoned = 0

    def write(self, frame: Frame) -> None:
        self.frames.append(frame)

    def close(self) -> None:
        self.closed += 1

    def abandon(self) -> None:
        self.abandoned += 1


class Gate(Collector):
    """A lossless sink that writes nothing until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open = Event()

    def write(self, frame: Frame) -> None:
        self.open.wait(PATIENCE)
        super().write(frame)


class Mailbox(Collector):
    """A sink that holds the newest frame."""

    newest_only = True

    def write(self, frame: Frame) -> None:
        self.frames = [frame]


class Broken(Collector):
    """A sink that fails at a frame."""

    def __init__(self, at: int, newest_only: bool = False) -> None:
        super().__init__()
        self.at, self.newest_only = at, newest_only

    def write(self, frame: Frame) -> None:
        if len(self.frames) >= self.at:
            raise OSError("no space left")
        super().write(frame)


class Log:
    """Takes a session's events."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, Mapping[str, Any]]] = []

    def __call__(self, kind: str, data: Mapping[str, Any]) -> None:
        self.entries.append((kind, data))

    def of(self, kind: str) -> list[Mapping[str, Any]]:
        return [data for name, data in list(self.entries) if name == kind]

    @property
    def stages(self) -> list[str]:
        return [data["state"] for data in self.of("state")]


def until(met: Callable[[], Any]) -> None:
    """Wait until something is so."""
    given_up = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < given_up, "it never came to be"
        time.sleep(0.002)


def until_frame(handle: Handle, frame: int) -> None:
    """Wait until a session has shown a frame."""
    until(lambda: handle.state().frame >= frame or handle.state().state in ("stopped", "failed"))
