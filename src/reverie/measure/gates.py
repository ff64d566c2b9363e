"""Which figures of a scorecard are good, and from which on they are not: rows, and no opinion hidden in code.

The figures of drift are about twice the largest of real clips of one scene from one place. A film with a moving camera
changes more than that and is well; so drift is judged against the film it was made from, or where somebody says that
the scene is fixed, and is only told otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reverie.measure.scorecard import Scorecard

Measured = Callable[[Scorecard], float]


@dataclass(frozen=True, slots=True)
class Gate:
    """What a figure has to keep to; `lowest` and `highest` are both allowed. `unit` is for whoever reads it."""

    name: str
    meaning: str
    value: Measured
    lowest: float
    highest: float
    unit: str = ""
    drift: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A gate and what was found there; `passed` is None where it was not to be judged."""

    gate: Gate
    value: float
    passed: bool | None


def _change(name: str) -> Measured:
    return lambda card: card.changes[name]


NEVER = float("inf")

GATES = (
    Gate("luma", "brightness, end against beginning", _change("luma"), -0.08, 0.08, drift=True),
    Gate("contrast", "contrast, end against beginning", _change("contrast"), -0.10, 0.10, drift=True),
    Gate("saturation", "saturation, end against beginning", _change("saturation"), -0.15, 0.15, drift=True),
    Gate("colourfulness", "colourfulness, end against beginning", _change("colourfulness"), -0.15, 0.15, drift=True),
    Gate("detail", "detail, end against beginning", _change("detail"), -0.35, 0.50, drift=True),
    Gate("noise", "noise, end against beginning", _change("noise"), -NEVER, 0.60, drift=True),
    Gate("colours", "colours of both ends apart", lambda card: card.colours_apart, 0.0, 0.05, drift=True),
    Gate("warp_error", "change that no motion explains", lambda card: 1e3 * card.warp_error, 0.0, 2.0, "·10⁻³"),
    Gate("flicker", "flicker of the brightness", lambda card: card.flicker, 0.0, 1.5, "levels"),
    Gate("frozen", "longest time standing still", lambda card: card.frozen, 0.0, 1.0, "s"),
    Gate("dull", "longest time black, white or flat", lambda card: card.dull, 0.0, 0.5, "s"),
    Gate("unique", "pictures unlike all others", lambda card: card.unique, 0.7, 1.0),
    Gate("echo", "nearest that pictures come back", lambda card: card.echo, 0.1, 1.0),
)


def judged(card: Scorecard, reference: Scorecard | None = None, *, fixed: bool = False) -> list[Verdict]:
    """Judge a film; against the one it was made from where there is one, `fixed` where its scene and camera are.

    With a reference, drift is what the film drifts more than that, and what hangs together may be as bad as twice the
    reference's own.
    """
    return [_verdict(gate, card, reference, fixed) for gate in GATES]


def _verdict(gate: Gate, card: Scorecard, reference: Scorecard | None, fixed: bool) -> Verdict:
    value = gate.value(card)
    if gate.drift:
        own = 0.0 if reference is None else gate.value(reference)
        found = value - own
        return Verdict(gate, found, gate.lowest <= found <= gate.highest if fixed or reference is not None else None)
    natural = None if reference is None else gate.value(reference)
    return Verdict(gate, value, _within(gate, value) or (natural is not None and _no_worse(gate, value, natural)))


def _within(gate: Gate, value: float) -> bool:
    return gate.lowest <= value <= gate.highest


def _no_worse(gate: Gate, value: float, natural: float) -> bool:
    """True where the reference fails by itself, and the film is no worse than a tenth, or for errors twice, that."""
    if value > gate.highest:
        return value <= 2.0 * natural and natural > gate.highest / 2
    return value >= 0.9 * natural and natural < gate.lowest / 0.9
