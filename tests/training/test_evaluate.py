"""The measures of the model card, on pictures whose figures are known."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from reverie.core.frame import Image
from reverie.worlds.world import TABLES, World, random_world
from tests.training.caches import save_pictures
from training.evaluate import Task, adherence, begun, colourfulness, laplacian_variance, look, sheet
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


def flat(*colour: int) -> Image:
    return np.full((16, 16, 3), np.array(colour, np.uint8), np.uint8)


def checks() -> Image:
    odd = np.indices((16, 16)).sum(0) % 2
    return np.repeat((odd * 255).astype(np.uint8)[..., None], 3, axis=2)


def test_a_flat_picture_has_no_detail_and_a_chequered_one_the_most() -> None:
    assert laplacian_variance(flat(20, 90, 200)) == pytest.approx(0.0, abs=1e-9)
    assert laplacian_variance(checks()) == pytest.approx((4 * 255) ** 2)


def test_grey_has_no_colour_and_red_has_what_the_formula_says() -> None:
    assert colourfulness(checks()) == pytest.approx(0.0, abs=1e-9)
    assert colourfulness(flat(255, 0, 0)) == pytest.approx(0.3 * np.hypot(255, 127.5))


def test_renders_look_as_they_do_and_a_blur_looks_softer() -> None:
    real = [np.random.default_rng(seed).integers(0, 256, (32, 32, 3), np.uint8) for seed in range(3)]
    assert look(real, real) == pytest.approx(dict.fromkeys(look(real, real), 1.0))
    blurred = look([np.asarray(cv2.GaussianBlur(image, (0, 0), 2), np.uint8) for image in real], real)
    assert blurred["laplacian_variance"] < 0.1
    assert blurred["deviation"] < 0.5


def test_one_flat_picture_among_good_ones_shows() -> None:
    real = [np.random.default_rng(seed).integers(0, 256, (32, 32, 3), np.uint8) for seed in range(2)]
    found = look([real[0], np.full_like(real[1], 9)], real)
    assert found["lowest_deviation"] == 0.0
    assert found["deviation"] == pytest.approx(0.5, abs=0.01)


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


def test_a_repaint_starts_half_the_cache_away(tmp_path: Path) -> None:
    cache = save_pictures(tmp_path)
    assert [int(begun(cache, index)[0, 0, 0]) for index in (0, 5, 6, 11)] == [6, 11, 0, 5]


def test_tasks_are_told_apart_by_name() -> None:
    assert [Task(2, strength, 3.0).name for strength in (0.6, 1.0)] == ["repaint_2", "text_2"]


def test_a_sheet_has_every_row_and_ends_short_ones_in_black(tmp_path: Path) -> None:
    path = tmp_path / "sheets" / "sheet.png"
    sheet(path, [[flat(200, 0, 0)] * 3, [], [flat(0, 200, 0)] * 2])
    written = cv2.imread(str(path))
    assert written is not None
    assert written.shape == (32, 48, 3)
    assert written[20, 20].tolist() == [0, 200, 0]
    assert not written[16:, 32:].any()


def test_no_attribute_is_left_unread() -> None:
    said = Reader()(torch.zeros(1, 3, 4, 4))
    assert set(said) == set(JUDGED)
