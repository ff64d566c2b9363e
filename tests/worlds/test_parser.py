"""The parser: names, synonyms, denials, associations, misspellings, and everything else by the seed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.worlds.parser import parse
from reverie.worlds.suits import SUITS
from reverie.worlds.world import TABLES, Family, World


def said(prompt: str) -> dict[str, str]:
    return {name: str(value) for name, value in parse(prompt, 0).said.items()}


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a coral reef at dusk", {"family": "coral_reef", "time": "dusk"}),
        ("oil painting of misty mountains", {"style": "oil", "weather": "mist", "family": "mountains"}),
        ("a stormy sea", {"family": "sea_storm"}),
        ("cyberpunk city", {"family": "neon_street"}),
        ("an underwater coral reef", {"family": "coral_reef"}),
        ("a forest, in the style of stained glass", {"family": "forest", "style": "stained_glass"}),
        ("dunes in violet and purple hues", {"family": "dunes", "palette": "violet"}),
        ("northern lights over a snowy plain", {"family": "aurora", "weather": "snow"}),
        ("rose garden in the golden hour", {"family": "flower_field", "palette": "rose", "time": "sunset"}),
        ("GALAXIES", {"family": "galaxy"}),
        ("low-poly canyons by night", {"style": "low_poly", "family": "canyon", "time": "night"}),
        ("a painting of a volcano in watercolor", {"style": "watercolour", "family": "volcano"}),
        ("greenish jungle", {"palette": "emerald", "family": "jungle"}),
    ],
)
def test_words_become_attributes(prompt: str, expected: dict[str, str]) -> None:
    assert said(prompt) == expected
    assert parse(prompt, 3).unknown == ()


@pytest.mark.parametrize(
    ("prompt", "avoided"),
    [
        ("mountains without fog", {"weather": {"mist"}}),
        ("mountains without fog or rain", {"weather": {"mist", "rain"}}),
        ("mountains without fog and rain", {"weather": {"mist", "rain"}}),
        ("mountains without fog, golden", {"weather": {"mist"}}),
        ("mountains without fog at night", {"weather": {"mist"}}),
        ("mountains with no people in the rain", {}),
        ("a fog-free forest", {"weather": {"mist"}}),
        ("a sea that isn't blue", {"palette": {"azure"}}),
        ("not a city but a forest", {"family": {"city"}}),
    ],
)
def test_denials_reach_as_far_as_they_are_meant(prompt: str, avoided: dict[str, set[str]]) -> None:
    assert {name: set(values) for name, values in parse(prompt, 0).avoided.items()} == avoided


def test_what_is_denied_is_not_drawn() -> None:
    for seed in range(60):
        assert parse("a forest without fog, not green", seed).world.weather != "mist"
        assert parse("a forest without fog, not green", seed).world.palette != "emerald"
        assert parse("a picture", seed, "city, neon street, night").world.time != "night"
        assert parse("a picture", seed, "city, no galaxy").world.family not in ("city", "galaxy")


def test_the_prompt_wins_over_the_negative_prompt() -> None:
    assert parse("a blue city", 0, "blue").world.palette == "azure"


def test_everything_denied_still_gives_a_world() -> None:
    every = ", ".join(Family)
    assert parse("painting", 1, every).world.family in set(Family)


def test_the_seed_draws_what_is_not_said_and_only_that() -> None:
    worlds = [parse("a city at night", seed).world for seed in range(80)]
    assert {(world.family, world.time) for world in worlds} == {("city", "night")}
    assert len({world.palette for world in worlds}) > 2
    assert all(world.palette in SUITS[Family.CITY]["palette"] for world in worlds)
    assert parse("a city at night", 7) == parse("a city at night", 7)


def test_naming_one_thing_leaves_the_others_as_they_were() -> None:
    for seed in range(20):
        plain, oil = parse("a city", seed).world, parse("a city, oil painting", seed).world
        assert replace(plain, style=oil.style) == oil


def test_scenes_outside_the_grammar_find_the_nearest_and_say_so() -> None:
    reading = parse("a sleeping dragon", 4)
    assert reading.world.family == "volcano"
    assert reading.said == {}
    assert any("dragon" in hint and "volcano" in hint for hint in reading.hints)


def test_a_named_scene_wins_over_an_association() -> None:
    assert parse("a castle in the forest", 0).world.family == "forest"
    assert parse("a cathedral of light under the sea", 0).world.family == "deep_sea"


def test_a_prompt_without_a_scene_is_drawn_by_the_seed_and_said_so() -> None:
    reading = parse("xyzzy", 11)
    assert reading.unknown[0].word == "xyzzy"
    assert any("the seed drew" in hint for hint in reading.hints)
    assert len({parse("xyzzy", seed).world.family for seed in range(100)}) > 12


def test_what_is_said_chooses_among_scenes() -> None:
    families = [parse("snowy night, emerald", seed).world.family for seed in range(60)]
    assert families.count(Family.AURORA) > 15


def test_misspellings_are_read_and_reported() -> None:
    reading = parse("mountians at susnet", 0)
    assert reading.said == {"family": "mountains", "time": "sunset"}
    assert any("mountians" in hint for hint in reading.hints)


def test_unknown_words_come_with_the_nearest() -> None:
    (unknown,) = parse("a forest of florbs and coraal", 0).unknown[:1]
    assert unknown.word == "florbs"
    assert parse("a korral", 0).unknown[0].nearest[0] in ("coral", "corals")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.integers(0, 2**62))
def test_any_text_gives_a_world(prompt: str, seed: int) -> None:
    world = parse(prompt, seed).world
    assert isinstance(world, World)
    assert all(getattr(world, name) in set(table) for name, table in TABLES.items())
    assert world.seed == seed


def test_long_prompts_are_read_in_good_time() -> None:
    assert (
        len(parse("qwyx " * 2 + " ".join(f"zz{chr(97 + i % 26)}{chr(97 + i // 26)}q" for i in range(400)), 0).unknown)
        == 401
    )
