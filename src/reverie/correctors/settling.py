"""When a corrector learns what it shall hold: for a while after the beginning and after each change of prompt."""

from __future__ import annotations

from math import exp

from reverie.core.protocols import State
from reverie.core.state import retold, told
from reverie.core.timeline import Prompts


class Settling:
    """Tells how fast an anchor follows: quickly for `seconds` after the prompts last changed, slowly afterwards.

    `fps` is frames a second; `quick` and `slow` are time constants in seconds.
    """

    def __init__(self, fps: float, seconds: float, slow: float, quick: float = 0.35) -> None:
        self._frames = round(seconds * fps)
        self._quick = 1.0 - exp(-1.0 / (fps * quick))
        self._slow = 1.0 - exp(-1.0 / (fps * slow))
        self._prompts: Prompts | None = None
        self._left = 0
        self._anew = False

    def follow(self, prompts: Prompts) -> float:
        """Return the share, 0..1, by which the anchor moves to what is seen now; call it once a frame."""
        self._anew = self._prompts is not None and prompts != self._prompts
        if prompts != self._prompts:
            self._prompts = prompts
            self._left = self._frames
        self._left = max(-1, self._left - 1)
        return self._quick if self.settling else self._slow

    def state(self) -> State:
        """Return how far it has settled."""
        return told(self, ("_prompts", "_left", "_anew"))

    def restore(self, state: State) -> None:
        """Settle on where another had come to."""
        retold(self, state, state)

    @property
    def anew(self) -> bool:
        """True where the prompts have just changed, the first ones left out."""
        return self._anew

    @property
    def settling(self) -> bool:
        """True while the anchor is still being learned."""
        return self._left >= 0
