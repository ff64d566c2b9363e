"""Small video models with random weights, in the hub's format, of every kind that the backend loads."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from tests.checkpoints import WORDS

WIDTH, LENGTH, SEEN = 16, 512, 12
"""Of the text encoder's states, of a prompt in tokens, and of the picture encoder's states."""

NETWORK: Mapping[str, Any] = {
    "patch_size": (1, 2, 2),
    "num_attention_heads": 2,
    "attention_head_dim": 12,
    "in_channels": 16,
    "out_channels": 16,
    "text_dim": WIDTH,
    "freq_dim": 32,
    "ffn_dim": 32,
    "num_layers": 2,
    "rope_max_seq_len": 32,
    "qk_norm": "rms_norm_across_heads",
}


def save_forced(folder: Path, seed: int = 0, **network: Any) -> Path:
    """Save a tiny checkpoint set up as SkyReels-V2-DF-1.3B-540P is."""
    told = {**NETWORK, "inject_sample_info": True, **network}
    return _save(folder, "SkyReelsV2DiffusionForcingPipeline", told, seed)


def save_words(folder: Path, seed: int = 0) -> Path:
    """Save a tiny checkpoint set up as SkyReels-V2-T2V-14B-540P is."""
    return _save(folder, "SkyReelsV2Pipeline", NETWORK, seed)


def save_pictured(folder: Path, seed: int = 0) -> Path:
    """Save a tiny checkpoint set up as SkyReels-V2-I2V-1.3B-540P is: a picture beside the noise, and seen."""
    network = {**NETWORK, "in_channels": 36, "image_dim": SEEN, "added_kv_proj_dim": 24}
    return _save(folder, "SkyReelsV2ImageToVideoPipeline", network, seed, seeing=True)


def _save(folder: Path, kind: str, network: Mapping[str, Any], seed: int, *, seeing: bool = False) -> Path:
    from diffusers import AutoencoderKLWan, SkyReelsV2Transformer3DModel, UniPCMultistepScheduler

    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    transformer = SkyReelsV2Transformer3DModel(**network)
    for parameter in transformer.parameters():
        if parameter.ndim == 1:
            parameter.data.add_(0.1 * torch.randn_like(parameter))
    vae = AutoencoderKLWan(
        base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    solver = UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=8.0)
    transformer.save_pretrained(folder / "transformer")
    vae.save_pretrained(folder / "vae")
    solver.save_pretrained(folder / "scheduler")
    vocabulary = save_tokenizer(folder / "tokenizer")
    _save_text_encoder(folder / "text_encoder", vocabulary)
    index: dict[str, Any] = {
        "_class_name": kind,
        "transformer": ["diffusers", "SkyReelsV2Transformer3DModel"],
        "vae": ["diffusers", "AutoencoderKLWan"],
        "scheduler": ["diffusers", "UniPCMultistepScheduler"],
        "text_encoder": ["transformers", "UMT5EncoderModel"],
        "tokenizer": ["transformers", "T5TokenizerFast"],
    }
    if seeing:
        _save_seeing(folder)
        index["image_encoder"] = ["transformers", "CLIPVisionModelWithProjection"]
        index["image_processor"] = ["transformers", "CLIPImageProcessor"]
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def save_tokenizer(folder: Path) -> int:
    """Save a tokenizer in T5's format that has `WORDS` and letters; return how many pieces it has."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    pieces = ["<pad>", "</s>", "<unk>", "▁", *(f"▁{word}" for word in WORDS), *letters]
    scored = [(piece, -1.0 if piece.startswith("▁") else -5.0) for piece in dict.fromkeys(pieces)]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=2))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=LENGTH
    )
    fast.save_pretrained(folder)
    return len(scored)


def _save_text_encoder(folder: Path, vocabulary: int) -> None:
    from transformers import UMT5Config, UMT5EncoderModel

    config = UMT5Config(vocab_size=vocabulary, d_model=WIDTH, d_kv=8, d_ff=32, num_layers=2, num_heads=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        encoder = UMT5EncoderModel(config)
        for parameter in encoder.parameters():
            parameter.data.mul_(3)
        encoder.save_pretrained(folder)


def _save_seeing(folder: Path) -> None:
    from transformers import CLIPImageProcessorPil, CLIPVisionConfig, CLIPVisionModelWithProjection

    config = CLIPVisionConfig(
        hidden_size=SEEN, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2, image_size=16, patch_size=8
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        CLIPVisionModelWithProjection(config).save_pretrained(folder / "image_encoder")
    CLIPImageProcessorPil(crop_size=16, size={"shortest_edge": 16}).save_pretrained(folder / "image_processor")
