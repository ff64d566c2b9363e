"""The memory's frame as a graphics card computes it, beside the same on the host: by references, on the processor."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from reverie.core.errors import MachineError
from reverie.core.frame import Frame, Image
from reverie.core.timeline import Conditioning
from reverie.correctors.memory import MemoryCorrection, MemoryOptions, device_for
from reverie.models.composing import CELL, Canvas, Moment, Rules
from reverie.models.memory import Memory, Recorded
from reverie.models.memory_on_card import CardMemory, Seen, Settled
from reverie.models.memory_runtimes import WEIGHTS, Place, opened
from reverie.models.recollection import Recollection
from reverie.models.recollection_on_card import CardRecollection, on_card

pytestmark = pytest.mark.skipif(not WEIGHTS.is_file(), reason="the weights are not in this checkout")
COND = Conditioning((("a garden", 1.0),))
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


def settled_on_card(rules: Rules) -> tuple[Settled, Recorded]:
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
    settled, _ = settled_on_card(rules)
    apart = np.abs(settled.picture[0].numpy().astype(int) - on_host(rules))
    changed = np.abs(on_host(rules).astype(int) - PAINTED).mean()
    assert settled.picture.shape == (1, *SIZE, 3)
    assert apart.mean() < 0.5
    assert changed > 2 * apart.mean()
    assert np.percentile(apart, 99) <= 3


def test_what_is_to_be_remembered_is_what_the_host_remembers() -> None:
    settled, bank = settled_on_card(Rules())
    runtime = opened(WEIGHTS, Place("torch", "float32", 1))
    canvas = Canvas(*SIZE)
    assert np.abs(settled.keys[0].numpy() - runtime.keys(canvas.planes(GIVEN, GRID))).max() < 1e-4
    assert np.abs(bank.keys[0].numpy() - runtime.keys(canvas.planes(PAST, GRID))).max() < 1e-4
    host = canvas.look(settled.picture[0].numpy()).reshape(-1, 6)
    assert np.abs(settled.looks[0].numpy() - host).max() < 0.05
    assert np.abs(settled.looks[0].numpy() - host).mean() < 0.004


def test_on_a_card_a_film_is_settled_as_on_the_host() -> None:
    runs = MemoryCorrection(MemoryOptions(), on_card(3, 2, "cpu")), MemoryCorrection(MemoryOptions(), on_the_host())
    apart = []
    for index in range(9):
        given, painted = scene(1, index), scene(2, index)
        made = [run.correct(painted, Frame(given, Fraction(index, 12), index), COND).astype(int) for run in runs]
        apart.append(np.abs(made[0] - made[1]).mean())
    assert max(apart) < 1.0
    assert np.abs(made[0] - painted).mean() > 3 * apart[-1]


def test_what_a_card_remembers_goes_on_after_a_stop() -> None:
    frames = [(scene(1, index), scene(2, index)) for index in range(6)]
    straight = on_card(2, 1, "cpu")
    straight.begin(*frames[0])
    wanted = [followed(straight, *pair) for pair in pairwise(frames)]
    stopped, again = on_card(2, 1, "cpu"), on_card(2, 1, "cpu")
    stopped.begin(*frames[0])
    for pair in list(pairwise(frames))[:3]:
        followed(stopped, *pair)
    again.restore(stopped.state())
    assert np.array_equal(followed(again, *frames[3:5]), wanted[3])


def test_any_size_is_settled_on_a_card_and_nothing_is_left_of_the_trial() -> None:
    run = on_card(2, 1, "cpu")
    run.prepare(33, 50)
    assert run.state()["recent"] == []
    given, painted = scene(1)[:33, :50], scene(2)[:33, :50]
    run.begin(given, painted)
    assert followed(run, (given, painted), (given, painted)).shape == (33, 50, 3)
    assert run.environment["device"] == "cpu"
    assert run.environment["warp_blend"].startswith("torch: ")


@pytest.mark.parametrize(
    ("options", "device"),
    [({}, "cpu"), ({"device": "cpu"}, "cpu"), ({"device": "cuda", "bank": 0}, "cpu"), ({"runtime": "openvino"}, "cpu")],
)
def test_without_a_card_the_memory_runs_on_the_processor(options: dict[str, Any], device: str) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is one")
    assert device_for(MemoryOptions(**options)) == device


def test_a_card_that_is_not_there_is_named() -> None:
    with pytest.raises(MachineError, match="cuda:7 is not there"):
        device_for(MemoryOptions(device="cuda:7"))


def followed(run: CardRecollection, before: tuple[Image, Image], now: tuple[Image, Image]) -> Image:
    (past, shown), (given, painted) = before, now
    return run.settle_moved(painted, shown, given, past, places(1.0)[: given.shape[0], : given.shape[1]])


def on_the_host() -> Recollection:
    return Recollection(3, 2, opened(WEIGHTS, Place("torch", "float32", 1)))


def test_how_each_kernel_is_computed_can_be_seen() -> None:
    card = CardMemory(network(), (CELL, 2 * CELL), (1, 2), Rules())
    assert {name: one.by for name, one in card.kernels.items()} == dict.fromkeys(card.kernels, "torch")
    assert set(card.kernels) == {"to_planes", "to_pictures", "recalled", "warp_blend"}
