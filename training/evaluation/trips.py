"""What the autoencoder alone keeps of a picture, once and again and again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from reverie.core.errors import ReverieError
from reverie.core.frame import Image
from reverie.media.film import read_frames
from reverie.media.geometry import fit
from training.evaluation.looks import laplacian_variance

CLIPS = frozenset({".mp4", ".mov", ".webm", ".mkv", ".avi"})


def codec(model: str) -> Any:
    """Return the model's autoencoder in full precision."""
    from diffusers import AutoencoderTiny

    from reverie.models.shipped import locate

    return AutoencoderTiny.from_pretrained(locate(model) / "vae", torch_dtype=torch.float32).eval()


@torch.inference_mode()
def round_trips(autoencoder: Any, pictures: torch.Tensor, trips: Sequence[int] = (1, 5, 20)) -> dict[str, float]:
    """Return PSNR in dB after round trips, the Laplacian ratio and the drift of mean colour after the most trips.

    `pictures` are `(N, 3, H, W)` in 0..1; between two trips they are rounded to 8 bits, as a film's frames are.
    """
    start = pictures * 2 - 1
    made, results = start, {}
    for trip in range(1, max(trips) + 1):
        made = torch.cat(
            [autoencoder.decode(autoencoder.encode(part).latents).sample.clamp(-1, 1) for part in made.split(8)]
        )
        made = ((made + 1) * 127.5).round() / 127.5 - 1
        if trip in trips:
            results[f"psnr_{trip}"] = float((-10 * ((made - start) / 2).square().mean((1, 2, 3)).log10()).mean())
            results[f"laplacian_ratio_{trip}"] = _sharpness(made) / max(_sharpness(start), 1e-9)
    results["colour_drift"] = float(((made - start).mean((2, 3)) / 2).abs().mean())
    return results


def footage(autoencoder: Any, folder: Path, side: int = 256, shown: int = 4) -> dict[str, float]:
    """Return the PSNR in dB of one round trip for every clip of a folder, the mean of some of its frames."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in CLIPS):
        frames = list(middles(path, side, shown))
        if frames:
            pictures = torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2).float() / 255
            found[path.name] = round_trips(autoencoder, pictures, (1,))["psnr_1"]
    return found


def middles(path: Path, side: int, shown: int, most: int = 240) -> Sequence[Image]:
    """Return `shown` frames from a clip's first `most`, evenly apart, middle square; none where unreadable."""
    try:
        with closing(read_frames(path)) as film:
            frames = [image for image, _ in islice(film, most)]
    except ReverieError:
        return ()
    chosen = np.linspace(0, len(frames) - 1, min(shown, len(frames))).astype(int) if frames else ()
    return [fit(frames[index], side, side) for index in chosen]


def _sharpness(pictures: torch.Tensor) -> float:
    images = ((pictures + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    return float(np.mean([laplacian_variance(image) for image in images]))
