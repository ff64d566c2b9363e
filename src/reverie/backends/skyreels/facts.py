"""A video model's facts, read from its settings: which kind it is, what it takes, and within which limits it paints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reverie.backends.skyreels.options import MOST_STEPS
from reverie.core import shelf
from reverie.core.card import BackendCard, Input, Range
from reverie.core.errors import InputError
from reverie.models.checkpoint import Checkpoint, Family, weight_files

FAMILY = Family(
    classes={
        "transformer": frozenset({"SkyReelsV2Transformer3DModel"}),
        "vae": frozenset({"AutoencoderKLWan"}),
        "text_encoder": frozenset({"UMT5EncoderModel", "T5EncoderModel"}),
        "tokenizer": frozenset({"T5Tokenizer", "T5TokenizerFast", "AutoTokenizer"}),
        "image_encoder": frozenset({"CLIPVisionModel", "CLIPVisionModelWithProjection"}),
        "image_processor": frozenset({"CLIPProcessor", "CLIPImageProcessor", "CLIPImageProcessorFast"}),
    },
    needed=("transformer", "vae", "text_encoder", "tokenizer", "scheduler"),
    unused=frozenset(),
    kindred="a SkyReels-V2 model in diffusers' format",
)
"""Video models of the SkyReels-V2 kind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What sets a kind of model apart.

    `forced` ones (diffusion forcing) give each latent a noise level of its own, so that they go on from a picture or a
    film; `pictured` ones are given a first picture beside the noise; the others take words alone.
    """

    forced: bool
    pictured: bool
    flow_shift: float
    guidance_scale: float
    inputs: frozenset[Input]


_FORCED = Kind(True, False, 8.0, 6.0, frozenset({"text", "image", "video"}))
_PICTURED = Kind(False, True, 5.0, 5.0, frozenset({"text", "image"}))
_WORDS = Kind(False, False, 8.0, 6.0, frozenset({"text"}))

KINDS: Mapping[str, Kind] = {
    "SkyReelsV2Pipeline": _WORDS,
    "SkyReelsV2ImageToVideoPipeline": _PICTURED,
    "SkyReelsV2DiffusionForcingPipeline": _FORCED,
    "SkyReelsV2DiffusionForcingImageToVideoPipeline": _FORCED,
    "SkyReelsV2DiffusionForcingVideoToVideoPipeline": _FORCED,
}
"""Kinds by the class that a model was saved by; shift and guidance are those its makers advise."""

MULTIPLE, FRAME_RATE, STEPS = 16, 24.0, 30
WIDTH, HEIGHT, FRAMES = 960, 544, 97
"""What models are taught with whose row on the shelf says nothing else."""

LEAST_SIDE, MOST_SIDE = 32, 4096


def usual_frames(model: str) -> int:
    """Return how many frames a model paints at once, by its name on the shelf where it has one."""
    row = shelf.rows().get(model)
    return FRAMES if row is None or row.frames is None else row.frames


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """`channels` of a latent, `factor` pixels a latent's side, `words` that a prompt may have in tokens."""

    kind: Kind
    channels: int
    factor: int
    width: int
    words: int = 512


def read_model_facts(checkpoint: Checkpoint) -> ModelFacts:
    """Read a model's facts; InputError where its parts don't go together."""
    kind = KINDS.get(checkpoint.kind)
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise InputError("model", str(checkpoint.folder), f"was saved by {checkpoint.kind}, where {known} can be run.")
    network, vae = checkpoint.config("transformer"), checkpoint.config("vae")
    channels = int(vae.get("z_dim", 16))
    _check_channels(checkpoint.folder, kind, network, channels)
    if kind.pictured and "image_encoder" not in checkpoint.parts:
        raise InputError("model", str(checkpoint.folder), "has no image_encoder: use all of its parts.")
    factor = int(vae.get("scale_factor_spatial") or 2 ** len(vae.get("temperal_downsample", (0, 0, 0))))
    return ModelFacts(kind, channels, factor, int(network.get("text_dim", 4096)))


def _check_channels(folder: Path, kind: Kind, network: Mapping[str, Any], channels: int) -> None:
    wanted = 2 * channels + 4 if kind.pictured else channels
    given = int(network.get("in_channels", 16))
    if given != wanted:
        why = f"has a network of {given} channels, where its kind wants {wanted}"
        raise InputError("model", str(folder), f"{why}: use one whose parts go together.")


def read_card(checkpoint: Checkpoint, name: str) -> BackendCard:
    """Return a model's card, from its settings alone."""
    facts = read_model_facts(checkpoint)
    weights = _bytes(checkpoint)
    row = shelf.rows().get(name)
    width, height = (WIDTH, HEIGHT) if row is None else (row.width or WIDTH, row.height or HEIGHT)
    sizes = {"width": Range(width, LEAST_SIDE, MOST_SIDE), "height": Range(height, LEAST_SIDE, MOST_SIDE)}
    return BackendCard(
        id=checkpoint.folder.name if Path(name).name != name else name,
        title=f"{Path(name).name}: a video model, {weights / 2**30:.1f} GiB",
        inputs=facts.kind.inputs,
        size_multiple=MULTIPLE,
        vram_gib=round(weights / 2**30 + 2.0, 1) if weights > 2**30 else 0.0,
        num_frames=usual_frames(name),
        license="LicenseRef-unknown" if row is None or row.licence is None else row.licence,
        ranges={
            **sizes,
            "num_inference_steps": Range(STEPS, 1, MOST_STEPS),
            "guidance_scale": Range(facts.kind.guidance_scale, 1, 20),
            "paint_fps": Range(FRAME_RATE, 1, 60),
        },
    )


WEIGHTY = ("transformer", "vae", "text_encoder", "image_encoder")
"""The parts that have weights."""


def _bytes(checkpoint: Checkpoint) -> int:
    parts = (checkpoint.parts[role] for role in WEIGHTY if role in checkpoint.parts)
    return sum(file.stat().st_size for part in parts for file in weight_files(part))
