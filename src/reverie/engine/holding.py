"""A budget of time a frame being held while a scene is painted."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from reverie.core.errors import ReverieError
from reverie.core.protocols import Adjustable, Generation, State
from reverie.core.timeline import Keyframe
from reverie.engine.budget import Budget, Rung


class Holding:
    """A budget being held in one scene: told what each frame took, it says by which keyframe the next is painted.

    A way that was never painted is made ready in a thread of its own first, and taken up when it is. The thread is as
    important as the show: on a machine that is full of other programs it would be waited for in vain.
    """

    def __init__(self, milliseconds: float, rungs: tuple[Rung, ...]) -> None:
        self._milliseconds, self._rungs = milliseconds, rungs
        self._budget = Budget(milliseconds / 1000, [float(rung.work) for rung in rungs])
        self._sizes = {(rungs[0].width, rungs[0].height)}
        self._thread: ThreadPoolExecutor | None = None
        self._coming: Future[None] | None = None
        self._spoken: list[str] = []
        self._stuck = False
        self.placed: list[Keyframe] = []

    def took(self, seconds: float, generation: Generation) -> Rung | None:
        """Be told what a frame took; returns how the next is to be painted where that is another way than the last."""
        self._budget.took(seconds)
        beyond = self._budget.beyond()
        if beyond is not None:
            self._spoken.append(
                f"the budget of {self._milliseconds:g} ms can't be held: a frame takes {1000 * beyond:.0f} ms at "
                f"{self._rungs[-1]}, the least there is; ask for more time or a smaller picture"
            )
        wanted = self._budget.rung if self._stuck else self._budget.wanted()
        if wanted == self._budget.rung or not self._ready(self._rungs[wanted], generation):
            return None
        down = wanted > self._budget.rung
        self._budget.taken_up(wanted)
        why = "to hold" if down else "which leaves room in"
        self._spoken.append(f"painted at {self._rungs[wanted]}, {why} the budget of {self._milliseconds:g} ms a frame")
        return self._rungs[wanted]

    def said(self) -> list[str]:
        """Return, once, what there is to be told."""
        spoken, self._spoken = self._spoken, []
        return spoken

    def state(self) -> State:
        """Return what was learned, and the keyframes so far, see `core.protocols.Resumable`."""
        placed = [{"time": key.time, "options": dict(key.options)} for key in self.placed]
        return {"budget": self._budget.state(), "placed": placed}

    def restore(self, state: State) -> None:
        """Go on from there."""
        self._budget.restore(state["budget"])
        self.placed = [Keyframe(time=known["time"], options=known["options"]) for known in state["placed"]]

    def close(self) -> None:
        """End the thread, once what it is making ready is."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)

    def _ready(self, rung: Rung, generation: Generation) -> bool:
        if not isinstance(generation, Adjustable):
            return False
        size = rung.width, rung.height
        if size in self._sizes:
            return True
        if self._coming is None:
            self._thread = self._thread or ThreadPoolExecutor(1, "reverie-canvas")
            self._coming = self._thread.submit(generation.ready, rung.options)
            return False
        if not self._coming.done():
            return False
        coming, self._coming = self._coming, None
        return self._made(size, coming)

    def _made(self, size: tuple[int, int], coming: Future[None]) -> bool:
        try:
            coming.result()
        except (ReverieError, RuntimeError, MemoryError) as error:
            self._stuck = True
            self._spoken.append(f"the budget is held no more: {size[0]}x{size[1]} could not be made ready ({error})")
            return False
        self._sizes.add(size)
        return True
