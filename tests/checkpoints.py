"""Small checkpoints with random weights, in the hub's format, of every kind that the backend loads."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

WORDS = ("a", "the", "reef", "city", "at", "dusk", "night", "storm", "in", "oil", "coral", "forest")

TINY_UNET: Mapping[str, Any] = {
    "sample_size": 16,
    "in_channels": 4,
    "out_channels": 4,
    "block_out_channels": (16, 32),
    "layers_per_block": 1,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    "mid_block_type": "UNetMidBlock2DCrossAttn",
    "cross_attention_dim": 16,
    "attention_head_dim": 2,
    "norm_num_groups": 8,
}
OURS: Mapping[str, Any] = {
    **TINY_UNET,
    "addition_embed_type": "text",
    "addition_embed_type_num_heads": 2,
    "resnet_time_scale_shift": "scale_shift",
    "time_cond_proj_dim": 16,
}
TURBO: Mapping[str, Any] = {**TINY_UNET, "attention_head_dim": (2, 4), "use_linear_projection": True}
LCM: Mapping[str, Any] = {**TINY_UNET, "time_cond_proj_dim": 256}
XL: Mapping[str, Any] = {
    **TINY_UNET,
    "cross_attention_dim": 32,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 8,
    "projection_class_embeddings_input_dim": 6 * 8 + 16,
    "use_linear_projection": True,
    "transformer_layers_per_block": (1, 2),
}
FULL: Mapping[str, Any] = {
    **OURS,
    "sample_size": 64,
    "block_out_channels": (32, 64, 128, 192),
    "down_block_types": ("DownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
    "cross_attention_dim": 128,
    "attention_head_dim": 4,
    "addition_embed_type_num_heads": 4,
    "norm_num_groups": 16,
    "time_cond_proj_dim": 64,
}


def save_ours(folder: Path, *, full: bool = False, seed: int = 0, dtype: torch.dtype = torch.float16) -> Path:
    """Save a checkpoint like the one we ship: of the real size where `full`, else a tiny one; return its folder."""
    scheduler = _scheduler("LCMScheduler", "linear", 1e-4, 0.02, prediction_type="v_prediction")
    vae = _tiny_vae(32 if full else 8, (0, 1, 3) if full else (0, 1), seed)
    return _save(folder, FULL if full else OURS, vae, scheduler, (seed, 32 if full else 12, dtype))


def save_lcm(folder: Path, seed: int = 0) -> Path:
    """Save a tiny checkpoint set up as SimianLuo/LCM_Dreamshaper_v7 is."""
    scheduler = _scheduler("LCMScheduler", "scaled_linear", 0.00085, 0.012)
    return _save(folder, LCM, _kl_vae(seed), scheduler, (seed, 12, torch.float32))


def save_deep_lcm(folder: Path, seed: int = 0) -> Path:
    """Save a tiny checkpoint whose network halves its pictures three times, as LCM_Dreamshaper_v7 does."""
    deep = {
        **LCM,
        "block_out_channels": (16, 16, 16, 32),
        "down_block_types": ("DownBlock2D", "DownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D", "UpBlock2D", "UpBlock2D"),
    }
    scheduler = _scheduler("LCMScheduler", "scaled_linear", 0.00085, 0.012)
    return _save(folder, deep, _kl_vae(seed), scheduler, (seed, 12, torch.float32))


def save_turbo(folder: Path, seed: int = 0) -> Path:
    """Save a tiny checkpoint set up as stabilityai/sd-turbo is."""
    scheduler = _scheduler("EulerDiscreteScheduler", "scaled_linear", 0.00085, 0.012, timestep_spacing="trailing")
    return _save(folder, TURBO, _kl_vae(seed), scheduler, (seed, 12, torch.float32))


def save_plain(folder: Path, seed: int = 0) -> Path:
    """Save a tiny checkpoint set up as Stable Diffusion 1.5 is."""
    scheduler = _scheduler("PNDMScheduler", "scaled_linear", 0.00085, 0.012, skip_prk_steps=True, steps_offset=1)
    return _save(folder, TINY_UNET, _kl_vae(seed), scheduler, (seed, 12, torch.float32))


def save_lora(file: Path, rank: int = 2, seed: int = 0) -> Path:
    """Save a LoRA for two layers of the tiny networks, spelt as LCM-LoRA is."""
    from safetensors.torch import save_file

    drawn = torch.Generator().manual_seed(seed)
    wide = TINY_UNET["block_out_channels"]
    shapes = {"conv_in": (wide[0], 4, 3, 3), "time_embedding_linear_1": (4 * wide[0], wide[0])}
    tensors = {}
    for layer, (out, *rest) in shapes.items():
        tensors[f"lora_unet_{layer}.lora_down.weight"] = torch.randn(rank, *rest, generator=drawn)
        tensors[f"lora_unet_{layer}.lora_up.weight"] = torch.randn(out, rank, *(1,) * (len(rest) - 1), generator=drawn)
        tensors[f"lora_unet_{layer}.alpha"] = torch.tensor(float(rank))
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, file)
    return file


def save_xl(folder: Path, seed: int = 0) -> Path:
    """Save a tiny checkpoint set up as stabilityai/sdxl-turbo is: two text encoders and pooled text."""
    name = "EulerAncestralDiscreteScheduler"
    scheduler = _scheduler(name, "scaled_linear", 0.00085, 0.012, timestep_spacing="trailing")
    return _save(folder, XL, _kl_vae(seed), scheduler, (seed, 12, torch.float32), encoders=2)


def _scheduler(name: str, schedule: str, start: float, end: float, **more: Any) -> dict[str, Any]:
    facts = {"beta_schedule": schedule, "beta_start": start, "beta_end": end, "num_train_timesteps": 1000}
    return {"_class_name": name, **facts, "prediction_type": "epsilon", **more}


def _tiny_vae(width: int, blocks: tuple[int, ...], seed: int) -> Any:
    from diffusers import AutoencoderTiny

    torch.manual_seed(seed)
    widths = (width,) * len(blocks)
    vae = AutoencoderTiny(
        encoder_block_out_channels=widths,
        decoder_block_out_channels=widths,
        num_encoder_blocks=blocks,
        num_decoder_blocks=blocks[::-1],
    )
    for last, gain in ((vae.encoder.layers[-1], 10.0), (vae.decoder.layers[-1], 4.0)):
        # Untrained, it would paint all but one flat grey, which the loop takes for no picture.
        last.weight.data.mul_(gain)
    vae.decoder.layers[-1].bias.data.fill_(0.5)
    return vae


def _kl_vae(seed: int) -> Any:
    from diffusers import AutoencoderKL

    torch.manual_seed(seed)
    return AutoencoderKL(
        block_out_channels=(8, 8),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        norm_num_groups=4,
        latent_channels=4,
        sample_size=32,
        scaling_factor=0.18215,
    )


def _save(
    folder: Path,
    unet_config: Mapping[str, Any],
    vae: Any,
    scheduler: Mapping[str, Any],
    facts: tuple[int, int, torch.dtype],
    encoders: int = 1,
) -> Path:
    from diffusers import UNet2DConditionModel

    seed, length, dtype = facts
    torch.manual_seed(seed)
    unet = UNet2DConditionModel(**unet_config)
    _liven(unet)
    folder.mkdir(parents=True, exist_ok=True)
    index: dict[str, Any] = {"_class_name": "LatentConsistencyModelPipeline"}
    names = ["UNet2DConditionModel", type(vae).__name__]
    for role, kind, module in zip(("unet", "vae"), names, (unet, vae), strict=True):
        module.to(dtype).save_pretrained(folder / role)
        index[role] = ["diffusers", kind]
    (folder / "scheduler").mkdir(exist_ok=True)
    (folder / "scheduler/scheduler_config.json").write_text(json.dumps(dict(scheduler)))
    index["scheduler"] = ["diffusers", scheduler["_class_name"]]
    wide = unet_config["cross_attention_dim"] // encoders
    for number, suffix in enumerate(("", "_2")[:encoders]):
        size = save_tokenizer(folder / f"tokenizer{suffix}", length)
        kind = _save_text_encoder(folder / f"text_encoder{suffix}", (size, length, wide), number == 1, dtype)
        index[f"tokenizer{suffix}"] = ["transformers", "CLIPTokenizer"]
        index[f"text_encoder{suffix}"] = ["transformers", kind]
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def _liven(module: torch.nn.Module) -> None:
    """Give biases and norms values of their own, so that a mistake in any of them shows."""
    for parameter in module.parameters():
        if parameter.ndim == 1:
            parameter.data.add_(0.1 * torch.randn_like(parameter))


def _save_text_encoder(folder: Path, size: tuple[int, int, int], projects: bool, dtype: torch.dtype) -> str:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    vocabulary, length, wide = size
    config = CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=wide,
        intermediate_size=2 * wide,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=length,
        projection_dim=wide,
        bos_token_id=vocabulary - 2,
        eos_token_id=vocabulary - 1,
        pad_token_id=vocabulary - 1,
    )
    kind = CLIPTextModelWithProjection if projects else CLIPTextModel
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kind(config).to(dtype).save_pretrained(folder)
    return str(kind.__name__)


def save_tokenizer(folder: Path, length: int) -> int:
    """Save a byte-pair tokenizer in CLIP's format that has `WORDS` whole; return how many pieces it has."""
    from transformers import CLIPTokenizer

    letters = [chr(code) for code in (*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100))]
    pieces = [*letters, *(f"{letter}</w>" for letter in letters)]
    merges = []
    for word in WORDS:
        parts = [*word[:-1], f"{word[-1]}</w>"]
        while len(parts) > 1:
            merges.append(f"{parts[0]} {parts[1]}")
            parts = [parts[0] + parts[1], *parts[2:]]
            pieces.append(parts[0])
    pieces = list(dict.fromkeys([*pieces, "<|startoftext|>", "<|endoftext|>"]))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({piece: number for number, piece in enumerate(pieces)}))
    lines = ["#version: 0.2", *dict.fromkeys(merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n")
    CLIPTokenizer(
        json.loads((folder / "vocab.json").read_text()),
        [tuple(line.split()) for line in lines[1:]],
        model_max_length=length,
    ).save_pretrained(folder)
    return len(pieces)
