from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from reverie.core.errors import InputError, MachineError
from reverie.models.checkpoint import open_checkpoint, tensors_of, weight_files
from reverie.models.network import load_network
from reverie.models.shipped import WEIGHTS, locate
from tests import checkpoints


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoints.save_ours(tmp_path_factory.mktemp("models") / "ours")


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "model"))


def load(folder: Path) -> None:
    load_network(open_checkpoint(folder), "cpu", torch.float32)


UNET = "unet/diffusion_pytorch_model.safetensors"


def rewrite(file: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    weights = load_file(file)
    change(weights)
    save_file(weights, file)


def test_every_weight_arrives(folder: Path) -> None:
    network = load_network(open_checkpoint(folder), "cpu", torch.float32)
    stored = load_file(folder / UNET)
    for name, value in network.unet.state_dict().items():
        assert torch.equal(value, stored[name].float())
    assert not any(value.is_meta for value in network.encoders[0].buffers())
    assert not any(value.requires_grad for value in network.vae.parameters())


def test_names_of_other_versions_are_known(folder: Path) -> None:
    file = folder / "text_encoder/model.safetensors"
    weights = {f"text_model.{name.removeprefix('text_model.')}": value for name, value in load_file(file).items()}
    save_file({**weights, "text_model.embeddings.position_ids": torch.arange(12)[None]}, file)
    load(folder)


def test_weights_may_be_in_several_files(folder: Path) -> None:
    weights = load_file(folder / UNET)
    names = sorted(weights)
    halves = {"a.safetensors": names[::2], "b.safetensors": names[1::2]}
    for file, held in halves.items():
        save_file({name: weights[name] for name in held}, folder / "unet" / file)
    (folder / UNET).unlink()
    table = {name: file for file, held in halves.items() for name in held}
    index = folder / "unet/diffusion_pytorch_model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": table}))
    load(folder)
    for wrong in ("../unet/a.safetensors", "c.safetensors", "a.bin", 3):
        index.write_text(json.dumps({"weight_map": {**table, names[0]: wrong}}))
        with pytest.raises(InputError, match="safetensors"):
            load(folder)
    save_file({names[0]: weights[names[0]], names[1]: weights[names[1]]}, folder / "unet/b.safetensors")
    index.write_text(json.dumps({"weight_map": table}))
    with pytest.raises(InputError, match=f"tensor {names[0]} is in a.safetensors too"):
        load(folder)


def test_a_half_precision_variant_will_do(folder: Path) -> None:
    (folder / UNET).rename(folder / "unet/diffusion_pytorch_model.fp16.safetensors")
    load(folder)


@pytest.mark.parametrize("suffix", ["bin", "pt", "ckpt"])
def test_pickles_are_refused(folder: Path, suffix: str) -> None:
    (folder / UNET).rename(folder / f"unet/diffusion_pytorch_model.{suffix}")
    with pytest.raises(InputError, match="pickled and could run any program: use the model's safetensors files"):
        load(folder)


def test_no_weights_at_all_is_said(folder: Path) -> None:
    (folder / UNET).unlink()
    with pytest.raises(InputError, match="has no weights"):
        load(folder)


def a_missing(weights: dict[str, torch.Tensor]) -> None:
    del weights["conv_in.weight"]


def one_too_many(weights: dict[str, torch.Tensor]) -> None:
    weights["backdoor.weight"] = torch.zeros(2)


def another_shape(weights: dict[str, torch.Tensor]) -> None:
    weights["conv_in.weight"] = torch.zeros(16, 5, 3, 3)


def not_a_number(weights: dict[str, torch.Tensor]) -> None:
    weights["conv_in.weight"][0, 0, 0, 0] = torch.nan


FAULTS: dict[Callable[[dict[str, torch.Tensor]], None], str] = {
    a_missing: "does not hold its whole unet: tensor conv_in.weight is missing",
    one_too_many: "does not fit its unet: tensor backdoor.weight is unexpected",
    another_shape: r"tensor conv_in.weight is \[16, 5, 3, 3\] instead of \[16, 4, 3, 3\]",
    not_a_number: "tensor conv_in.weight holds NaN",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_weights_that_do_not_fit_are_refused(folder: Path, fault: Callable[[dict[str, torch.Tensor]], None]) -> None:
    rewrite(folder / UNET, fault)
    with pytest.raises(InputError, match=FAULTS[fault]) as caught:
        load(folder)
    assert caught.value.field == "model"


def test_a_file_cut_short_is_refused(folder: Path) -> None:
    (folder / UNET).write_bytes((folder / UNET).read_bytes()[:-1000])
    with pytest.raises(InputError, match="cut short"):
        load(folder)


CONFIGS = {
    "block_out_channels": ([16, 32, 64], "can't be built"),
    "down_block_types": (["NoSuchBlock", "DownBlock2D"], "can't be built"),
    "norm_num_groups": (7, "can't be built"),
}


@pytest.mark.parametrize("key", CONFIGS)
def test_settings_that_describe_nothing_are_refused(folder: Path, key: str) -> None:
    path = folder / "unet/config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), key: CONFIGS[key][0]}))
    with pytest.raises(InputError, match=CONFIGS[key][1]):
        load(folder)


INDEXES: dict[str, tuple[Any, str]] = {
    "not JSON": ("{", "is not JSON"),
    "a list": ("[]", "is not a JSON object"),
    "nothing in it": ("{}", "has no unet"),
    "a transformer": ({"unet": None, "transformer": ["diffusers", "FluxTransformer2DModel"]}, "has no unet"),
    "another class": ({"unet": ["diffusers", "UNet3DConditionModel"]}, "UNet2DConditionModel can be run"),
    "a role we don't know": ({"prior": ["diffusers", "PriorTransformer"]}, "has prior PriorTransformer"),
}


@pytest.mark.parametrize("case", INDEXES)
def test_models_of_other_kinds_are_refused(folder: Path, case: str) -> None:
    change, said = INDEXES[case]
    path = folder / "model_index.json"
    path.write_text(change if isinstance(change, str) else json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(InputError, match=said):
        open_checkpoint(folder)


def test_parts_that_are_not_used_need_not_be_there(folder: Path) -> None:
    path = folder / "model_index.json"
    more = {
        "safety_checker": ["x", "StableDiffusionSafetyChecker"],
        "feature_extractor": [None, None],
        "_note": ["a", "b"],
    }
    path.write_text(json.dumps({**json.loads(path.read_text()), **more}))
    assert set(open_checkpoint(folder).parts) == {"unet", "vae", "text_encoder", "tokenizer", "scheduler"}


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no model_index\.json"):
        open_checkpoint(tmp_path)


def test_a_model_is_found_by_name_or_by_folder(tmp_path: Path) -> None:
    assert locate(str(tmp_path)) == tmp_path
    with pytest.raises(InputError, match="is no folder"):
        locate("no-such-model")
    with pytest.raises(InputError, match="is no folder"):
        locate(str(tmp_path / "nowhere"))
    if (WEIGHTS / "reverie-tiny/model_index.json").is_file():
        assert locate("reverie-tiny") == WEIGHTS / "reverie-tiny"
    else:
        with pytest.raises(MachineError, match="weights of reverie-tiny are not part"):
            locate("reverie-tiny")


def test_tensors_are_listed_without_loading(folder: Path) -> None:
    part = open_checkpoint(folder).parts["unet"]
    assert tensors_of(part)["conv_in.weight"].shape == (16, 4, 3, 3)
    assert weight_files(part) == (folder / UNET,)
