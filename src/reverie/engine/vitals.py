"""What a frame's measures say: alive, or dying of what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from reverie.core.frame import Image
from reverie.core.protocols import State
from reverie.core.report import VitalSigns
from reverie.core.spec import Thresholds
from reverie.core.timeline import Conditioning
from reverie.engine.health import Baseline, Level, expected_change, level
from reverie.engine.past import Past
from reverie.measure import vitals

FROZEN_FRAMES = (6, 15)
"""The fewest and the most frames over which a picture must not have changed to be frozen; a second between them."""


UNLIMITED = 100.0
"""The margin where nothing limits."""


@dataclass(frozen=True, slots=True)
class Symptoms:
    """All that a verdict looks at.

    `now` and `least` are what is seen and what must be there. `change` is the largest difference, 0..1, to any picture
    of the last second, `expected` the share of the usual change there should be, `round` True where the past comes
    round.
    """

    now: Level
    least: Level
    change: float
    expected: float
    round: bool


STAGNATION: Mapping[str, Callable[[Symptoms, Thresholds], bool]] = MappingProxyType(
    {
        "dark": lambda seen, _: seen.now["brightness"] < seen.least["brightness"],
        "bright": lambda seen, _: seen.now["darkness"] < seen.least["darkness"],
        "grey": lambda seen, _: seen.now["saturation"] < seen.least["saturation"],
        "flat": lambda seen, _: seen.now["contrast"] < seen.least["contrast"],
        "blurred": lambda seen, _: seen.now["detail"] < seen.least["detail"],
        "frozen": lambda seen, limits: seen.change < least_change(seen, limits),
        "looping": lambda seen, _: seen.round,
    }
)
"""Every way to stagnate by its name."""


def least_change(seen: Symptoms, limits: Thresholds) -> float:
    """Return the least that a picture must have changed within a second, 0..1, under the motion it is given."""
    return limits.frozen * seen.expected


def margin(seen: Symptoms, limits: Thresholds) -> float:
    """Return the smallest ratio of what is seen to what must be there: see `Pulse.margin`."""
    pairs = [(seen.now[name], least) for name, least in seen.least.items()]
    pairs.append((seen.change, least_change(seen, limits)))
    return min((now / least for now, least in pairs if least > 0.0), default=UNLIMITED)


class Pulse:
    """The vitals of one shot, frame after frame."""

    def __init__(self, thresholds: Thresholds, fps: float) -> None:
        self._thresholds = thresholds
        self._span = min(max(round(fps), FROZEN_FRAMES[0]), FROZEN_FRAMES[1])
        self._baseline = Baseline(thresholds, fps)
        self._past = Past()
        self._before: vitals.Look | None = None
        self._asked: tuple[str, ...] = ()
        self._margin = UNLIMITED

    @property
    def margin(self) -> float:
        """How many times what it must have the last picture had, of whatever it had least: under 1 it was dying."""
        return self._margin

    def fresh(self, image: Image) -> None:
        """Be told of a picture painted from the prompt alone: what it looks like cannot be an illness."""
        self._baseline.fresh(level(vitals.look(image)))

    def feel(self, image: Image, time: Fraction, cond: Conditioning, *, learn: bool = True) -> VitalSigns:
        """Measure the next frame and name what it is dying of; `learn` False leaves the healthy level as it was.

        Not to be asked about a frame that a keyframe holds: that one rests.
        """
        seen = vitals.look(image)
        now, bits = level(seen), vitals.dhash(seen)
        self._baseline.expect(cond.prompts)
        self._heed(cond)
        stagnant = self._stagnant(seen.thumb, bits, now, cond)
        if learn and not stagnant:
            self._baseline.learn(now)
        signs = VitalSigns(
            time=float(time),
            brightness=now["brightness"],
            contrast=now["contrast"],
            detail=now["detail"],
            saturation=now["saturation"],
            motion=vitals.motion(seen, self._before),
            likeness=self._past.likeness(bits),
            stagnant=stagnant,
        )
        self._past.add(seen.thumb, bits)
        self._before = seen
        return signs

    def state(self) -> State:
        """Return what was measured and learned, see `core.protocols.Resumable`."""
        before = None if self._before is None else (self._before.grey, self._before.thumb)
        return {
            "baseline": self._baseline.state(),
            "past": self._past.state(),
            "before": before,
            "asked": self._asked,
            "margin": self._margin,
        }

    def restore(self, state: State) -> None:
        """Know what another had measured and learned."""
        self._baseline.restore(state["baseline"])
        self._past.restore(state["past"])
        self._before = None if state["before"] is None else vitals.Look(*state["before"])
        self._asked = tuple(state["asked"])
        self._margin = state["margin"]

    def _heed(self, cond: Conditioning) -> None:
        """Mark where other words are asked for; their shares may change all the while in a blend, which is no turn."""
        asked = (*(text for text, _ in cond.prompts), cond.negative_prompt)
        if asked != self._asked:
            self._past.turn()
        self._asked = asked

    def _stagnant(self, thumb: vitals.Thumb, bits: vitals.Hash, now: Level, cond: Conditioning) -> tuple[str, ...]:
        came_round = self._past.comes_round(thumb, bits, self._thresholds.looping)
        expected = expected_change(cond.motion, cond.strength)
        symptoms = Symptoms(
            now=now,
            least=self._baseline.least(),
            change=self._past.change(thumb, self._span),
            expected=expected,
            round=came_round and expected > 0.0,
        )
        self._margin = margin(symptoms, self._thresholds)
        return tuple(name for name, ill in STAGNATION.items() if ill(symptoms, self._thresholds))
