"""Stage 2: encode the cache once, at every size the network is taught at, and write its captions as tokens."""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch import Tensor
from torch.nn import functional
from transformers import CLIPTokenizer

from reverie.worlds.captions import caption
from reverie.worlds.world import World
from training import checkpoint
from training.build import TOKENS, build_autoencoder
from training.losses import BORDER
from training.pictures import Pictures
from training.presets import PRESETS
from training.prompts import full_caption

LEAST_DEVIATION = 0.02
CAPTIONS, FULL = 8, 3


@torch.inference_mode()
def encode(model: AutoencoderTiny, pictures: Pictures, side: int, path: Path, device: str, batch: int = 32) -> None:
    """Write `(N, channels, side / 4, side / 4)` float16; ValueError where a picture's latents are all alike."""
    channels = model.config["latent_channels"]
    out = np.lib.format.open_memmap(
        path, mode="w+", dtype=np.float16, shape=(len(pictures), channels, side // 4, side // 4)
    )
    for start in range(0, len(pictures), batch):
        chosen = range(start, min(start + batch, len(pictures)))
        picture = pictures.take(chosen).to(device) * 2 - 1
        if picture.shape[-1] != side:
            picture = functional.interpolate(picture, size=(side, side), mode="area")
        with torch.autocast(device, dtype=torch.bfloat16):
            latents = model.encode(picture.contiguous(memory_format=torch.channels_last)).latents.float()
        if float(latents.std((1, 2, 3)).min()) < LEAST_DEVIATION:
            raise ValueError(f"pictures {start} to {start + batch}: latents with hardly any deviation")
        out[start : start + len(latents)] = latents.cpu().numpy()
    out.flush()


def evenness(latents: Tensor) -> dict[str, float]:
    """Return what makes latents hard to learn: the share of variance that is the same in all pictures, and the spread.

    `pattern` is that share, 0..1, near 0 where the encoder treats all places alike; `spread` the smallest deviation of
    a direction among the channels over the largest, measured away from the borders, 1 for white latents.
    """
    rest = latents - latents.mean((0, 2, 3), keepdim=True)
    inner = rest[..., BORDER:-BORDER, BORDER:-BORDER].transpose(0, 1).flatten(1)
    deviations = torch.linalg.eigvalsh(torch.cov(inner)).clamp(min=0).sqrt()
    pattern = rest.mean(0).square().mean() / rest.square().mean()
    return {"pattern": round(float(pattern), 4), "spread": round(float(deviations[0] / deviations[-1]), 4)}


def spoken(world: World) -> list[str]:
    """Return `CAPTIONS` captions of a world, `FULL` of them leaving nothing out."""
    free = [caption(world, random.Random(f"{world.seed}/{n}")) for n in range(CAPTIONS - FULL)]
    return free + [full_caption(world, f"lesson{n}") for n in range(FULL)]


def tokenise(tokenizer: CLIPTokenizer, pictures: Pictures, path: Path) -> None:
    """Write `(N, CAPTIONS, TOKENS)` int16, several ways to say what each picture shows, and those of nothing said."""
    texts = [text for world in pictures.worlds for text in spoken(world)]
    texts.append("")
    tokens = tokenizer(texts, padding="max_length", truncation=True, max_length=TOKENS, return_tensors="np")[
        "input_ids"
    ]
    np.save(path / "empty.npy", tokens[-1].astype(np.int16))
    np.save(path / "tokens.npy", tokens[:-1].astype(np.int16).reshape(len(pictures), CAPTIONS, TOKENS))


def main() -> None:
    """Encode and tokenise a cache."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--autoencoder", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--sides", type=int, nargs="+", default=[128, 256])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    model = build_autoencoder(PRESETS[options.preset]).to(options.device, memory_format=torch.channels_last)
    checkpoint.load(options.autoencoder, {"autoencoder": model}, {})
    pictures = Pictures(options.pictures)
    tokenise(CLIPTokenizer.from_pretrained(options.tokenizer), pictures, options.pictures)
    for side in options.sides:
        path = options.pictures / f"latents_{side}.npy"
        encode(model, pictures, side, path, options.device)
        some = torch.from_numpy(np.load(path, mmap_mode="r")[:512].astype(np.float32))
        print(json.dumps({"stage": "latents", "side": side, **evenness(some)}), flush=True)


if __name__ == "__main__":
    main()
