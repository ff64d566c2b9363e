"""Stage 1b: latents are weighed by how much of them is seen.

White latents, which the autoencoder is taught to make, spend five of eight directions on detail that hardly shows: four
fifths of what a network then learns, and of the noise it must see through, has nothing to do with colours and shapes.
Turned into the directions of what the decoder makes of them, and each scaled by a power of how much that is, they let
noise hide detail first and shapes last, as it does in pictures.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from diffusers import AutoencoderTiny
from torch import Tensor, nn

from training import checkpoint
from training.build import build_autoencoder
from training.pictures import Pictures
from training.presets import PRESETS

COLOURS = 3
"""Directions that carry what is seen most: their mean keeps its size."""


@torch.inference_mode()
def effect(model: AutoencoderTiny, latents: Tensor, size: float = 0.3, seed: int = 0) -> Tensor:
    """Return `(C, C)`: mean products of what white noise in each channel changes in the picture, per noise's square."""
    noise = size * torch.randn(latents[:, :1].shape, generator=torch.Generator().manual_seed(seed)).to(latents)
    plain = model.decode(latents).sample
    answers = []
    for channel in range(latents.shape[1]):
        moved = latents.clone()
        moved[:, channel : channel + 1] += noise
        answers.append((model.decode(moved).sample - plain).flatten() / size)
    told = torch.stack(answers)
    return told @ told.T / told.shape[1]


def weighing(effects: Tensor, power: float = 0.5) -> Tensor:
    """Return the symmetric `(C, C)` that scales each direction of `effects` by a power of its share."""
    values, directions = torch.linalg.eigh(effects)
    seen = values.clamp(min=1e-12).sqrt()
    scales = (seen / seen[-COLOURS:].mean()) ** power
    weights: Tensor = directions @ torch.diag(scales) @ directions.T
    return weights


@torch.no_grad()
def fold(model: AutoencoderTiny, weights: Tensor) -> None:
    """Make the encoder give, and the decoder take, latents times `weights`; exact but for the decoder's soft bound."""
    last, first = _convolutions(model.encoder)[-1], _convolutions(model.decoder)[0]
    last.weight.copy_(torch.einsum("ab,bchw->achw", weights, last.weight))
    if last.bias is not None:
        last.bias.copy_(weights @ last.bias)
    first.weight.copy_(torch.einsum("obhw,ba->oahw", first.weight, torch.linalg.inv(weights)))


def _convolutions(module: nn.Module) -> list[nn.Conv2d]:
    return [layer for layer in module.modules() if isinstance(layer, nn.Conv2d)]


def main() -> None:
    """Weigh the latents of a checkpoint and write another; the decoder is to be taught a little more after it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--autoencoder", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True, help="what is written")
    parser.add_argument("--power", type=float, default=0.5, help="0 leaves latents as they are")
    parser.add_argument("--count", type=int, default=16)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    model = build_autoencoder(PRESETS[options.preset]).to(options.device)
    checkpoint.load(options.autoencoder, {"autoencoder": model}, {})
    picture = Pictures(options.pictures).take(range(options.count)).to(options.device) * 2 - 1
    with torch.inference_mode():
        latents = model.encode(picture).latents
    weights = weighing(effect(model, latents), options.power)
    fold(model, weights)
    checkpoint.save(options.checkpoint, {"autoencoder": model}, {}, steps=0)
    scales = torch.linalg.eigvalsh(weights).tolist()
    print(json.dumps({"stage": "shape", "scales": [round(scale, 3) for scale in scales]}), flush=True)


if __name__ == "__main__":
    main()
