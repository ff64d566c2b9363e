from __future__ import annotations

from itertools import pairwise

import pytest

from reverie.core.spec import SparkSpec
from reverie.engine.spark import ASKED, Phase, Spark

DARK = ("dark",)


def stands(spark: Spark) -> Phase:
    return spark.phase


def lit(spark: Spark, frames: int = 6) -> None:
    for _ in range(frames):
        spark.observe(DARK)


def test_patience_is_how_many_dying_frames_it_takes() -> None:
    spark = Spark(SparkSpec(), patience=6)
    lit(spark, 5)
    assert stands(spark) is Phase.CALM
    lit(spark, 1)
    assert stands(spark) is Phase.LIT
    assert spark.wants_seed
    assert spark.reason == "dark"


def test_a_frame_that_is_well_in_between_does_not_start_all_over() -> None:
    spark = Spark(SparkSpec(), patience=4)
    for stagnant in (DARK, DARK, DARK, (), ("dark", "grey"), ("dark", "grey")):
        spark.observe(stagnant)
    assert spark.reason == "dark, grey"


def test_a_bloom_grows_from_a_tenth_to_eight_tenths_in_twenty_frames_and_ends_as_it_was_painted() -> None:
    spark = Spark(SparkSpec(), patience=1)
    lit(spark, 1)
    spark.planted(True)
    layers = []
    while (layer := spark.layer()) is not None:
        layers.append(layer)
        spark.observe(DARK)
    assert len(layers) == 20
    assert [layers[0].radius, layers[-1].radius] == pytest.approx([0.1, 0.8])
    assert [layer.age for layer in layers] == list(range(-19, 1))
    assert all(two.radius > one.radius for one, two in pairwise(layers))
    assert stands(spark) is Phase.COOLING


def test_while_it_cools_no_other_spark_is_lit() -> None:
    spark = Spark(SparkSpec(frames=3, cooldown=10), patience=1)
    lit(spark, 1)
    spark.planted(True)
    lit(spark, 3)
    for _ in range(10):
        assert stands(spark) is Phase.COOLING
        spark.observe(DARK)
    assert stands(spark) is Phase.CALM
    lit(spark, 1)
    assert stands(spark) is Phase.LIT


def test_a_seed_that_could_not_be_painted_cools_down_too() -> None:
    spark = Spark(SparkSpec(), patience=1)
    lit(spark, 1)
    spark.planted(False)
    assert stands(spark) is Phase.COOLING
    assert spark.layer() is None


def test_a_keyframe_lights_it_at_once_even_while_it_cools_or_is_disabled() -> None:
    spark = Spark(SparkSpec(enabled=False, frames=1), patience=1)
    lit(spark, 20)
    assert stands(spark) is Phase.CALM
    spark.ask()
    assert spark.wants_seed
    assert spark.reason == ASKED
    spark.planted(True)
    layer = spark.layer()
    assert layer is not None
    assert layer.radius == pytest.approx(0.8)
    spark.observe(())
    assert stands(spark) is Phase.COOLING
    spark.ask()
    assert spark.wants_seed
