"""Captions: rich, repeatable, and never saying what the parser would not find."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.worlds.captions import caption, compose
from reverie.worlds.lexicon import tokens
from reverie.worlds.moods import MOODS
from reverie.worlds.parser import parse
from reverie.worlds.world import Family, random_world

SEEDS = st.integers(0, 2**31)


@settings(max_examples=150, deadline=None)
@given(SEEDS, SEEDS)
def test_a_caption_reads_back_as_what_it_says(seed: int, dice: int) -> None:
    world = random_world(seed)
    written = compose(world, random.Random(dice))
    reading = parse(written.text, seed)
    assert reading.said == written.said
    assert all(getattr(world, field) == value for field, value in reading.said.items())
    assert all(getattr(world, field) not in values for field, values in reading.avoided.items())
    assert reading.unknown == ()


def test_the_same_dice_give_the_same_caption() -> None:
    world = random_world(5)
    assert caption(world, random.Random(3)) == caption(world, random.Random(3))
    assert caption(world, np.random.default_rng(3)) == caption(world, np.random.default_rng(3))
    assert len({caption(world, random.Random(dice)) for dice in range(50)}) > 40


def test_the_vocabulary_is_over_four_hundred_words() -> None:
    written = [compose(random_world(seed), random.Random(seed)) for seed in range(3000)]
    words = {token for one in written for token in tokens(one.text) if token.isalpha()}
    assert len(words) >= 500
    assert max(len(one.text.split()) for one in written) <= 30


def test_captions_omit_often_and_name_the_scene_nearly_always() -> None:
    said = [compose(random_world(seed), random.Random(seed)) for seed in range(1000)]
    assert 0.94 < np.mean(["family" in one.said for one in said]) < 1
    for field in MOODS:
        assert 0.25 < np.mean([field in one.said for one in said]) < 0.65
    assert 0.02 < np.mean([bool(one.denied) for one in said]) < 0.1
    assert np.mean([one.text == one.text.lower() for one in said]) > 0.9


def test_every_family_is_called_many_things() -> None:
    for family in Family:
        world = random_world(1, family=family)
        texts = {caption(world, random.Random(dice)) for dice in range(40)}
        assert len(texts) > 30
