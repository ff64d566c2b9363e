"""What keeps the show alive when the repaint goes on dying after a spark: seeds, one after the other, in what is shown.

Like the spark it counts frames and knows no pictures. The repaint is trusted less at once and more again frame by frame
while nothing is wrong, so a network that has recovered has the picture back within seconds.
"""

from __future__ import annotations

from math import log

from reverie.core.protocols import State
from reverie.core.state import retold, told
from reverie.engine.spark import Layer

DISTRUST = 0.95
"""Weight of the source over the repaint when the repaint has just been found dying."""

TRUST_BACK = 48
"""Frames over which the repaint is let back in while nothing is wrong; twice as many after each relapse."""

RELAPSED = 0.8
"""Share of the distrust under which dying anew is a relapse, and not the same one that is not over yet."""

LONGEST = 8
"""How many times as many at most."""

NARROW = 1.3
"""Margin, see `Pulse.margin`, under which the picture is near to dying: trust then comes back slowly."""

KEPT = 0.7
"""Weight of a kept seed in the source where the mask is 1."""

RADIUS = 1.2
"""Standard deviation of the mask of a kept seed, as a share of the half picture: it is seen up to the edges."""

FADE_IN = 6
"""Frames over which one kept seed follows another."""

ENLARGED = 1.5
"""How much larger than at first a kept seed is seen at last: enlarged further it would be a blur."""

SHORTEST = 4
"""The fewest frames for which a seed is kept, however fast the camera zooms."""

_STANDS = ("_frames", "_hold", "_age", "_seeds", "_slower")


class Keeper:
    """The machine of one shot: `planted` after `wants_seed`, `layers` and `hold`, after the frame `observe`.

    `longest` is for how many frames a seed is kept where the camera rests.
    """

    def __init__(self, longest: int) -> None:
        self._longest = self._frames = longest
        self._hold = 0.0
        self._age = 0
        self._seeds = 0
        self._slower = 1

    @property
    def active(self) -> bool:
        """True while seeds are kept in what is shown."""
        return self._hold > 0.0

    @property
    def hold(self) -> float:
        """Weight, 0..1, of the source over the repaint in the next frame."""
        return self._hold

    def wants_seed(self, ahead: int = 0) -> bool:
        """True where a seed that is planted `ahead` frames later is to be begun before the next frame."""
        return self.active and (self._seeds == 0 or self._age + ahead >= self._frames)

    def planted(self, zoom: float) -> None:
        """Be told that a seed was painted, or tried in vain; it is kept until `zoom` a frame has enlarged it enough."""
        self._seeds, self._age = self._seeds + 1, 0
        grown = log(ENLARGED) / max(abs(log(zoom)), 1e-6)
        self._frames = round(min(self._longest, max(SHORTEST, grown)))

    def layers(self) -> tuple[Layer | None, Layer | None]:
        """Return how the seed before the last and the last are laid into the next frame."""
        if not self.active:
            return None, None
        new = min(1.0, (self._age + 1) / min(FADE_IN, self._frames))
        old = None if new == 1.0 else self._layer(1.0 - new, self._age + self._frames)
        return old, self._layer(new, self._age)

    def begin(self) -> None:
        """Trust the repaint no more."""
        self._hold = DISTRUST

    def observe(self, stagnant: bool, margin: float) -> None:
        """Take note, while active, of whether the frame was dying and by which margin it was not."""
        if not self.active:
            return
        self._age += 1
        if stagnant and self._hold < RELAPSED * DISTRUST:
            self._slower = min(2 * self._slower, LONGEST)
        frames = TRUST_BACK * (LONGEST if margin < NARROW else self._slower)
        self._hold = DISTRUST if stagnant else max(0.0, self._hold - DISTRUST / frames)
        if self._hold == 0.0:
            self._seeds, self._slower = 0, 1

    def state(self) -> State:
        """Return where the machine stands, see `core.protocols.Resumable`."""
        return told(self, _STANDS)

    def restore(self, state: State) -> None:
        """Stand where another stood."""
        retold(self, _STANDS, state)

    def _layer(self, share: float, age: int) -> Layer:
        return Layer(radius=RADIUS, weight=KEPT * share, over=0.0, age=age - self._frames // 2)
