"""A folder in the hub's format: which parts it has, how each is set up, and in which files its weights are.

Reading it loads no weights and imports no torch. Weights come from safetensors only: pickled ones, which can run any
program when they are opened, are refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reverie.core.errors import InputError
from reverie.models.tensors import Tensor, broken, read_header

INDEX = "model_index.json"
MAX_JSON = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Family:
    """Which parts a family of models has, and of which classes we know how to run each.

    `unused` parts are those that other programs use and this one never loads; `kindred` says in words what to use
    instead of a model that is none of them. A scheduler's class is looked at where its settings are read.
    """

    classes: Mapping[str, frozenset[str]]
    needed: tuple[str, ...]
    unused: frozenset[str]
    kindred: str


IMAGES = Family(
    classes={
        "unet": frozenset({"UNet2DConditionModel"}),
        "vae": frozenset({"AutoencoderTiny", "AutoencoderKL"}),
        "text_encoder": frozenset({"CLIPTextModel"}),
        "text_encoder_2": frozenset({"CLIPTextModelWithProjection"}),
        "tokenizer": frozenset({"CLIPTokenizer", "CLIPTokenizerFast"}),
        "tokenizer_2": frozenset({"CLIPTokenizer", "CLIPTokenizerFast"}),
    },
    needed=("unet", "vae", "text_encoder", "tokenizer", "scheduler"),
    unused=frozenset({"safety_checker", "feature_extractor", "image_encoder"}),
    kindred="a latent consistency, Turbo or kindred model",
)
"""Latent diffusion models that paint one picture at a time."""


CONFIGS = {
    "scheduler": "scheduler_config.json",
    "tokenizer": "tokenizer_config.json",
    "image_processor": "preprocessor_config.json",
}
STEMS = ("diffusion_pytorch_model", "model")
VARIANTS = ("", ".fp16", ".bf16")
PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a model: its class by name and its settings; `folder` holds its files."""

    role: str
    kind: str
    folder: Path
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model's folder and its parts by role; `kind` is the class that the whole was saved by."""

    folder: Path
    parts: Mapping[str, Part] = field(default_factory=dict)
    kind: str = ""

    def config(self, role: str) -> Mapping[str, Any]:
        """Return the settings of a part, which must be there."""
        return self.parts[role].config


def open_checkpoint(folder: Path, family: Family = IMAGES) -> Checkpoint:
    """Read which parts a model has and how each is set up; InputError where it is none of the family."""
    if not (folder / INDEX).is_file():
        raise InputError("model", str(folder), f"is not a model in the hub's format: it has no {INDEX}.")
    index = read_json(folder / INDEX)
    named = {role: kind for role, kind in index.items() if _names_a_part(role, kind) and role not in family.unused}
    for role in family.needed:
        if role not in named:
            raise InputError("model", str(folder), f"has no {role}: use {family.kindred}.")
    parts = {role: _part(folder, role, kind[1], family) for role, kind in named.items()}
    return Checkpoint(folder, parts, str(index.get("_class_name", "")))


def tensors_of(part: Part) -> dict[str, Tensor]:
    """Return every tensor of a part by name, from one file or several; InputError where a file is not sound."""
    tensors: dict[str, Tensor] = {}
    for file in weight_files(part):
        for name, tensor in read_header(file).items():
            if name in tensors:
                raise broken(file, f"is broken: tensor {name} is in {tensors[name].file.name} too")
            tensors[name] = tensor
    return tensors


def weight_files(part: Part) -> tuple[Path, ...]:
    """Return the safetensors files of a part; InputError where it has none, or only pickled ones."""
    for stem in STEMS:
        for variant in VARIANTS:
            whole = part.folder / f"{stem}{variant}.safetensors"
            index = part.folder / f"{stem}.safetensors.index{variant}.json"
            if whole.is_file():
                return (whole,)
            if index.is_file():
                return _shards(index)
    for pattern in PICKLED:
        for file in sorted(part.folder.glob(pattern)):
            fix = "is pickled and could run any program: use the model's safetensors files."
            raise InputError("model", f"{part.role}/{file.name}", fix)
    raise InputError(
        "model", f"{part.folder.parent.name}/{part.role}", "has no weights: put its safetensors files there."
    )


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object from a file; InputError where it is missing, huge or anything else."""
    try:
        if path.stat().st_size > MAX_JSON:
            raise broken(path, f"is larger than {MAX_JSON >> 20} MiB")
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = "is missing or can't be read" if isinstance(error, OSError) else "is not JSON"
        raise broken(path, why) from None
    if not isinstance(value, dict):
        raise broken(path, "is not a JSON object")
    return value


def _names_a_part(role: str, kind: Any) -> bool:
    pair = isinstance(kind, list) and len(kind) == 2 and all(isinstance(word, str) for word in kind)
    return pair and not role.startswith("_")


def _part(folder: Path, role: str, kind: str, family: Family) -> Part:
    if role != "scheduler" and kind not in family.classes.get(role, ()):
        known = " or ".join(sorted(family.classes.get(role, {"no such part"})))
        raise InputError("model", str(folder), f"has {role} {kind}, where {known} can be run.")
    place = folder / role
    return Part(role, kind, place, read_json(place / CONFIGS.get(role.removesuffix("_2"), "config.json")))


def _shards(index: Path) -> tuple[Path, ...]:
    table = read_json(index).get("weight_map")
    names = set(table.values()) if isinstance(table, dict) else set()
    if not names or not all(isinstance(name, str) and name.endswith(".safetensors") for name in names):
        raise broken(index, "names no safetensors files")
    for name in sorted(names):
        if Path(name).name != name or not (index.parent / name).is_file():
            raise broken(index, f"names {name}, which is not beside it")
    return tuple(index.parent / name for name in sorted(names))
