"""A full caption leaves nothing out that is judged."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.worlds.parser import parse
from reverie.worlds.world import random_world
from training.prompts import JUDGED, full_caption


@given(seed=st.integers(0, 2**40), salt=st.sampled_from(["exam", "lesson0", "lesson1"]))
@settings(max_examples=40)
def test_what_is_judged_is_said_and_nothing_denied(seed: int, salt: str) -> None:
    world = random_world(seed)
    reading = parse(full_caption(world, salt), 0)
    assert {name: reading.said[name] for name in JUDGED} == {name: str(getattr(world, name)) for name in JUDGED}
    assert not reading.avoided


def test_salt_and_world_decide() -> None:
    world = random_world(5)
    assert full_caption(world, "exam") == full_caption(world, "exam")
    assert len({full_caption(world, f"lesson{n}") for n in range(6)}) > 2
