"""What is exported is small, half precise, and loads with diffusers and with our own backend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from diffusers import AutoencoderTiny, LCMScheduler, UNet2DConditionModel
from safetensors.torch import load_file
from transformers import CLIPTextModel, CLIPTokenizer

from reverie.backends.diffusers_image.facts import read_model_facts
from reverie.models.checkpoint import open_checkpoint
from training import checkpoint
from training.build import build_autoencoder
from training.denoiser import build
from training.export import export
from training.presets import PRESETS
from training.tokenizer import learn, write

LARGEST = 15 * 2**20


def exported(folder: Path, preset: str) -> Path:
    """Export a model that has learnt nothing."""
    torch.manual_seed(0)
    write(folder / "tokenizer", *learn(captions=200, size=700))
    checkpoint.save(folder / "codec.safetensors", {"autoencoder": build_autoencoder(PRESETS[preset])}, {})
    painter = build(preset, folder / "tokenizer", "cpu")
    checkpoint.save(folder / "painter.safetensors", {"shadow": painter}, {})
    with torch.inference_mode():
        export(
            folder / "model", preset, folder / "codec.safetensors", folder / "painter.safetensors", folder / "tokenizer"
        )
    return folder / "model"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.mktemp("smoke"), "smoke")


def test_no_file_of_what_we_ship_is_too_large(tmp_path: Path) -> None:
    model = exported(tmp_path, "tiny")
    sizes = {path.name: path.stat().st_size for path in model.rglob("*") if path.is_file()}
    assert max(sizes.values()) < LARGEST
    assert sum(sizes.values()) > LARGEST, "the network is in several files"
    assert read_model_facts(open_checkpoint(model)).channels == PRESETS["tiny"].latent_channels


def test_weights_are_half_precise(model: Path) -> None:
    kinds = {value.dtype for path in model.rglob("*.safetensors") for value in load_file(path).values()}
    assert torch.float16 in kinds
    assert torch.float32 not in kinds
    assert not list(model.rglob("*.bin"))


def test_diffusers_loads_every_part_and_paints(model: Path) -> None:
    network = UNet2DConditionModel.from_pretrained(model / "unet", torch_dtype=torch.float32).eval()
    text = CLIPTextModel.from_pretrained(model / "text_encoder", dtype=torch.float32).eval()
    codec = AutoencoderTiny.from_pretrained(model / "vae", torch_dtype=torch.float32).eval()
    tokens = CLIPTokenizer.from_pretrained(model / "tokenizer")(
        "a coral reef", padding="max_length", return_tensors="pt"
    )
    scheduler = LCMScheduler.from_pretrained(model / "scheduler")
    scheduler.set_timesteps(2)
    latents = torch.randn(1, network.config["in_channels"], 8, 8, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        states = text(tokens["input_ids"]).last_hidden_state
        scale = torch.zeros(1, network.config["time_cond_proj_dim"])
        for step in scheduler.timesteps:
            velocity = network(latents, step, states, timestep_cond=scale).sample
            latents = scheduler.step(velocity, step, latents, return_dict=False)[0]
        picture = codec.decode(latents).sample
    assert picture.shape == (1, 3, 32, 32)
    assert torch.isfinite(picture).all()


def test_the_weights_are_those_of_the_checkpoints(model: Path) -> None:
    painter = build("smoke", model.parent / "tokenizer", "cpu")
    checkpoint.load(model.parent / "painter.safetensors", {"shadow": painter}, {})
    loaded = UNet2DConditionModel.from_pretrained(model / "unet").state_dict()
    for name, value in painter.network.state_dict().items():
        torch.testing.assert_close(loaded[name].float(), value, rtol=1e-3, atol=1e-5)


def test_our_backend_reads_its_facts(model: Path) -> None:
    facts = read_model_facts(open_checkpoint(model))
    assert (facts.channels, facts.factor, facts.scaling) == (PRESETS["smoke"].latent_channels, 4, 1.0)
    assert facts.guidance_width == PRESETS["smoke"].guidance_width
    assert facts.guided
    assert facts.small
    assert not facts.sized
    assert facts.noise.boundary is not None


def test_nothing_tells_where_it_was_made(model: Path) -> None:
    for path in model.rglob("*.json"):
        assert "_name_or_path" not in json.loads(path.read_text())
        assert str(model.parent) not in path.read_text()
    known = json.loads((model / "vocabulary.json").read_text())
    assert "mountains" in known
    assert not (model / "tokenizer" / "vocabulary.json").exists()


def test_an_export_replaces_the_parts_and_leaves_the_card(tmp_path: Path) -> None:
    model = exported(tmp_path, "smoke")
    (model / "card.json").write_text("{}")
    (model / "unet" / "left-over.safetensors").write_bytes(b"old")
    exported(tmp_path, "smoke")
    assert (model / "card.json").exists()
    assert [path.name for path in sorted((model / "unet").iterdir())] == [
        "config.json",
        "diffusion_pytorch_model.safetensors",
    ]
