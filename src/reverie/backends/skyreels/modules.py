"""A video model's parts in memory, from safetensors alone."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import torch

from reverie.backends.skyreels.facts import ModelFacts
from reverie.backends.skyreels.holding import BY_BLOCKS, WHOLE, put_by_blocks
from reverie.backends.skyreels.latents import Latents
from reverie.backends.skyreels.words import Words
from reverie.core.errors import InputError
from reverie.models.checkpoint import Checkpoint, Part, tensors_of
from reverie.models.tensors import broken


@dataclass(frozen=True)
class Modules:
    """A model's parts, ready to run: `seeing` turns a picture into states, where the model looks at pictures."""

    network: Any
    latents: Latents
    words: Words
    solver: Any
    seeing: Callable[[Any], torch.Tensor] | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how a model is held: `way` is one of `holding`'s."""

    device: str
    dtype: torch.dtype
    way: str = WHOLE


def load(checkpoint: Checkpoint, facts: ModelFacts, place: Place) -> Modules:
    """Load every part; InputError, naming part and tensor, for weights missing, unexpected or of another shape."""
    _quieten()
    parts, device, dtype = checkpoint.parts, place.device, place.dtype
    network = _weights(parts["transformer"], dtype)
    if place.way == BY_BLOCKS:
        put_by_blocks(network, device)
    else:
        network.to(device)
    vae = _weights(parts["vae"], torch.float32).to(device)
    encoder = _weights(parts["text_encoder"], dtype)
    if place.way == WHOLE:
        encoder.to(device)
    words = Words(_tokenizer(parts["tokenizer"]), encoder, facts.words, device)
    seeing = _seeing(parts, device, dtype) if facts.kind.pictured else None
    return Modules(network, Latents.of(vae), words, _solver(parts["scheduler"]), seeing)


def _quieten() -> None:
    """Keep the libraries' own progress bars from whoever has one already."""
    import diffusers
    import transformers

    for library in (diffusers, transformers):
        library.utils.logging.disable_progress_bar()


def _weights(part: Part, dtype: torch.dtype) -> Any:
    """Load one part by its library; what does not fit is refused and never filled with chance."""
    tensors_of(part)  # what is broken or pickled is told before a library meets it
    kind = getattr(import_module(LIBRARIES[part.kind]), part.kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            module, told = kind.from_pretrained(
                part.folder, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True
            )
        except (OSError, ValueError, RuntimeError, TypeError, KeyError) as error:
            raise _unloadable(part, error) from None
    for fault, words in FAULTS.items():
        if found := sorted(str(name) for name in told.get(fault, ())):
            raise broken(part.folder, f"does not fit its {part.role}: tensor {found[0]} is {words}")
    return module.eval().requires_grad_(False)


LIBRARIES: Mapping[str, str] = {
    "SkyReelsV2Transformer3DModel": "diffusers",
    "AutoencoderKLWan": "diffusers",
    "UMT5EncoderModel": "transformers",
    "T5EncoderModel": "transformers",
    "CLIPVisionModel": "transformers",
    "CLIPVisionModelWithProjection": "transformers",
}
"""Which library has a class."""

FAULTS: Mapping[str, str] = {
    "missing_keys": "missing",
    "unexpected_keys": "unexpected",
    "mismatched_keys": "of another shape",
}
"""What is wrong with a tensor, by the libraries' names for it."""


def _tokenizer(part: Part) -> Any:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(part.folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise _unloadable(part, error) from None


def _solver(part: Part) -> Any:
    from diffusers import UniPCMultistepScheduler

    if part.kind not in SOLVERS:
        raise InputError("model", f"scheduler {part.kind}", f"can't be run: use {' or '.join(SOLVERS)}.")
    return UniPCMultistepScheduler.from_config(dict(part.config))


SOLVERS = ("UniPCMultistepScheduler",)
"""The solvers that models of this kind are run with."""


def _seeing(parts: Mapping[str, Part], device: str, dtype: torch.dtype) -> Callable[[Any], torch.Tensor]:
    """Return what a picture looks like to the network: the states of the encoder's last layer but one."""
    from transformers import CLIPImageProcessorPil

    encoder = _weights(parts["image_encoder"], dtype).to(device)
    prepared = CLIPImageProcessorPil.from_pretrained(parts["image_processor"].folder, local_files_only=True)

    def seen(image: Any) -> torch.Tensor:
        pixels = prepared(images=image, return_tensors="pt").pixel_values.to(device, dtype)
        states: torch.Tensor = encoder(pixels, output_hidden_states=True).hidden_states[-2]
        return states

    return seen


def _unloadable(part: Part, error: Exception) -> InputError:
    why = " ".join(str(error).split())[:200] or type(error).__name__
    return InputError("model", f"{part.folder.parent.name}/{part.role}", f"can't be loaded: {why}.")
