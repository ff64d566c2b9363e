"""What words do, told from painters whose obedience is known."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from reverie.core.frame import Image
from reverie.worlds.parser import parse
from reverie.worlds.world import TABLES, random_world
from training.evaluation.painting import Painting, Task
from training.evaluation.words import outside, outside_prompts, still_there
from training.probes import Probe
from training.prompts import JUDGED, spare_caption

TASK = Task(1, 1.0, 3.0)
HUES = list(TABLES["palette"])


class Eye(Probe):
    """A judge that reads the palette's number from the picture's light."""

    def __init__(self) -> None:
        super().__init__(nn.Identity(), 1)

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        said = (pictures.mean((1, 2, 3)) * 255 / 10).round().long()
        return {name: nn.functional.one_hot(said, len(HUES)) for name in JUDGED}


class Painter:
    """Paints the first palette, and the second where the first is denied and it listens."""

    def __init__(self, listens: bool) -> None:
        self.listens = listens

    def paint(self, task: Task, prompt: str, start: Image | None, seed: int, negative: str = "") -> Image:
        denied = self.listens and negative == str(HUES[0])
        return np.full((8, 8, 3), 10 if denied else 0, np.uint8)


def shares(listens: bool) -> float:
    worlds = [random_world(seed) for seed in range(6)]
    return still_there(cast(Painting, Painter(listens)), {"eye": Eye()}, worlds, TASK)


def test_a_painter_that_does_not_listen_keeps_what_is_denied() -> None:
    assert shares(listens=False) == 1.0


def test_a_painter_that_listens_leaves_it_out() -> None:
    assert shares(listens=True) == 0.0


def test_a_spare_caption_leaves_its_attribute_open() -> None:
    for seed in range(12):
        world = random_world(seed)
        words = spare_caption(world, "test", without="palette")
        others = {str(parse(words, chance).world.palette) for chance in range(40)}
        assert len(others) > 1
        assert parse(words, 0).world.family == world.family


def test_forty_prompts_are_listed() -> None:
    prompts = outside_prompts()
    assert len(prompts) == 40
    assert prompts[0] == "cyberpunk city"
    assert prompts[-1] == "a bowl of ramen"


def test_mush_is_told() -> None:
    rng: Any = np.random.default_rng(0)
    renders = [rng.integers(0, 256, (8, 8, 3), dtype=np.uint8) for _ in range(3)]
    found, made = outside(cast(Painting, Painter(listens=False)), TASK, renders)
    assert len(made) == 40
    assert found["laplacian_variance"] == 0.0
    assert found["lowest_deviation"] == 0.0
    assert torch.tensor(list(found.values())).isfinite().all()
