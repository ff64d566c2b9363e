from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from reverie.core.errors import InputError
from reverie.models.interpolator import IFNet, Rife

PUBLISHED = json.loads((Path(__file__).parent / "fixtures" / "rife_4_25.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def network() -> IFNet:
    torch.manual_seed(2)
    return IFNet()


def picture(width: int, height: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def test_names_and_shapes_are_the_published_ones(network: IFNet) -> None:
    ours = {name: list(tensor.shape) for name, tensor in network.state_dict().items()}
    assert ours == PUBLISHED["tensors"]
    assert sum(tensor.numel() for tensor in network.state_dict().values()) == PUBLISHED["parameters"]


@pytest.mark.parametrize("kind", ["pkl", "safetensors"])
def test_published_weights_are_read_as_they_are_saved(network: IFNet, kind: str, tmp_path: Path) -> None:
    """Trained side by side their names begin with `module.`, and there are some that only training used."""
    file = tmp_path / f"flownet_v4.25.{kind}"
    saved = {f"module.{name}": tensor for name, tensor in network.state_dict().items()}
    saved["module.teacher.weight"] = torch.zeros(3)
    (save_file if kind == "safetensors" else torch.save)(saved, file)
    before, after = picture(70, 50, 1), picture(70, 50, 2)
    assert np.array_equal(Rife.load(file)(before, after, 0.5), Rife(network)(before, after, 0.5))


def test_a_size_leaves_nothing_behind_for_the_next(network: IFNet) -> None:
    rife = Rife(network)
    before, after = picture(66, 34, 1), picture(66, 34, 2)
    first = rife(before, after, 0.25)
    rife(picture(34, 66, 3), picture(34, 66, 4), 0.5)
    assert np.array_equal(rife(before, after, 0.25), first)
    assert first.shape == before.shape
    assert not np.array_equal(rife(before, after, 0.75), first)


def test_without_flow_both_pictures_are_mixed_in_place(network: IFNet) -> None:
    """With the last layers silent nothing moves and the mask is even: the mean of both, to the rounding."""
    silent = IFNet()
    silent.load_state_dict(network.state_dict())
    for index in range(5):
        torch.nn.init.zeros_(silent.get_parameter(f"block{index}.lastconv.0.weight"))
        torch.nn.init.zeros_(silent.get_parameter(f"block{index}.lastconv.0.bias"))
    before, after = picture(40, 24, 1), picture(40, 24, 2)
    made = Rife(silent)(before, after, 0.5).astype(int)
    assert np.abs(made - (before.astype(int) + after) / 2).max() <= 1


def test_other_networks_and_other_files_are_refused(network: IFNet, tmp_path: Path) -> None:
    other = tmp_path / "other.pkl"
    torch.save({"block0.conv0.0.0.weight": torch.zeros(2, 2)}, other)
    program = tmp_path / "program.pkl"
    torch.save({"weights": Path("anything")}, program)
    whole = tmp_path / "whole.pkl"
    torch.save(network.state_dict(), whole)
    cut = tmp_path / "cut.pkl"
    cut.write_bytes(whole.read_bytes()[:100_000])
    text = tmp_path / "flownet.txt"
    text.write_text("weights")
    endless = tmp_path / "endless.pth"
    torch.save({"w": torch.zeros(1).expand(10**9)}, endless)
    for file, fault in (
        (other, "no RIFE 4.25"),
        (program, "more than weights"),
        (cut, "2020"),
        (text, "no file of weights"),
        (endless, "more numbers"),
        (tmp_path / "none.pkl", "can't be read"),
    ):
        with pytest.raises(InputError, match=fault):
            Rife.load(file)


def test_numbers_that_are_none_are_refused(network: IFNet, tmp_path: Path) -> None:
    file = tmp_path / "nan.pkl"
    torch.save({**network.state_dict(), "encode.cnn0.bias": torch.full((16,), float("nan"))}, file)
    with pytest.raises(InputError, match="NaN"):
        Rife.load(file)
