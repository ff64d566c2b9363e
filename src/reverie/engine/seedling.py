"""A spark's seed that is painted beside the show, by another backend than the show's, and planted at a known frame."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from reverie.core.frame import Image
from reverie.core.protocols import State
from reverie.core.timeline import Conditioning
from reverie.engine.background import on_one_thread, step_back

SECONDS = 0.4
"""From the ignition until the seed is planted, be it there early or waited for: so that bits stay the same."""

STEADY_FRAMES = 48
"""For how many frames all that a seed is painted from must have stayed the same until the next is painted ahead.

More than are painted to measure a session's rate, so that nothing is painted beside those.
"""

Paint = Callable[[Conditioning, int, int], Image | None]
"""Paints a seed from a wish, for the frame of an index; the last is the seed's number in its scene."""


def _unseen(seed: Image) -> None:
    """Tell nobody."""


@dataclass
class Seedling:
    """A seed to come: `frames` are left until it is planted, `take` returns it then.

    `painted` waits for it and may be asked any number of times; `seen` is told when it is taken.
    """

    painted: Callable[[], Image | None]
    frames: int = 0
    seen: Callable[[Image], None] = _unseen

    def take(self) -> Image | None:
        """Return the seed, None where none could be painted."""
        seed = self.painted()
        if seed is not None:
            self.seen(seed)
        return seed

    def state(self) -> State:
        """Return the seed and when it is due; waits until it is painted."""
        return {"seed": self.painted(), "frames": self.frames}

    def ripe(self) -> bool:
        """Count a frame; True where the seed is to be planted before it."""
        self.frames -= 1
        return self.frames < 0


class Nursery:
    """Paints seeds one after the other in a thread of its own; the thread is there from the first seed to the end.

    `seen` is told of a seed when it is planted, on the show's own thread. What a seed looks like follows from the wish
    and its number alone: one that was painted ahead is the one that would be painted now.
    """

    def __init__(self, fps: float, paint: Paint, seen: Callable[[Image], None]) -> None:
        self.frames = max(1, round(SECONDS * fps))
        self._paint, self._seen = paint, seen
        self._thread: ThreadPoolExecutor | None = None
        self._last: Future[Image | None] | None = None
        self._number = 0
        self._wish: Conditioning | None = None
        self._steady = 0
        self._ahead: Future[Image | None] | None = None

    def foresee(self, wish: Conditioning, index: int) -> None:
        """Be told, frame by frame, what a seed would be painted from; paint the next one when that stays the same."""
        if wish != self._wish:
            self._wish, self._steady = wish, 0
            self._forget()
        self._steady += 1
        if self._steady > STEADY_FRAMES and self._ahead is None:
            self._ahead = self._begun(wish, index)

    def sow(self, wish: Conditioning, index: int) -> Seedling:
        """Begin to paint a seed, unless it was foreseen."""
        if wish != self._wish:
            self._forget()
        coming, self._ahead = self._ahead or self._begun(wish, index), None
        self._number += 1
        return Seedling(coming.result, self.frames, self._seen)

    def again(self, state: State) -> Seedling:
        """Return a seed that was on its way elsewhere, from its `state`."""
        return Seedling(lambda: state["seed"], state["frames"], self._seen)

    def state(self) -> State:
        """Return how many seeds there were, once none is being painted; nothing may be painted ahead."""
        self.wait()
        return {"number": self._number}

    def restore(self, state: State) -> None:
        """Count on from another's seeds."""
        self._number = state["number"]

    def wait(self) -> None:
        """Wait until no seed is being painted; what went wrong is for whoever takes it."""
        if self._last is not None and not self._last.cancelled():
            self._last.exception()

    def close(self) -> None:
        """Wait for the seed under way, and end the thread."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)

    def _begun(self, wish: Conditioning, index: int) -> Future[Image | None]:
        self._thread = self._thread or ThreadPoolExecutor(1, "reverie-seed", initializer=step_back)
        self._last = self._thread.submit(self._painted, wish, index, self._number)
        return self._last

    def _painted(self, wish: Conditioning, index: int, number: int) -> Image | None:
        on_one_thread()
        return self._paint(wish, index, number)

    def _forget(self) -> None:
        if self._ahead is not None:
            self._ahead.cancel()
            self._ahead = None
