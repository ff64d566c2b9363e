"""Ignite, bloom, cool: the state machine that brings a dying picture back.

It knows no pictures: it counts frames and says what is to be done to each. The seed is painted between two frames; from
the next frame on it blooms, blended into the picture that is about to be repainted, so that the network itself takes
the idea up. A lesser share goes over the repaint, which a repaint that spoils everything cannot take away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reverie.core.protocols import State
from reverie.core.spec import SparkSpec
from reverie.core.state import retold, told

ASKED = "asked for by a keyframe"

OVER_REPAINT = 0.35
"""Weight of a blooming seed over the repaint, where the mask is 1."""

_STANDS = ("_dying", "_step", "_reason")


class Phase(StrEnum):
    """Where the machine stands; `LIT` lasts until the seed is painted, before the next frame."""

    CALM = "calm"
    LIT = "lit"
    BLOOMING = "blooming"
    COOLING = "cooling"


@dataclass(frozen=True, slots=True)
class Layer:
    """How a seed is laid into one frame.

    `radius` is the mask's standard deviation as a share of half the width and half the height; `weight` the seed's in
    the source where the mask is 1, `over` its weight over the repaint there; `age` the frames since the camera saw the
    seed as it was painted, under 0 until then.
    """

    radius: float
    weight: float
    over: float
    age: int


class Spark:
    """The machine of one shot. Each frame: `ask`, then `planted` where `wants_seed`, `layer`, at last `observe`."""

    def __init__(self, spec: SparkSpec, patience: int) -> None:
        self._spec = spec
        self._patience = patience
        self._phase = Phase.CALM
        self._dying = 0
        self._step = 0
        self._reason = ""

    @property
    def phase(self) -> Phase:
        """Where the machine stands."""
        return self._phase

    @property
    def wants_seed(self) -> bool:
        """True where a seed is to be painted before the next frame."""
        return self._phase is Phase.LIT

    @property
    def reason(self) -> str:
        """Why the last spark was lit."""
        return self._reason

    def ask(self) -> None:
        """Light a spark before the next frame, whatever was before."""
        self._light(ASKED)

    def planted(self, good: bool) -> None:
        """Be told that the seed is there and the bloom begins, or that none could be painted."""
        self._phase = Phase.BLOOMING if good else Phase.COOLING
        self._step = 0

    def layer(self) -> Layer | None:
        """Return how the seed is laid into the next frame, None where there is none to lay."""
        if self._phase is not Phase.BLOOMING:
            return None
        spec, last = self._spec, self._spec.frames - 1
        grown = self._step / last if last else 1.0
        radius = spec.grow_from + grown * (spec.grow_to - spec.grow_from)
        return Layer(radius=radius, weight=1.0, over=OVER_REPAINT, age=self._step - last)

    def observe(self, stagnant: tuple[str, ...]) -> None:
        """Take note of how the frame turned out."""
        self._step += 1
        self._dying = self._dying + 1 if stagnant else max(0, self._dying - 1)
        if self._phase is Phase.BLOOMING and self._step >= self._spec.frames:
            self._phase, self._step = Phase.COOLING, 0
        elif self._phase is Phase.COOLING and self._step >= self._spec.cooldown:
            self._phase, self._dying = Phase.CALM, 0
        elif self._phase is Phase.CALM and self._dying >= self._patience and self._spec.enabled:
            self._light(", ".join(stagnant))

    def state(self) -> State:
        """Return where the machine stands, see `core.protocols.Resumable`."""
        return told(self, _STANDS) | {"phase": str(self._phase)}

    def restore(self, state: State) -> None:
        """Stand where another stood."""
        retold(self, _STANDS, state)
        self._phase = Phase(state["phase"])

    def _light(self, reason: str) -> None:
        self._phase, self._step, self._dying, self._reason = Phase.LIT, 0, 0, reason
