"""Those who watch one stream: each has a place of its own, on its own event loop, and none can hold up another."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Place(Generic[Item]):
    """One viewer's place, read on one event loop: an async iterator that holds `depth` items and never more.

    Where it is full the oldest makes room for the newest. `dropped` counts what the viewer never saw.
    """

    depth = 1

    def __init__(self, audience: Audience[Item], loop: asyncio.AbstractEventLoop) -> None:
        self.dropped = 0
        self._audience = audience
        self.loop = loop
        self._items: deque[Item] = deque(maxlen=self.depth)
        self._wake = asyncio.Event()
        self.ended = False

    def put(self, item: Item) -> None:
        """Put an item there; called on the place's own loop."""
        if self.ended:
            return
        if len(self._items) >= self.depth:
            self._items.popleft()
            self.missed(1)
        self._items.append(item)
        self._wake.set()

    def __len__(self) -> int:
        return len(self._items)

    def clear(self) -> None:
        """Forget what is there."""
        self.missed(len(self._items))
        self._items.clear()

    def missed(self, count: int) -> None:
        """Count what the viewer never sees."""
        self.dropped += count
        self._audience.dropped += count

    def later(self, act: Callable[[Item], None], item: Item) -> None:
        """Do something with an item on the place's own loop; from any thread."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(act, item)

    def end(self) -> None:
        """Say that nothing more comes; what is there is still read. Called on the place's own loop."""
        self.ended = True
        self._wake.set()

    def leave(self) -> None:
        """Give the place up: whoever waits on it is told that it is over."""
        self._audience.remove(self)
        self._items.clear()
        self.end()

    def __aiter__(self) -> Place[Item]:
        return self

    async def __anext__(self) -> Item:
        while not self._items:
            if self.ended:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._items.popleft()

    async def aclose(self) -> None:
        """Give the place up."""
        self.leave()

    async def __aenter__(self) -> Place[Item]:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave()


class Audience(Generic[Item]):
    """All places of a stream; items and the end may come from any thread, and wake every event loop once."""

    def __init__(self) -> None:
        self.dropped = 0
        self._lock = Lock()
        self._places: dict[asyncio.AbstractEventLoop, list[Place[Item]]] = {}

    def __len__(self) -> int:
        return sum(len(places) for places in list(self._places.values()))

    def add(self, place: Place[Item]) -> None:
        """Give a viewer a place."""
        with self._lock:
            self._places = {**self._places, place.loop: [*self._places.get(place.loop, ()), place]}

    def remove(self, place: Place[Item]) -> None:
        """Take a place away; it may be gone already."""
        with self._lock:
            left = [other for other in self._places.get(place.loop, ()) if other is not place]
            rest = {loop: places for loop, places in self._places.items() if loop is not place.loop}
            self._places = {**rest, place.loop: left} if left else rest

    def publish(self, item: Item) -> None:
        """Put an item into every place."""
        self._everywhere(lambda place: place.put(item))

    def end(self) -> None:
        """Tell every place that nothing more comes."""
        self._everywhere(lambda place: place.end())

    def _everywhere(self, act: Callable[[Place[Item]], None]) -> None:
        for loop, places in self._places.items():
            # A loop that was closed has nobody left to tell.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_each, places, act)


def _each(places: list[Place[Item]], act: Callable[[Place[Item]], None]) -> None:
    for place in places:
        act(place)
