"""The memory's network comes to the same whatever runs it, and what is composed of it is what it was taught as."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.models.composing import CELL, Canvas, Moment, Rules
from reverie.models.memory import Memory
from reverie.models.memory import Moment as taught_moment
from reverie.models.memory import looks as taught_looks
from reverie.models.memory_runtimes import Floats, Network, Place, has_openvino, opened


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


def picture(seed: int, light: float) -> Image:
    coarse = np.random.default_rng(seed).uniform(light - 60, light + 60, (16, 24, 3)).astype(np.float32)
    return np.clip(cv2.resize(coarse, (96, 64), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)


NEW, OLD = picture(1, 150), picture(2, 90)
PLAIN = Rules(detail=1.0, sharpest=1.0, calm=None)


def tensor(image: Image) -> torch.Tensor:
    return torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255


def settled(network: Network, rules: Rules, new: Image = NEW, old: Image = OLD) -> Image:
    canvas = Canvas(64, 96)
    told, now = canvas.take(Moment(new, old, new, new, np.full((64, 96), 255, np.uint8)))
    remembered = np.ascontiguousarray(np.concatenate([now, now], axis=2).transpose(2, 0, 1))[None]
    return canvas.compose(network.blend(told, remembered), rules)


def laplacian(image: Image) -> float:
    return float(cv2.Laplacian(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())


needs_openvino = pytest.mark.skipif(not has_openvino(), reason="openvino is not installed")


@needs_openvino
@pytest.mark.parametrize("size", [(64, 96), (48, 32)])
def test_both_runtimes_say_the_same(weights: Path, size: tuple[int, int]) -> None:
    one, other = (opened(weights, Place(runtime, "float32", 1)) for runtime in ("torch", "openvino"))
    assert one.environment["runtime"] == "torch"
    assert other.environment["runtime"] == "openvino"
    assert one.sharpness == pytest.approx(other.sharpness)
    rows, columns = size
    assert np.abs(one.keys(noise(1, 3, rows, columns)) - other.keys(noise(1, 3, rows, columns))).max() < 1e-5
    told, remembered = noise(1, 13, rows // 2, columns // 2), noise(1, 12, rows // CELL, columns // CELL)
    for said, same in zip(one.blend(told, remembered), other.blend(told, remembered), strict=True):
        assert said.shape == same.shape
        assert np.abs(said - same).max() < 1e-4


@needs_openvino
def test_half_precision_is_within_two_levels(weights: Path) -> None:
    exact, quick = (opened(weights, Place("openvino", dtype, 1)) for dtype in ("float32", "bfloat16"))
    pictures = [settled(one, Rules()) for one in (exact, quick)]
    assert np.abs(pictures[0].astype(int) - pictures[1]).mean() < 2


@needs_openvino
def test_the_same_again_is_the_same_to_the_bit(weights: Path) -> None:
    told, remembered = noise(1, 13, 32, 48), noise(1, 12, 4, 6)
    first, second = (opened(weights, Place("openvino")) for _ in range(2))
    before = [one.copy() for one in first.blend(told, remembered)]
    first.blend(told[..., ::-1].copy(), remembered)
    assert all(map(np.array_equal, before, second.blend(told, remembered)))
    assert all(map(np.array_equal, before, first.blend(told, remembered)))


def test_what_is_composed_is_what_was_taught(weights: Path) -> None:
    made = settled(opened(weights, Place("torch", "float32")), PLAIN)
    network = Memory().eval().requires_grad_(False)
    network.load_state_dict(load_file(weights))
    new, old, still = tensor(NEW), tensor(OLD), torch.zeros(1, 3, 64, 96)
    taught = network(taught_moment(new, old, new, still, torch.ones(1, 1, 64, 96)), taught_looks(new))
    there = (taught[0].permute(1, 2, 0) * 255).numpy()
    # Borders are softened otherwise, and detail is weighed by its squares.
    assert np.abs(made - there)[4:-4, 4:-4].mean() < 3


def test_light_and_colour_follow_the_painter(weights: Path) -> None:
    network = opened(weights, Place("torch", "float32"))
    past, target = (float(one.mean()) for one in (OLD, NEW))
    for calm, share in ((0.0, 1.0), (0.5, 0.5), (1.0, 0.0)):
        mean = float(settled(network, Rules(calm=calm)).mean())
        assert mean == pytest.approx(past + share * (target - past), abs=3)


def test_detail_is_the_painters_own(weights: Path) -> None:
    network = opened(weights, Place("torch", "float32"))
    flat = np.full_like(NEW, 120)
    grain = np.random.default_rng(4).integers(60, 180, NEW.shape, np.uint8)
    assert laplacian(settled(network, Rules(), new=flat, old=grain)) < 0.05 * laplacian(grain)
    dull, rich = (laplacian(settled(network, Rules(sharpest=most), old=flat)) for most in (0.5, 4.0))
    assert 1.5 * dull < rich < 1.2 * laplacian(NEW)


def test_looks_are_what_the_network_was_taught_by() -> None:
    taught = taught_looks(tensor(NEW))[0].permute(1, 2, 0).numpy()
    found = Canvas(64, 96).look(NEW)
    assert np.abs(found - taught)[1:-1, 1:-1].max() < 1e-5
    assert np.abs(found - taught).max() < 0.05


def test_sides_are_brought_to_whole_places() -> None:
    canvas, white = Canvas(33, 50), np.full((33, 50, 3), 255, np.uint8)
    assert canvas.shape == (48, 64)
    assert canvas.look(white).shape == (3, 4, 6)
    assert canvas.planes(white, (2, 3)).shape == (1, 3, 32, 48)
    assert canvas.planes(white, (2, 3)).min() == pytest.approx(1.0)


@pytest.mark.skipif(has_openvino(), reason="openvino is installed")
def test_a_runtime_that_is_missing_is_named(weights: Path) -> None:
    with pytest.raises(MachineError, match="openvino is not installed"):
        opened(weights, Place("openvino"))
