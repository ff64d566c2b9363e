"""Torch modules from a checkpoint, each tensor checked by name, shape and value before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING, Any

from reverie.core.errors import InputError
from reverie.models.checkpoint import Checkpoint, Part, tensors_of
from reverie.models.tensors import Tensor, broken, check_finite

if TYPE_CHECKING:
    import torch
    from torch import nn

DERIVED = ("position_ids",)
"""Ends of names of tensors that old checkpoints hold and modules compute by themselves."""

PREFIX = "text_model."
"""What text encoders' names begin with in some versions of their library and not in others."""

RENAMED = {".query.": ".to_q.", ".key.": ".to_k.", ".value.": ".to_v.", ".proj_attn.": ".to_out.0."}
"""Names of attention in autoencoders of 2022, and what they are called now."""


@dataclass(frozen=True)
class Network:
    """A model's modules, ready to run: `unet`, `vae` and one or two text encoders, on one device in one precision."""

    unet: nn.Module
    vae: nn.Module
    encoders: tuple[nn.Module, ...]


def load_network(checkpoint: Checkpoint, device: str, dtype: torch.dtype) -> Network:
    """Load every weight of a checkpoint.

    Raises InputError, naming file and tensor, for weights missing, unexpected, of another shape, or not finite.
    """
    encoders = [role for role in ("text_encoder", "text_encoder_2") if role in checkpoint.parts]
    parts = [load_part(checkpoint.parts[role], device, dtype) for role in ("unet", "vae", *encoders)]
    return Network(parts[0], parts[1], tuple(parts[2:]))


def load_part(part: Part, device: str, dtype: torch.dtype) -> nn.Module:
    """Load one part of a checkpoint; errors as in `load_network`."""
    import torch

    module = _built(part)
    places = matched(part, {name: tuple(value.shape) for name, value in module.state_dict().items()})
    for tensor in places.values():
        check_finite(tensor)
    module.load_state_dict(_read(places, device, dtype), strict=True, assign=True)
    for name, buffer in list(module.named_buffers()):
        if buffer.is_meta:
            owner = module.get_submodule(name.rpartition(".")[0])
            setattr(owner, name.rpartition(".")[2], torch.arange(buffer.numel(), device=device).view(buffer.shape))
    return module.eval().requires_grad_(False)


def matched(part: Part, wanted: Mapping[str, tuple[int, ...]]) -> dict[str, Tensor]:
    """Return where each wanted tensor is, by the module's own name for it.

    Raises InputError for the first tensor that is missing, unexpected or of another shape.
    """
    found: dict[str, Tensor] = {}
    for name, tensor in tensors_of(part).items():
        known = next((other for other in _names(name) if other in wanted), None)
        if known is None and name.endswith(DERIVED):
            continue
        if known is None:
            raise broken(tensor.file, f"does not fit its {part.role}: tensor {name} is unexpected")
        if tensor.shape != wanted[known] and not _flattens(tensor.shape, wanted[known]):
            shapes = f"{list(tensor.shape)} instead of {list(wanted[known])}"
            raise broken(tensor.file, f"does not fit its {part.role}: tensor {name} is {shapes}")
        found[known] = tensor
    for name in wanted:
        if name not in found:
            raise broken(part.folder, f"does not hold its whole {part.role}: tensor {name} is missing")
    return found


def _names(name: str) -> Iterable[str]:
    yield name
    yield name.removeprefix(PREFIX)
    yield PREFIX + name
    for old, new in RENAMED.items():
        yield name.replace(old, new)


def _flattens(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """True where one is a 1x1 convolution's weights and the other the same as a matrix."""
    longer, shorter = sorted((shape, wanted), key=len, reverse=True)
    return longer == (*shorter, 1, 1)


def _read(places: Mapping[str, Tensor], device: str, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    from safetensors import safe_open

    values = {}
    for file in sorted({tensor.file for tensor in places.values()}):
        with safe_open(file, framework="pt", device="cpu") as stored:
            for name, tensor in places.items():
                if tensor.file == file:
                    value = stored.get_tensor(tensor.name)
                    values[name] = value.to(device, dtype if value.is_floating_point() else None)
    return values


def _built(part: Part) -> nn.Module:
    """Build a module without memory for its weights; InputError where its settings can't be."""
    import torch

    try:
        with torch.device("meta"):
            return BUILDERS[part.kind](part.config)
    except (TypeError, ValueError, KeyError, NotImplementedError, ZeroDivisionError, RuntimeError, IndexError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError("model", f"{part.role}/config.json", f"can't be built: {why}.") from None


def _diffusers(name: str) -> Callable[[Mapping[str, Any]], nn.Module]:
    def build(config: Mapping[str, Any]) -> nn.Module:
        import diffusers

        kind = getattr(diffusers, name)
        known = signature(kind.__init__).parameters
        module: nn.Module = kind(**{key: value for key, value in config.items() if key in known})
        return module

    return build


def _transformers(name: str) -> Callable[[Mapping[str, Any]], nn.Module]:
    def build(config: Mapping[str, Any]) -> nn.Module:
        import transformers

        # It remarks on settings that its own older versions wrote.
        transformers.logging.set_verbosity_error()
        module: nn.Module = getattr(transformers, name)(transformers.CLIPTextConfig.from_dict(dict(config)))
        return module

    return build


BUILDERS: Mapping[str, Callable[[Mapping[str, Any]], nn.Module]] = {
    "UNet2DConditionModel": _diffusers("UNet2DConditionModel"),
    "AutoencoderTiny": _diffusers("AutoencoderTiny"),
    "AutoencoderKL": _diffusers("AutoencoderKL"),
    "CLIPTextModel": _transformers("CLIPTextModel"),
    "CLIPTextModelWithProjection": _transformers("CLIPTextModelWithProjection"),
}
