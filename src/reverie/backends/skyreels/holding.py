"""How a video model is held: all of it where it computes, or parts of it aside until they are needed."""

from __future__ import annotations

from math import prod
from typing import Any

from reverie.models.checkpoint import Checkpoint, Part, tensors_of
from reverie.models.room import Free, Way, chosen
from reverie.models.tensors import BYTES, Tensor

WHOLE, ASIDE, BY_BLOCKS = "whole", "encoders aside", "block by block"
SINGLE = 4
"""Bytes of a number in single precision, which the autoencoder keeps."""

WORKING = 3
"""Times the bytes of a window's tokens that a block takes while it computes, as far as is known without measuring."""


def held(checkpoint: Checkpoint, device: str, size: int, tokens: int, free: Free | None = None) -> str:
    """Return how a model is held; MachineError where it has no room.

    `size` is bytes of a number of the network, `tokens` how many its window has.
    """
    parts = checkpoint.parts
    network = _bytes(parts["transformer"], size)
    vae = _bytes(parts["vae"], SINGLE)
    encoders = sum(_bytes(parts[role], size) for role in ("text_encoder", "image_encoder") if role in parts)
    config = checkpoint.config("transformer")
    width = int(config.get("num_attention_heads", 16)) * int(config.get("attention_head_dim", 128))
    work = WORKING * 2 * tokens * width * SINGLE
    block = network // max(1, int(config.get("num_layers", 32)))
    ways = [
        Way(WHOLE, network + vae + encoders + work, 0),
        Way(ASIDE, max(network + vae + work, encoders), network + encoders),
        Way(BY_BLOCKS, max(2 * block + vae + work, encoders), network + encoders),
    ]
    there = free or Free.of(device)
    return chosen(ways[:1] if there.shared else ways, there, checkpoint.folder.name).name


def put_by_blocks(network: Any, device: str) -> None:
    """Keep a network on the host and bring each block to the device when its turn comes, the next one meanwhile."""
    import torch

    network.enable_group_offload(
        onload_device=torch.device(device),
        offload_device=torch.device("cpu"),
        offload_type="block_level",
        num_blocks_per_group=1,
        use_stream=device.startswith("cuda"),
    )


def _bytes(part: Part, size: int) -> int:
    """Return what a part takes in memory, numbers of whole kinds as they are stored."""
    return sum(prod(tensor.shape) * _size(tensor, size) for tensor in tensors_of(part).values())


def _size(tensor: Tensor, size: int) -> int:
    return size if tensor.kind.startswith(("F", "BF")) else BYTES[tensor.kind]
