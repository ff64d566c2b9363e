"""A model's facts, read from its settings: what it takes, what it is called, and within which limits it paints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

from reverie.backends.diffusers_image.options import MOST_STEPS
from reverie.backends.diffusers_image.schedule import NoiseFacts, read_facts
from reverie.core import pulled, shelf
from reverie.core.card import BackendCard, Range
from reverie.core.errors import InputError
from reverie.models.checkpoint import Checkpoint, read_json, weight_files
from reverie.models.tensors import broken

CARD = "card.json"
SMALL = 256 * 2**20
"""Bytes of weights up to which a model is small: it runs on a processor and needs no graphics memory to speak of."""

LARGEST_SIDE = 2048


@dataclass(frozen=True)
class ModelFacts:
    """What the backend decides by, whatever the model is called.

    `factor` is pixels a latent place stands for on a side; latents are the autoencoder's times `scaling` after
    `shifting`; the guidance scale is embedded in `guidance_width` numbers, 0 where it is none of the network's inputs;
    `sized` tells that the network is told the picture's size.
    """

    channels: int
    factor: int
    scaling: float
    shifting: float
    guidance_width: int
    sized: bool
    weight_bytes: int
    noise: NoiseFacts

    @property
    def guided(self) -> bool:
        """True where the guidance scale is an input of the network."""
        return self.guidance_width > 0

    @property
    def small(self) -> bool:
        """True where a processor is fast enough for it."""
        return self.weight_bytes <= SMALL


def read_model_facts(checkpoint: Checkpoint, scheduler: str | None = None) -> ModelFacts:
    """Read the facts of a checkpoint, by another scheduler's class than its own where one is named.

    Raises InputError for a network that wants what we can't give.
    """
    unet, vae = checkpoint.config("unet"), checkpoint.config("vae")
    _check_inputs(checkpoint, unet, vae)
    return ModelFacts(
        channels=int(unet.get("in_channels", 4)),
        factor=2 ** (len(_levels(vae)) - 1),
        scaling=float(vae.get("scaling_factor") or 1.0),
        shifting=float(vae.get("shift_factor") or 0.0),
        guidance_width=int(unet.get("time_cond_proj_dim") or 0),
        sized=unet.get("addition_embed_type") == "text_time",
        weight_bytes=sum(file.stat().st_size for file in weight_files(checkpoint.parts["unet"])),
        noise=read_facts(scheduler or checkpoint.parts["scheduler"].kind, checkpoint.config("scheduler")),
    )


def read_card(checkpoint: Checkpoint, model: str, facts: ModelFacts | None = None) -> BackendCard:
    """Return a model's card: `card.json` in its folder or its row on the shelf, and what its settings say."""
    derived = _derived_card(checkpoint, facts or read_model_facts(checkpoint), model)
    path = checkpoint.folder / CARD
    if path.is_file():
        return _stored_card(path, derived)
    return _shelved_card(derived, shelf.rows().get(model), pulled.record_of(model) if pulled.is_name(model) else None)


def _shelved_card(card: BackendCard, row: shelf.Row | None, record: pulled.Pulled | None) -> BackendCard:
    licence = next((found.licence for found in (row, record) if found and found.licence), card.license)
    if row is None:
        return replace(card, license=licence)
    said = {
        "width": row.width,
        "height": row.height,
        "num_inference_steps": row.steps,
        "guidance_scale": row.guidance,
    }
    known = {name: replace(card.ranges[name], default=value) for name, value in said.items() if value is not None}
    multiple = row.size_multiple or card.size_multiple
    return replace(
        card,
        id=row.name,
        title=row.title,
        license=licence,
        size_multiple=multiple,
        ranges={**card.ranges, **known},
    )


ADDED = (None, "text", "text_time")
"""What networks take besides the prompt's states, as far as we can give it."""


def _check_inputs(checkpoint: Checkpoint, unet: Mapping[str, Any], vae: Mapping[str, Any]) -> None:
    added = unet.get("addition_embed_type")
    if added not in ADDED or unet.get("class_embed_type") or unet.get("encoder_hid_dim_type"):
        raise InputError("model", str(checkpoint.folder), "wants inputs besides a prompt: use a text-to-image model.")
    latents = int(vae.get("latent_channels", 4))
    if int(unet.get("in_channels", 4)) != latents or int(unet.get("out_channels", 4)) != latents:
        why = f"has a network of {unet.get('in_channels')} channels for latents of {latents}"
        raise InputError("model", str(checkpoint.folder), f"{why}: use a text-to-image model.")


def _levels(vae: Mapping[str, Any]) -> list[int]:
    levels = vae.get("encoder_block_out_channels") or vae.get("block_out_channels") or [64]
    return list(levels)


def _derived_card(checkpoint: Checkpoint, facts: ModelFacts, model: str) -> BackendCard:
    unet = checkpoint.config("unet")
    multiple = facts.factor * 2 ** (len(unet.get("block_out_channels", [1])) - 1)
    sample = unet.get("sample_size") or 64
    side = max(multiple, int(sample if isinstance(sample, int) else sample[0]) * facts.factor // multiple * multiple)
    name = checkpoint.folder.name if Path(model).name != model else model
    sizes = Range(side, multiple, max(LARGEST_SIDE, side))
    return BackendCard(
        id=name,
        title=f"{name}: a latent diffusion model, {facts.weight_bytes / 2**20:.0f} MiB",
        inputs=frozenset({"text", "image"}),
        size_multiple=multiple,
        vram_gib=0.0 if facts.small else round(facts.weight_bytes / 2**30 + 1.5, 1),
        license="LicenseRef-unknown",
        ranges={
            "width": sizes,
            "height": sizes,
            "num_inference_steps": Range(_default_steps(checkpoint, facts), 1, MOST_STEPS),
            "guidance_scale": Range(_default_guidance(checkpoint, facts), 1, 12),
            "strength": Range(0.5, 0.1, 1.0),
        },
    )


def _trailing(checkpoint: Checkpoint) -> bool:
    """True for the schedulers of models distilled to few steps without guidance (Sauer et al. 2023)."""
    return checkpoint.config("scheduler").get("timestep_spacing") == "trailing"


def _default_steps(checkpoint: Checkpoint, facts: ModelFacts) -> int:
    if facts.noise.boundary is not None:
        return 4
    return 1 if _trailing(checkpoint) else MOST_STEPS


def _default_guidance(checkpoint: Checkpoint, facts: ModelFacts) -> float:
    if facts.guided:
        return 7.5
    return 1.0 if facts.noise.boundary is not None or _trailing(checkpoint) else 7.5


_TEXTS = {"id": str, "title": str, "license": str}


def _stored_card(path: Path, derived: BackendCard) -> BackendCard:
    stored = read_json(path)
    try:
        ranges = {**derived.ranges, **{name: Range(**row) for name, row in stored.pop("ranges", {}).items()}}
        fields = {**_fields(derived), **{key: kind(stored.pop(key)) for key, kind in _TEXTS.items() if key in stored}}
        if "size_multiple" in stored:
            fields["size_multiple"] = _common_multiple(int(stored.pop("size_multiple")), derived.size_multiple)
        if "vram_gib" in stored:
            fields["vram_gib"] = float(stored.pop("vram_gib"))
    except (TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        raise broken(path, f"is no card ({error})") from None
    if stored:
        raise broken(path, f"says what no card says: {min(stored)}")
    return BackendCard(**{**fields, "ranges": ranges})


def _fields(card: BackendCard) -> dict[str, Any]:
    return {name: getattr(card, name) for name in card.__dataclass_fields__}


def _common_multiple(*numbers: int) -> int:
    from math import lcm

    return reduce(lcm, numbers)
