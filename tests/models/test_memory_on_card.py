"""The memory's frame as a graphics card computes it, beside the same on the host: by references, on the processor."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from reverie.core.frame import Image
from reverie.models.composing import CELL, Canvas, Moment, Rules
from reverie.models.memory import Memory, Recorded
from reverie.models.memory_on_card import CardMemory, Seen, Settled
from reverie.models.memory_runtimes import WEIGHTS, Place, opened
from reverie.models.recollection import Recollection

pytestmark = pytest.mark.skipif(not WEIGHTS.is_file(), reason="the weights are not in this checkout")
SIZE = 96, 128
GRID = 6, 8


def scene(seed: int, shift: int = 0) -> Image:
    dice = np.random.default_rng(seed)
    coarse = dice.uniform(30, 220, (SIZE[0] // 8 + 2, SIZE[1] // 8 + 4, 3)).astype(np.float32)
    wide = cv2.resize(coarse, (SIZE[1] + 32, SIZE[0] + 16), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(
        np.clip(wide[8 : 8 + SIZE[0], 8 + shift : 8 + shift + SIZE[1]], 0, 255).astype(np.uint8)
    )


GIVEN, PAST, PAINTED, SHOWN = scene(1, 3), scene(1), scene(2, 3), scene(2)


def places(shift: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    grid = np.meshgrid(np.arange(SIZE[1], dtype=np.float32), np.arange(SIZE[0], dtype=np.float32))
    return np.dstack([grid[0] + shift, grid[1]]).astype(np.float32)


def network() -> Memory:
    made = Memory().eval().requires_grad_(False)
    made.load_state_dict(load_file(WEIGHTS))
    return made


def on_card(rules: Rules) -> tuple[Settled, Recorded]:
    card = CardMemory(network(), SIZE, GRID, rules)
    painted, shown, given, past = (torch.from_numpy(one)[None] for one in (PAINTED, SHOWN, GIVEN, PAST))
    bank = card.begin(past, shown)
    there = torch.from_numpy(places(3.0)).permute(2, 0, 1)[None]
    return card.settle(Seen(painted, shown, given, past, there), bank), bank


def on_host(rules: Rules) -> Image:
    run = Recollection(4, 1, opened(WEIGHTS, Place("torch", "float32", 1)), rules)
    run.begin(PAST, SHOWN)
    was = places(3.0)
    kept, past = (
        np.asarray(cv2.remap(one, was, None, kind, borderMode=cv2.BORDER_REPLICATE), np.uint8)  # type: ignore[call-overload]
        for one, kind in ((SHOWN, cv2.INTER_CUBIC), (PAST, cv2.INTER_LINEAR))
    )
    seen = np.asarray(cv2.inRange(was, (0.0, 0.0, 0.0, 0.0), (SIZE[1] - 1.0, SIZE[0] - 1.0, 0.0, 0.0)), np.uint8)
    return run.settle(Moment(PAINTED, kept, GIVEN, past, seen))


@pytest.mark.parametrize("rules", [Rules(), Rules(calm=None)])
def test_a_frame_settled_on_the_card_is_the_one_settled_on_the_host(rules: Rules) -> None:
    settled, _ = on_card(rules)
    apart = np.abs(settled.picture[0].numpy().astype(int) - on_host(rules))
    changed = np.abs(on_host(rules).astype(int) - PAINTED).mean()
    assert settled.picture.shape == (1, *SIZE, 3)
    assert apart.mean() < 0.5
    assert changed > 2 * apart.mean()
    assert np.percentile(apart, 99) <= 3


def test_what_is_to_be_remembered_is_what_the_host_remembers() -> None:
    settled, bank = on_card(Rules())
    runtime = opened(WEIGHTS, Place("torch", "float32", 1))
    canvas = Canvas(*SIZE)
    assert np.abs(settled.keys[0].numpy() - runtime.keys(canvas.planes(GIVEN, GRID))).max() < 1e-4
    assert np.abs(bank.keys[0].numpy() - runtime.keys(canvas.planes(PAST, GRID))).max() < 1e-4
    host = canvas.look(settled.picture[0].numpy()).reshape(-1, 6)
    assert np.abs(settled.looks[0].numpy() - host).max() < 0.05
    assert np.abs(settled.looks[0].numpy() - host).mean() < 0.004


def test_how_each_kernel_is_computed_can_be_seen() -> None:
    card = CardMemory(network(), (CELL, 2 * CELL), (1, 2), Rules())
    assert {name: one.by for name, one in card.kernels.items()} == dict.fromkeys(card.kernels, "torch")
    assert set(card.kernels) == {"to_planes", "to_pictures", "recalled", "warp_blend"}
