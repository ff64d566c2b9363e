"""Which size is painted for the size that is asked."""

from __future__ import annotations

from dataclasses import dataclass

from reverie.core.card import BackendCard
from reverie.core.errors import InputError
from reverie.core.presets import SIZES, parse_size
from reverie.core.spec import MAX_SIDE

MOST_ENLARGED = 4
"""How many times a painted side may be enlarged for delivery: beyond that there is nothing left to see."""

_TOLERANCE = 0.03
"""By how much the painted aspect may differ from the delivered one; the rest is cropped evenly."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """A painted and a delivered size, `(width, height)` in pixels each."""

    painted: tuple[int, int]
    delivered: tuple[int, int]

    @property
    def enlarged(self) -> bool:
        """True where delivery differs from what is painted."""
        return self.painted != self.delivered


def choose_canvas(size: str | tuple[int, int], card: BackendCard) -> Canvas:
    """Choose what to paint for a size (`WxH`, a preset's name or pixels), with a model's limits known.

    A size the model paints is painted as it is. A larger one, or a named one that is no multiple of what the model
    needs, is painted at the largest size of the same aspect that the model paints, and enlarged for delivery, up to
    four times a side. Raises InputError for any other.
    """
    width, height = wanted = parse_size(size) if isinstance(size, str) else (int(size[0]), int(size[1]))
    for name, side in (("width", width), ("height", height)):
        if not 0 < side <= MAX_SIDE:
            raise InputError(name, side, f"is not a size that can be delivered: use 16 to {MAX_SIDE}.")
    most = _most(card)
    named = size in SIZES and any(side % card.size_multiple for side in wanted)
    if width <= most[0] and height <= most[1] and not named:
        card.check({"width": width, "height": height})
        return Canvas(wanted, wanted)
    return Canvas(_painted(wanted, card), wanted)


def _most(card: BackendCard) -> tuple[int, int]:
    sides = (card.ranges[name].maximum if name in card.ranges else MAX_SIDE for name in ("width", "height"))
    width, height = (int(side) // card.size_multiple * card.size_multiple for side in sides)
    return width, height


def _least(card: BackendCard, name: str) -> float:
    return card.ranges[name].minimum if name in card.ranges else card.size_multiple


def _painted(wanted: tuple[int, int], card: BackendCard) -> tuple[int, int]:
    width, height = wanted
    for name, side in (("width", width), ("height", height)):
        if side % 2:
            raise InputError(name, side, f"is odd, which video can't hold: use {side - 1} or {side + 1}.")
    most, step = _most(card), card.size_multiple
    candidates = (
        (across, down)
        for across in range(step, min(most[0], width) + 1, step)
        if (down := round(across * height / width / step) * step) <= min(most[1], height)
        and across >= _least(card, "width")
        and down >= _least(card, "height")
        and _cropped((across, down), wanted) <= _TOLERANCE
    )
    painted = max(candidates, key=lambda size: size[0] * size[1] * (1 - 10 * _cropped(size, wanted)), default=None)
    if painted is None or max(width / painted[0], height / painted[1]) > MOST_ENLARGED:
        limit = f"{MOST_ENLARGED * most[0]}x{MOST_ENLARGED * most[1]}"
        fix = f"is more than {card.id} can be enlarged to: it paints up to {most[0]}x{most[1]}, so stay under {limit}."
        raise InputError("size", f"{width}x{height}", fix)
    return painted


def _cropped(painted: tuple[int, int], wanted: tuple[int, int]) -> float:
    """Return the share of a painted picture that is cut off to give it the wanted shape."""
    shape = painted[0] * wanted[1] / (painted[1] * wanted[0])
    return 1 - min(shape, 1 / shape)
