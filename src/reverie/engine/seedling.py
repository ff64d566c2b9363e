"""A spark's seed that is painted beside the show, by another backend than the show's, and planted at a known frame."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from reverie.core.frame import Image

SECONDS = 0.4
"""From the ignition until the seed is planted, be it there early or waited for: so that bits stay the same."""

Paint = Callable[[], Image | None]
Take = Callable[[], Image | None]


@dataclass
class Seedling:
    """A seed to come: `frames` are left until it is planted, `take` returns it then."""

    take: Take
    frames: int = 0


class Nursery:
    """Paints seeds one after the other in a thread of its own; the thread is there from the first seed to the end."""

    def __init__(self, fps: float) -> None:
        self._frames = max(1, round(SECONDS * fps))
        self._thread: ThreadPoolExecutor | None = None
        self._last: Future[Image | None] | None = None

    def sow(self, paint: Paint, seen: Callable[[Image], None]) -> Seedling:
        """Begin to paint a seed; `seen` is told of it when it is planted, on the show's own thread."""
        self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="reverie-seed")
        self._last = coming = self._thread.submit(paint)

        def take() -> Image | None:
            seed = coming.result()
            if seed is not None:
                seen(seed)
            return seed

        return Seedling(take, self._frames)

    def wait(self) -> None:
        """Wait until no seed is being painted; what went wrong is for whoever takes it."""
        if self._last is not None:
            self._last.exception()

    def close(self) -> None:
        """Wait for the seed under way, and end the thread."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)
