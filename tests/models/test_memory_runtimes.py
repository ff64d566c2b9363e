"""The memory's network comes to the same whatever runs it, and what is composed of it is what it was taught as."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from reverie.core.errors import MachineError
from reverie.models.composing import CELL, Rules, composed, halved, looks, scaled
from reverie.models.memory import Memory, Moment
from reverie.models.memory import looks as taught_looks
from reverie.models.memory_runtimes import Floats, OnTorch, Place, has_openvino, opened

LEVEL = 1 / 255


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(3)
    network = Memory()
    torch.nn.init.normal_(network.leave.weight, std=0.3)
    path = tmp_path_factory.mktemp("weights") / "memory.safetensors"
    save_file(network.state_dict(), path)
    return path


def noise(*shape: int) -> Floats:
    return np.random.default_rng(sum(shape)).random(shape, np.float32)


needs_openvino = pytest.mark.skipif(not has_openvino(), reason="openvino is not installed")


@needs_openvino
@pytest.mark.parametrize("size", [(64, 96), (48, 32)])
def test_both_runtimes_say_the_same(weights: Path, size: tuple[int, int]) -> None:
    one, other = (opened(weights, Place(runtime, "float32", 1)) for runtime in ("torch", "openvino"))
    assert one.environment["runtime"] == "torch"
    assert other.environment["runtime"] == "openvino"
    assert one.sharpness == pytest.approx(other.sharpness)
    rows, columns = size
    assert np.abs(one.keys(noise(rows, columns, 3)) - other.keys(noise(rows, columns, 3))).max() < 1e-5
    told, remembered = noise(rows // 2, columns // 2, 13), noise(rows // CELL, columns // CELL, 12)
    for said, same in zip(one.blend(told, remembered), other.blend(told, remembered), strict=True):
        assert said.shape == same.shape
        assert np.abs(said - same).max() < 1e-4


@needs_openvino
def test_half_precision_is_within_two_levels(weights: Path) -> None:
    exact, quick = (opened(weights, Place("openvino", dtype, 1)) for dtype in ("float32", "bfloat16"))
    told, remembered = noise(32, 48, 13), noise(4, 6, 12)
    new, old, stir = noise(64, 96, 3), noise(64, 96, 3)[::-1].copy(), np.zeros((4, 6), np.float32)
    pictures = [composed(new, old, one.blend(told, remembered), stir, Rules()) for one in (exact, quick)]
    assert np.abs(pictures[0].astype(int) - pictures[1]).mean() < 2


@needs_openvino
def test_the_same_again_is_the_same_to_the_bit(weights: Path) -> None:
    told, remembered = noise(32, 48, 13), noise(4, 6, 12)
    first, second = (opened(weights, Place("openvino")) for _ in range(2))
    before = [one.copy() for one in first.blend(told, remembered)]
    first.blend(told[::-1].copy(), remembered)
    assert all(map(np.array_equal, before, second.blend(told, remembered)))
    assert all(map(np.array_equal, before, first.blend(told, remembered)))


def test_what_is_composed_is_what_was_taught(weights: Path) -> None:
    network = Memory().eval().requires_grad_(False)
    network.load_state_dict(load_file(weights))
    levels = [(noise(64, 96, 3) * 255).astype(np.uint8), (noise(64, 96, 3)[:, ::-1] * 255).astype(np.uint8)]
    new, old = map(scaled, levels)
    still, seen = np.zeros_like(new), np.ones((64, 96, 1), np.float32)
    known = looks(new)
    told = np.concatenate([halved(one) for one in (new, old, new, still, seen)], axis=2)
    blend = OnTorch(network, "float32").blend(told, np.concatenate([known, known], axis=2))
    made = composed(new, old, blend, np.zeros((4, 6), np.float32), Rules())
    laid = [torch.from_numpy(one).permute(2, 0, 1)[None] for one in (new, old, new, still, seen)]
    taught = network(Moment(*laid), taught_looks(laid[0]))[0].permute(1, 2, 0).numpy()
    # Borders are softened otherwise, which a picture ends with anyway.
    assert np.abs(made * np.float32(LEVEL) - taught)[4:-4, 4:-4].mean() < 1.5 * LEVEL


def test_looks_are_what_the_network_was_taught_by() -> None:
    picture = noise(64, 96, 3)
    taught = taught_looks(torch.from_numpy(picture).permute(2, 0, 1)[None])[0].permute(1, 2, 0).numpy()
    assert np.abs(looks(picture) - taught)[1:-1, 1:-1].max() < 1e-5
    assert np.abs(looks(picture) - taught).max() < 0.05


def test_sides_are_brought_to_whole_places() -> None:
    assert scaled(np.full((33, 50, 3), 255, np.uint8)).shape == (48, 64, 3)
    assert scaled(np.full((33, 50), 255, np.uint8)).max() == pytest.approx(1.0)


@pytest.mark.skipif(has_openvino(), reason="openvino is installed")
def test_a_runtime_that_is_missing_is_named(weights: Path) -> None:
    with pytest.raises(MachineError, match="openvino is not installed"):
        opened(weights, Place("openvino"))
