"""Which of several ways to paint holds a budget of time a frame: down where it must, up where it can, without hunting.

The rule knows nothing but the seconds that frames took. A way is left downwards when most frames of the last window are
over the budget, and upwards when the dearer way is expected to stay under it by a margin. What a step costs is learned
when it is taken, from one side to the other, so that a way that was too dear is not tried again before the machine has
become quicker by more than the margin.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from reverie.core.card import BackendCard
from reverie.core.protocols import State
from reverie.core.state import retold, told

SHARES = (1.0, 0.875, 0.75, 0.625, 0.5)
"""Sides that are painted, as shares of the whole canvas: under half of it there is too little left to enlarge."""

WINDOW = 16
"""Frames that are looked at before a cheaper way is taken."""

HURRIED, FAR = 6, 1.5
"""The same where every one of them takes so many times the budget."""

CALM = 36
"""Frames that are looked at before a dearer way is taken."""

MOST = 0.7
"""Share of a window's frames that are to be within the budget: single slow ones are somebody else's work."""

UNCOUNTED = 2
"""Frames after a change that are not looked at: caches are cold, and a picture may be painted twice."""

MARGIN = 0.85
"""Share of the budget under which a dearer way is expected to stay before it is taken."""

PATIENCE, MOST_PATIENCE = 400, 25_600
"""Frames after which what was learned of a step is doubted, at first and at last; each doubt in vain doubles them."""

_LEARNED = ("rung", "_taken", "_skip", "_quiet", "_ratios", "_patience", "_before", "_doubted", "_said")


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to paint: network evaluations a picture, and its pixels."""

    num_inference_steps: int
    width: int
    height: int

    @property
    def work(self) -> int:
        """Evaluations times pixels: two ways differ in time by no more than the ratio of their work."""
        return self.num_inference_steps * self.width * self.height

    @property
    def options(self) -> dict[str, int]:
        """The same as live options of a keyframe."""
        return {"num_inference_steps": self.num_inference_steps, "width": self.width, "height": self.height}

    def __str__(self) -> str:
        """Return it in words."""
        steps = f"{self.num_inference_steps} step" + ("" if self.num_inference_steps == 1 else "s")
        return f"{self.width}x{self.height} in {steps}"


def ladder(size: tuple[int, int], steps: int, card: BackendCard) -> tuple[Rung, ...]:
    """Return the ways to paint a canvas of `size` pixels, the best first: fewer steps at first, then fewer pixels.

    Steps go first since a light repaint shows them least. Sizes are the model's own multiples within its range, each
    side no smaller than half the canvas where the model can.
    """
    found = [Rung(count, *size) for count in range(steps, 0, -1)]
    for share in SHARES[1:]:
        rung = Rung(1, _side("width", size[0], share, card), _side("height", size[1], share, card))
        if rung.work < found[-1].work:
            found.append(rung)
    return tuple(found)


def _side(name: str, side: int, share: float, card: BackendCard) -> int:
    least = card.ranges[name].minimum if name in card.ranges else card.size_multiple
    multiple = card.size_multiple
    fitting = max(multiple, round(side * share / multiple) * multiple)
    return min(side, max(fitting, ceil(least / multiple) * multiple))


class Budget:
    """The rule for one run: `works` are what the ways to paint cost at most, in any unit, the dearest first.

    `seconds` are what a frame may take. `rung` is the number of the way that is painted by; who asks `wanted` may leave
    it unheeded, and takes it by `taken_up`.
    """

    def __init__(self, seconds: float, works: Sequence[float]) -> None:
        self.seconds, self._works = seconds, tuple(works)
        self.rung = 0
        self._taken: deque[float] = deque(maxlen=CALM)
        self._skip, self._quiet = UNCOUNTED, 0
        self._ratios: dict[int, float] = {}
        self._patience: dict[int, int] = {}
        self._before: tuple[int, float] | None = None
        self._doubted: int | None = None
        self._said = False

    def took(self, seconds: float) -> None:
        """Be told what a frame took that was painted by `rung`."""
        if self._skip:
            self._skip -= 1
            return
        self._taken.append(seconds)
        self._quiet += 1
        if len(self._taken) == WINDOW:
            self._learn()

    def wanted(self) -> int:
        """Return the way that the next frame is to be painted by, which is `rung` or one beside it."""
        if self._over():
            return min(self.rung + 1, len(self._works) - 1)
        if self.rung and len(self._taken) == CALM and self._fits():
            return self.rung - 1
        return self.rung

    def taken_up(self, rung: int) -> None:
        """Be told that the next frame is painted in another way, one beside the last."""
        now = _usual(self._newest()) if self._taken else self.seconds
        self._learn()
        if rung > self.rung and self._doubted == rung:
            self._patience[rung] = min(MOST_PATIENCE, 2 * self._patience.get(rung, PATIENCE))
        self._doubted = self.rung if rung < self.rung and self._known(self.rung) * now > MARGIN * self.seconds else None
        self._before = self.rung, now
        self.rung = rung
        self._taken.clear()
        self._skip, self._quiet = UNCOUNTED, 0

    def beyond(self) -> float | None:
        """Return, once, the seconds that a frame takes in the cheapest way where even that is over the budget."""
        if self._said or self.rung < len(self._works) - 1 or len(self._taken) < CALM:
            return None
        usual = _usual(self._taken)
        self._said = usual > self.seconds
        return usual if self._said else None

    def state(self) -> State:
        """Return what was learned, see `core.protocols.Resumable`."""
        return {**told(self, _LEARNED), "_taken": list(self._taken)}

    def restore(self, state: State) -> None:
        """Go on from there."""
        retold(self, _LEARNED, state)
        self._taken = deque(state["_taken"], maxlen=CALM)

    def _over(self) -> bool:
        newest = self._newest()
        if len(newest) >= HURRIED and min(newest[-HURRIED:]) > FAR * self.seconds:
            return True
        return len(newest) >= WINDOW and _usual(newest) > self.seconds

    def _newest(self) -> list[float]:
        return list(self._taken)[-WINDOW:]

    def _fits(self) -> bool:
        usual, most = _usual(self._taken), MARGIN * self.seconds
        if usual * self._known(self.rung) <= most:
            return True
        # What was learned while other programs came or went may be wrong: after a while it is doubted.
        patient = self._quiet < self._patience.get(self.rung, PATIENCE)
        return not patient and usual * self._bound(self.rung) <= most

    def _known(self, rung: int) -> float:
        return self._ratios.get(rung, self._bound(rung))

    def _bound(self, rung: int) -> float:
        return self._works[rung - 1] / self._works[rung]

    def _learn(self) -> None:
        """Take what a frame costs on this side of the last change and on the other for what that step costs."""
        if self._before is None or not self._taken:
            return
        (other, before), now = self._before, _usual(self._taken)
        self._before = None
        upper, lower = (before, now) if other < self.rung else (now, before)
        self._ratios[max(other, self.rung)] = max(1.0, upper / max(lower, 1e-9))


def _usual(taken: Iterable[float]) -> float:
    """Return what most frames take at most."""
    ordered = sorted(taken)
    return ordered[ceil(MOST * len(ordered)) - 1]
