"""LoRAs (Hu et al. 2021) in files of the usual kinds, added to a network's weights where it is loaded.

A layer's weights W become W + weight · (alpha / rank) · up · down. Nothing more is computed for a picture than without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reverie.core.errors import InputError
from reverie.models.network import PREFIX, Network
from reverie.models.tensors import Tensor, check_finite, read_header

if TYPE_CHECKING:
    import torch
    from torch import nn

DOWN, UP, ALPHA = "down", "up", "alpha"
ENDS: Mapping[str, str] = {
    ".lora_down.weight": DOWN,
    ".lora_up.weight": UP,
    ".lora_A.weight": DOWN,
    ".lora_B.weight": UP,
    ".lora.down.weight": DOWN,
    ".lora.up.weight": UP,
    "_lora.down.weight": DOWN,
    "_lora.up.weight": UP,
    ".alpha": ALPHA,
}
"""What names end with, by the programs that write such files, and what each tensor is."""

BEGINNINGS: Mapping[str, str] = {
    "lora_unet_": "unet",
    "lora_te_": "text_encoder",
    "lora_te1_": "text_encoder",
    "lora_te2_": "text_encoder_2",
    "unet.": "unet",
    "text_encoder.": "text_encoder",
    "text_encoder_2.": "text_encoder_2",
}
"""What names begin with, and the part of the model that they are for."""

_PROCESSOR = re.compile(r"\.processor\b")


Change = dict[str, Tensor]
"""What is added to one layer: `up` `(out, rank)`, `down` `(rank, in)`, either as a convolution's too, and `alpha`."""


def add(network: Network, file: Path, weight: float) -> int:
    """Add a LoRA to a network's weights and return how many layers it changed.

    Raises InputError, naming the tensor, for a file that is damaged, holds other things, or does not fit the network.
    """
    changes = read(file)
    layers = {role: _layers(module) for role, module in parts(network).items()}
    found = {place: _layer(layers, place, file) for place in changes}
    for place, change in changes.items():
        _change(found[place], change, weight, file)
    return len(changes)


def read(file: Path) -> dict[tuple[str, str], Change]:
    """Return a file's changes by part and layer, as it calls them; InputError for what is no LoRA."""
    changes: dict[tuple[str, str], Change] = {}
    for name, tensor in read_header(file).items():
        check_finite(tensor)
        part, layer, what = _parsed(file, name)
        changes.setdefault((part, layer), {})[what] = tensor
    for (_, layer), change in changes.items():
        if not {DOWN, UP} <= change.keys():
            raise _misfit(file, f"is not whole: {layer} has only {' and '.join(sorted(change))}")
    if not changes:
        raise _misfit(file, "holds no LoRA")
    return changes


def parts(network: Network) -> dict[str, nn.Module]:
    """Return the parts of a network that a LoRA may change, by their roles."""
    encoders = zip(("text_encoder", "text_encoder_2"), network.encoders, strict=False)
    return {"unet": network.unet, **dict(encoders)}


def _parsed(file: Path, name: str) -> tuple[str, str, str]:
    begun = next((begin for begin in BEGINNINGS if name.startswith(begin)), None)
    end = next((end for end in ENDS if name.endswith(end)), None)
    if begun is None or end is None:
        raise _misfit(file, f"is no LoRA that can be added here (it holds {name[:80]})")
    layer = name.removeprefix(begun).removesuffix(end)
    return BEGINNINGS[begun], _PROCESSOR.sub("", layer), ENDS[end]


def _layers(module: nn.Module) -> dict[str, nn.Module]:
    """Return every layer with weights by its name with underscores for dots, which no two share."""
    named = {name: layer for name, layer in module.named_modules() if hasattr(layer, "weight")}
    return {spelt: layer for name, layer in named.items() for spelt in _spellings(name)}


def _spellings(name: str) -> Iterator[str]:
    for known in (name, PREFIX + name, name.removeprefix(PREFIX)):
        flat = known.replace(".", "_")
        yield flat
        yield flat.removesuffix("_0") if flat.endswith("to_out_0") else flat


def _layer(layers: Mapping[str, Mapping[str, nn.Module]], place: tuple[str, str], file: Path) -> nn.Module:
    part, layer = place
    known = layers.get(part, {}).get(layer.replace(".", "_"))
    if known is None:
        raise _misfit(file, f"does not fit this model (its {part} has no layer {layer[:80]})")
    return known


def _change(layer: nn.Module, change: Change, weight: float, file: Path) -> None:
    import torch

    if weight == 0:
        return
    values = {what: _value(tensor) for what, tensor in change.items()}
    up, down = values[UP], values[DOWN]
    rank = down.shape[0]
    own = layer.weight
    if not isinstance(own, torch.Tensor) or up.shape[1] != rank or up.shape[0] * down[0].numel() != own.numel():
        shapes = f"{list(up.shape)} times {list(down.shape)}"
        raise _misfit(file, f"does not fit this model ({change[UP].name[:80]} is {shapes})")
    scale = weight * float(values[ALPHA]) / rank if ALPHA in values else weight
    added = (up.flatten(1) @ down.flatten(1)).reshape(own.shape) * scale
    own.data.copy_((own.data.float() + added.to(own.device)).to(own.dtype))


def _misfit(file: Path, fault: str) -> InputError:
    return InputError("loras", file.name, f"{fault}: use one that was made for this model.")


def _value(tensor: Tensor) -> torch.Tensor:
    from safetensors import safe_open

    with safe_open(tensor.file, framework="pt", device="cpu") as stored:
        value: torch.Tensor = stored.get_tensor(tensor.name).float()
        return value
