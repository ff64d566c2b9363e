"""Adherence is told from pictures whose answers are written in them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from reverie.core.frame import Image
from reverie.worlds.world import TABLES, World, random_world
from training.evaluation.adherence import adherence
from training.probes import Probe
from training.prompts import JUDGED

SURE = {name: dict.fromkeys(JUDGED, 1.0) for name in ("first", "second")}


class Reader(Probe):
    """A judge that reads each attribute from a colour channel, where `sign` wrote it, and is `off` by so many."""

    def __init__(self, off: int = 0) -> None:
        """Build it; there is nothing to learn."""
        super().__init__(nn.Identity(), 1)
        self.off = off

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        read = (pictures.mean((2, 3)) * 255 / 10).round().long()
        said = {name: (read[:, place] + self.off) % len(TABLES[name]) for place, name in enumerate(JUDGED)}
        return {name: nn.functional.one_hot(found, len(TABLES[name])) for name, found in said.items()}


def sign(world: World) -> Image:
    places = [list(TABLES[name]).index(getattr(world, name)) for name in JUDGED]
    return np.full((8, 8, 3), np.array(places, np.uint8) * 10, np.uint8)


def test_what_says_all_is_adherent_and_the_worse_judge_decides() -> None:
    worlds = [random_world(seed) for seed in range(40)]
    made = [sign(world) for world in worlds]
    assert adherence({"first": Reader(), "second": Reader()}, made, worlds, SURE) == pytest.approx(
        dict.fromkeys((*JUDGED, "mean"), 1.0)
    )
    assert adherence({"first": Reader(), "second": Reader(off=1)}, made, worlds, SURE)["mean"] < 0.05


def test_pictures_of_other_worlds_are_not_adherent() -> None:
    worlds = [random_world(seed) for seed in range(60)]
    made = [sign(random_world(seed)) for seed in range(1000, 1060)]
    assert abs(adherence({"first": Reader(), "second": Reader()}, made, worlds, SURE)["mean"]) < 0.2


def test_adherence_is_relative_to_what_judges_see_in_renders() -> None:
    worlds = [random_world(seed) for seed in range(40)]
    unsure = {"first": dict.fromkeys(JUDGED, 0.8)}
    assert adherence({"first": Reader()}, [sign(world) for world in worlds], worlds, unsure)["mean"] > 1.1


def test_a_judge_that_sees_nothing_in_renders_has_no_say_of_pictures() -> None:
    worlds = [random_world(seed) for seed in range(8)]
    blind = {"first": dict.fromkeys(JUDGED, 0.0)}
    assert adherence({"first": Reader()}, [sign(world) for world in worlds], worlds, blind)["mean"] == 0.0


def test_no_attribute_is_left_unread() -> None:
    said = Reader()(torch.zeros(1, 3, 4, 4))
    assert set(said) == set(JUDGED)
