"""Stage 5: from checkpoints to the hub's on-disk format, half precision, no file over 15 MB."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import LatentConsistencyModelImg2ImgPipeline
from transformers import CLIPTokenizer

from reverie.worlds.moods import STYLES
from reverie.worlds.world import Style
from training import checkpoint
from training.build import build_autoencoder, build_scheduler
from training.denoiser import build
from training.presets import PRESETS

LARGEST_FILE = "14MB"


def export(folder: Path, preset: str, autoencoder: Path, painter: Path, tokenizer: Path) -> None:
    """Write a folder that diffusers and Reverie both load; what stood there under these names is replaced."""
    codec = build_autoencoder(PRESETS[preset])
    checkpoint.load(autoencoder, {"autoencoder": codec}, {})
    network = build(preset, tokenizer, "cpu")
    checkpoint.load(painter, {"shadow": network}, {})
    whole = LatentConsistencyModelImg2ImgPipeline(
        vae=codec.half(),
        text_encoder=network.text.half(),
        tokenizer=CLIPTokenizer.from_pretrained(tokenizer),
        unet=network.network.half(),
        scheduler=build_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    for part in ("unet", "vae", "text_encoder", "tokenizer", "scheduler"):
        shutil.rmtree(folder / part, ignore_errors=True)
    whole.save_pretrained(folder, safe_serialization=True, max_shard_size=LARGEST_FILE)
    shutil.rmtree(folder / "tokenizer")
    shutil.copytree(tokenizer, folder / "tokenizer", ignore=shutil.ignore_patterns("vocabulary.json"))
    shutil.copy(tokenizer / "vocabulary.json", folder / "vocabulary.json")
    (folder / "habits.json").write_text(json.dumps(habits(), indent=1) + "\n")
    _forget_where_it_was_made(folder)


def habits() -> list[dict[str, object]]:
    """Return what the model adds to a prompt that leaves it open: a way of painting, where none is named."""
    named = {phrase for forms in STYLES.values() for phrase in forms.phrases}
    return [{"add": STYLES[Style.PAINTING].names[0], "unless": sorted(named)}]


def _forget_where_it_was_made(folder: Path) -> None:
    for path in folder.rglob("config.json"):
        settings = json.loads(path.read_text())
        settings.pop("_name_or_path", None)
        path.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")


def main() -> None:
    """Export one preset's checkpoints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--autoencoder", type=Path, required=True)
    parser.add_argument("--painter", type=Path, required=True, help="checkpoint of the distill stage")
    parser.add_argument("--tokenizer", type=Path, required=True)
    options = parser.parse_args()
    with torch.inference_mode():
        export(options.folder, options.preset, options.autoencoder, options.painter, options.tokenizer)


if __name__ == "__main__":
    main()
