"""LoRAs: every usual spelling of their names, what they change, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from reverie.backends.diffusers_image import DiffusersImage
from reverie.core.errors import InputError
from reverie.core.frame import Images
from reverie.core.places import MODELS
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.models.checkpoint import open_checkpoint
from reverie.models.lora import add, parts, read
from reverie.models.network import Network, load_network
from tests import checkpoints

QUERY = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"
OUT = "mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0"
CONV = "conv_in"
WORDS = "encoder.layers.0.self_attn.q_proj"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoints.save_lcm(tmp_path_factory.mktemp("models") / "lcm")


@pytest.fixture(scope="module")
def xl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoints.save_xl(tmp_path_factory.mktemp("models") / "xl")


def network(folder: Path) -> Network:
    return load_network(open_checkpoint(folder), "cpu", torch.float32)


def pair(layer: torch.nn.Module, rank: int = 2, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """A LoRA's `up` and `down` for a layer."""
    weight: Any = layer.weight
    drawn = torch.Generator().manual_seed(seed)
    down = torch.randn(rank, *weight.shape[1:], generator=drawn)
    up = torch.randn(weight.shape[0], rank, *(1,) * (weight.ndim - 2), generator=drawn)
    return up, down


def kohya(part: str, layer: str) -> tuple[str, str, str]:
    begin = {"unet": "lora_unet_", "text_encoder": "lora_te_text_model_", "text_encoder_2": "lora_te2_text_model_"}
    flat = begin[part] + layer.replace(".", "_")
    return f"{flat}.lora_up.weight", f"{flat}.lora_down.weight", f"{flat}.alpha"


def peft(part: str, layer: str) -> tuple[str, str, str]:
    inner = layer if part == "unet" else f"text_model.{layer}"
    return f"{part}.{inner}.lora_B.weight", f"{part}.{inner}.lora_A.weight", f"{part}.{inner}.alpha"


def old(part: str, layer: str) -> tuple[str, str, str]:
    if part != "unet":
        inner = f"text_model.{layer}"
        return f"{part}.{inner}.lora.up.weight", f"{part}.{inner}.lora.down.weight", f"{part}.{inner}.alpha"
    place, _, last = layer.removesuffix(".0").rpartition(".")
    flat = f"unet.{place}.processor.{last}_lora" if last.startswith("to_") else f"unet.{layer}.lora"
    same = f"unet.{place}.{last}" if last.startswith("to_") else f"unet.{layer}"
    return f"{flat}.up.weight", f"{flat}.down.weight", f"{same}.alpha"


SPELLINGS = {"kohya": kohya, "peft": peft, "old": old}


def save(
    file: Path, made: Network, spelling: Callable[[str, str], tuple[str, str, str]] = kohya, **more: Any
) -> dict[tuple[str, str], torch.Tensor]:
    """Save a LoRA for four layers, of alpha 4 and rank 2; return what it adds to each."""
    tensors: dict[str, torch.Tensor] = {}
    added: dict[tuple[str, str], torch.Tensor] = {}
    roles = {"unet": (QUERY, OUT, CONV), "text_encoder": (WORDS,), **more}
    for role, layers in roles.items():
        module = parts(made)[role]
        for number, name in enumerate(layers):
            layer = module.get_submodule(_own(module, name))
            up, down = pair(layer, seed=number)
            names = spelling(role, name)
            tensors.update(zip(names, (up, down, torch.tensor(4.0)), strict=True))
            added[role, name] = 2 * torch.einsum("or,ri->oi", up.flatten(1), down.flatten(1))
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, file)
    return added


def _own(module: torch.nn.Module, name: str) -> str:
    names = dict(module.named_modules())
    return name if name in names else f"text_model.{name}"


def weight_of(made: Network, role: str, name: str) -> torch.Tensor:
    module = parts(made)[role]
    weight: Any = module.get_submodule(_own(module, name)).weight
    return torch.as_tensor(weight).clone()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_adds_the_same(folder: Path, tmp_path: Path, spelling: str) -> None:
    made = network(folder)
    file = tmp_path / "x.safetensors"
    added = save(file, made, SPELLINGS[spelling])
    before = {place: weight_of(made, *place) for place in added}
    assert add(made, file, 0.5) == 4
    for place, change in added.items():
        expected = before[place] + 0.5 * change.reshape(before[place].shape)
        torch.testing.assert_close(weight_of(made, *place), expected)


def test_two_text_encoders_have_their_own(xl: Path, tmp_path: Path) -> None:
    made = network(xl)
    file = tmp_path / "x.safetensors"
    added = save(file, made, peft, text_encoder_2=(WORDS,))
    before = {place: weight_of(made, *place) for place in added}
    add(made, file, 1.0)
    assert all(not torch.equal(weight_of(made, *place), before[place]) for place in added)


def test_nothing_of_a_lora_changes_nothing_and_the_opposite_takes_it_back(folder: Path, tmp_path: Path) -> None:
    made = network(folder)
    file = tmp_path / "x.safetensors"
    places = save(file, made)
    before = {place: weight_of(made, *place) for place in places}
    add(made, file, 0.0)
    assert all(torch.equal(weight_of(made, *place), before[place]) for place in places)
    add(made, file, 1.0)
    add(made, file, -1.0)
    for place in places:
        torch.testing.assert_close(weight_of(made, *place), before[place])


# What is refused


def damaged(tmp_path: Path, **tensors: torch.Tensor) -> Path:
    file = tmp_path / "x.safetensors"
    save_file({name.replace("__", "."): tensor for name, tensor in tensors.items()}, file)
    return file


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ({"lora_unet_nowhere__lora_up__weight": torch.ones(4, 2)}, "is not whole: nowhere has only up"),
        (
            {
                "lora_unet_nowhere__lora_up__weight": torch.ones(4, 2),
                "lora_unet_nowhere__lora_down__weight": torch.ones(2, 4),
            },
            r"does not fit this model \(its unet has no layer nowhere\)",
        ),
        (
            {
                "lora_unet_conv_in__lora_up__weight": torch.ones(3, 2),
                "lora_unet_conv_in__lora_down__weight": torch.ones(2, 4),
            },
            r"does not fit this model \(lora_unet_conv_in\.lora_up\.weight is \[3, 2\] times \[2, 4\]\)",
        ),
        ({"lora_unet_conv_in__hada_w1_a": torch.ones(3, 2)}, r"can be added here \(it holds lora_unet_conv_in\.hada"),
        ({"conv_in__weight": torch.ones(3, 2)}, r"can be added here \(it holds conv_in\.weight\)"),
        ({"lora_unet_conv_in__lora_up__weight": torch.full((4, 2), torch.nan)}, "holds NaN or infinity"),
        ({}, "holds no LoRA"),
    ],
)
def test_what_is_no_lora_of_this_model_is_refused_and_changes_nothing(
    folder: Path, tmp_path: Path, tensors: dict[str, torch.Tensor], said: str
) -> None:
    made = network(folder)
    before = weight_of(made, "unet", CONV)
    with pytest.raises(InputError, match=said):
        add(made, damaged(tmp_path, **tensors), 1.0)
    assert torch.equal(weight_of(made, "unet", CONV), before)


def test_a_file_that_is_cut_short_is_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.safetensors"
    save(file, network(folder))
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(InputError, match="is broken"):
        read(file)


# As an option of the backend


def paint(folder: Path, *loras: dict[str, Any], **options: Any) -> Images:
    given = {"model": str(folder), "device": "cpu", "dtype": "float32", "threads": 1, "num_inference_steps": 2}
    made = DiffusersImage(DiffusersImage.Options.model_validate({**given, "loras": loras, **options}))
    scene = Scene(keyframes=(Keyframe(prompt="a reef"),), backend=ComponentSpec(name="diffusers_image"))
    run = made.start(RenderSpec(width=32, height=32, scenes=(scene,)), scene, lambda *_: None)
    return run.step(Conditioning((("a reef", 1.0),), strength=1.0, guidance_scale=3.0, seed=1), lambda *_: None)


def test_loras_take_effect_by_weight_one_and_several_and_are_gone_without(folder: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.safetensors", tmp_path / "two.safetensors"
    save(one, network(folder))
    save(two, network(folder), peft)
    plain = paint(folder, runtime="torch")
    some = paint(folder, {"model": str(one), "weight": 0.3})
    more = paint(folder, {"model": str(one), "weight": 0.6})
    assert (plain != some).any()
    assert (some != more).any()
    both = paint(folder, {"model": str(one), "weight": 0.3}, {"model": str(two), "weight": 0.3})
    assert np.abs(both.astype(int) - more.astype(int)).max() <= 1
    np.testing.assert_array_equal(paint(folder, {"model": str(one), "weight": 0.0}), plain)
    np.testing.assert_array_equal(paint(folder, runtime="torch"), plain)


def test_what_is_no_lora_is_refused_before_anything_is_loaded(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS, str(tmp_path))
    save(tmp_path / "x.safetensors", network(folder))
    for model, said in (
        ("nothing", "is no safetensors file and no LoRA of the shelf"),
        ("sd-turbo", "is a whole model and no LoRA"),
        ("lcm-lora-sdxl", "is not on this machine yet: `reverie models pull lcm-lora-sdxl`"),
    ):
        with pytest.raises(InputError, match=said):
            paint(folder, {"model": model})
    with pytest.raises(InputError, match="can't add LoRAs: use torch"):
        paint(folder, {"model": str(tmp_path / "x.safetensors")}, runtime="openvino")
