from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reverie.backends.diffusers_image import DiffusersImage
from reverie.backends.diffusers_image.facts import read_model_facts
from reverie.core.card import BackendCard, Range
from reverie.core.errors import InputError
from reverie.models.checkpoint import open_checkpoint
from tests import checkpoints


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoints.save_ours(tmp_path_factory.mktemp("models") / "ours")


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "ours"))


def described(folder: Path) -> BackendCard:
    return DiffusersImage.describe(DiffusersImage.Options(model=str(folder)))


def test_a_card_follows_from_the_settings(folder: Path) -> None:
    card = described(folder)
    assert card.id == "ours"
    assert card.inputs == {"text", "image"}
    assert card.size_multiple == 4
    assert card.vram_gib == 0
    assert card.ranges["num_inference_steps"] == Range(4, 1, 8)
    assert card.ranges["strength"] == Range(0.5, 0.1, 1.0)
    assert card.ranges["guidance_scale"].default > 1


def test_turbo_has_one_step_and_no_guidance_by_default(tmp_path: Path) -> None:
    ranges = described(checkpoints.save_turbo(tmp_path / "turbo")).ranges
    assert ranges["num_inference_steps"].default == 1
    assert ranges["guidance_scale"].default == 1


def test_facts_are_read_from_settings_not_from_names(folder: Path, tmp_path: Path) -> None:
    ours = read_model_facts(open_checkpoint(folder))
    assert (ours.channels, ours.factor, ours.guided, ours.sized, ours.small) == (4, 2, True, False, True)
    xl = read_model_facts(open_checkpoint(checkpoints.save_xl(tmp_path / "xl")))
    assert xl.scaling == pytest.approx(0.18215)
    assert (xl.guided, xl.sized) == (False, True)


STORED = {
    "title": "Ours",
    "license": "Apache-2.0",
    "size_multiple": 6,
    "vram_gib": 0.5,
    "ranges": {
        "strength": {"default": 0.4, "minimum": 0.2, "maximum": 0.9},
        "paint_fps": {"default": 12, "minimum": 1, "maximum": 60},
    },
}


def test_a_card_beside_the_weights_has_the_last_word(folder: Path) -> None:
    (folder / "card.json").write_text(json.dumps(STORED))
    card = described(folder)
    assert (card.title, card.license, card.size_multiple, card.vram_gib) == ("Ours", "Apache-2.0", 12, 0.5)
    assert card.ranges["strength"] == Range(0.4, 0.2, 0.9)
    assert card.default("paint_fps", 0) == 12
    assert card.ranges["num_inference_steps"].default == 4


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"ranges": {"strength": {"default": 0.4}}},
        {"ranges": {"strength": 3}},
        {"ranges": []},
        {"size_multiple": "many"},
        {"vram_gib": None},
    ],
)
def test_a_card_that_is_none_is_refused(folder: Path, change: dict[str, Any]) -> None:
    (folder / "card.json").write_text(json.dumps({**STORED, **change}))
    with pytest.raises(InputError, match=r"card\.json"):
        described(folder)


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        ("unet", {"in_channels": 9}, "9 channels for latents of 4"),
        ("unet", {"addition_embed_type": "image"}, "inputs besides a prompt"),
        ("unet", {"class_embed_type": "timestep"}, "inputs besides a prompt"),
        ("scheduler", {"beta_schedule": "sigmoid"}, "beta_schedule"),
        ("scheduler", {"prediction_type": "flow"}, "prediction_type"),
    ],
)
def test_models_that_want_more_are_refused(folder: Path, part: str, change: dict[str, Any], said: str) -> None:
    path = folder / part / ("scheduler_config.json" if part == "scheduler" else "config.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(InputError, match=said):
        described(folder)


def test_describing_loads_no_weights(folder: Path) -> None:
    (folder / "unet/diffusion_pytorch_model.safetensors").write_bytes(b"not weights")
    assert described(folder).id == "ours"
