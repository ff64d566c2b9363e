"""Captions that leave nothing out that is judged."""

from __future__ import annotations

import random

from reverie.worlds.captions import compose
from reverie.worlds.world import World

JUDGED = ("family", "palette", "style")
"""The attributes that adherence is measured by."""


def full_caption(world: World, salt: str, tries: int = 2000) -> str:
    """Return a caption from the grammar that names family, palette and style and denies nothing."""
    dice = random.Random(f"{salt}:{world.seed}")
    captions = (compose(world, dice) for _ in range(tries))
    return next(text.text for text in captions if set(JUDGED) <= set(text.said) and not text.denied)


def spare_caption(world: World, salt: str, without: str, tries: int = 4000) -> str:
    """Return a caption that names the judged attributes but one, and denies nothing."""
    dice = random.Random(f"{salt}:{without}:{world.seed}")
    named = set(JUDGED) - {without}
    captions = (compose(world, dice) for _ in range(tries))
    return next(
        text.text for text in captions if named <= set(text.said) and without not in text.said and not text.denied
    )
