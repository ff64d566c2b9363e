"""Which size a film is painted at for the size it is delivered in: exactly that, by cropping or enlarging."""

from __future__ import annotations

from math import sqrt

from reverie.authoring.canvas import Canvas
from reverie.core.card import BackendCard
from reverie.core.errors import InputError
from reverie.core.spec import MAX_SIDE

MOST_ENLARGED = 8
"""How many times a painted side may be enlarged: 8K from 960x540."""

LEAST_PAINTED = 1280 * 720
"""Pixels up to which a film is painted at its own size by a model that needs no network, and enlarged beyond."""

_AT_HOME = 4
"""Up to how many times the pixels of its own size a network paints well."""


def film_canvas(
    size: tuple[int, int],
    card: BackendCard,
    painted: tuple[int, int] | None = None,
    most: int | None = LEAST_PAINTED,
) -> Canvas:
    """Choose what is painted for a film of exactly `size` pixels.

    A model paints at its own multiple, as large as the film where it can, so that only a few rows or columns are cut
    off; what has more pixels than `most`, None for any number, is enlarged. `painted` is the size asked for, brought up
    to the model's multiple. Raises InputError where a side is odd or out of range.
    """
    for name, side in zip(("width", "height"), size, strict=True):
        if not 16 <= side <= MAX_SIDE:
            raise InputError(name, side, f"is not a size that can be delivered: use 16 to {MAX_SIDE}.")
        if side % 2:
            raise InputError(name, side, f"is odd, which video can't hold: use {side - 1} or {side + 1}.")
    if painted is not None:
        return Canvas(_checked(_raised(painted, card.size_multiple), size, card), size)
    limits = [_limit(card, name) for name in ("width", "height")]
    pixels = size[0] * size[1]
    share = min(1.0, sqrt((most or pixels) / pixels), *(limit / side for limit, side in zip(limits, size, strict=True)))
    found = _raised((round(size[0] * share), round(size[1] * share)), card.size_multiple)
    least = tuple(min(side, int(limit)) for side, limit in zip(found, limits, strict=True))
    return Canvas(_checked((least[0], least[1]), size, card), size)


def like(shape: tuple[int, int], pixels: int) -> tuple[int, int]:
    """Return a size with even sides and the shape of another, of about as many pixels as asked and no more than it has.

    Used where a picture or a clip says the shape and nothing says the size.
    """
    share = min(1.0, sqrt(pixels / (shape[0] * shape[1])))
    width, height = (max(16, 2 * round(side * share / 2)) for side in shape)
    return min(width, MAX_SIDE), min(height, MAX_SIDE)


def _raised(size: tuple[int, int], multiple: int) -> tuple[int, int]:
    width, height = (-(-side // multiple) * multiple for side in size)
    return width, height


def _limit(card: BackendCard, name: str) -> float:
    most = card.ranges[name].maximum if name in card.ranges else MAX_SIDE
    return most // card.size_multiple * card.size_multiple


def most_painted(card: BackendCard) -> int:
    """Return up to how many pixels a network paints well: some times those of its own size."""
    return max(LEAST_PAINTED // 16, _AT_HOME * int(card.default("width", 512) * card.default("height", 512)))


def _checked(painted: tuple[int, int], size: tuple[int, int], card: BackendCard) -> tuple[int, int]:
    card.check({"width": painted[0], "height": painted[1]})
    if max(to / at for to, at in zip(size, painted, strict=True)) > MOST_ENLARGED:
        most = f"{painted[0] * MOST_ENLARGED}x{painted[1] * MOST_ENLARGED}"
        raise InputError(
            "size", f"{size[0]}x{size[1]}", f"is more than {card.id} can be enlarged to: use up to {most}."
        )
    return painted
