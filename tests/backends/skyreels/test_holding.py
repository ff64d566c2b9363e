"""A model that has no room is refused before it is loaded, and one held in parts paints the same film."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
import torch

from reverie.backends.skyreels.facts import FAMILY
from reverie.backends.skyreels.holding import ASIDE, BY_BLOCKS, WHOLE, held
from reverie.backends.skyreels.modules import Place, load
from reverie.core.errors import MachineError
from reverie.models.checkpoint import Checkpoint, open_checkpoint
from reverie.models.room import Free
from tests.backends.skyreels.test_generation import backend, begun, silent, wish
from tests.video_checkpoints import save_forced

MB = 10**6


def found(checkpoint: Checkpoint, room: int) -> str | None:
    try:
        return held(checkpoint, "cuda", 4, 100, Free(room, 10**9, shared=False))
    except MachineError:
        return None


def test_each_way_is_taken_where_the_one_before_has_no_room(tmp_path: Path) -> None:
    checkpoint = open_checkpoint(save_forced(tmp_path / "deep", num_layers=6), FAMILY)
    ways = [found(checkpoint, room) for room in range(0, 8 * MB, MB // 200)]
    assert [way for way, _ in groupby(ways)] == [None, BY_BLOCKS, ASIDE, WHOLE]


def test_a_model_without_room_is_refused_by_name(models: dict[str, str]) -> None:
    checkpoint = open_checkpoint(Path(models["forced"]), FAMILY)
    with pytest.raises(MachineError, match=r"forced needs .* GB of memory, 0\.0 GB are free"):
        held(checkpoint, "cpu", 4, 100, Free(1000, 1000, shared=True))


@pytest.mark.parametrize("way", [ASIDE, BY_BLOCKS])
def test_held_in_parts_it_paints_the_same_film(way: str, models: dict[str, str]) -> None:
    whole, parts = backend(models["forced"]), backend(models["forced"])
    parts._modules = load(parts._checkpoint, parts._facts, Place("cpu", torch.float32, way))
    frames = [begun(model, 17).step(wish(), silent) for model in (whole, parts)]
    np.testing.assert_array_equal(frames[0], frames[1])
