from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from reverie.core.errors import InputError
from reverie.models.upscaler import OVERLAP, Upscaler

spandrel: Any = pytest.importorskip("spandrel", reason="spandrel, the extra `upscale`, is not installed")


def compact(scale: int) -> dict[str, torch.Tensor]:
    """Return a tiny random network of the names and shapes that SRVGGNetCompact's weights have."""
    torch.manual_seed(3)
    layers: dict[str, torch.Tensor] = {}
    for index, (inner, outer) in enumerate([(3, 8), (8, 8), (8, 3 * scale * scale)]):
        layers[f"body.{2 * index}.weight"] = torch.randn(outer, inner, 3, 3) * 0.05
        layers[f"body.{2 * index}.bias"] = torch.zeros(outer)
        if index < 2:
            layers[f"body.{2 * index + 1}.weight"] = torch.full((outer,), 0.2)
    return layers


def dense(scale: int) -> dict[str, torch.Tensor]:
    """Return a tiny random network of the names and shapes that RRDBNet's weights have (as Real-ESRGAN saves them)."""
    torch.manual_seed(4)
    width, grow = 8, 32
    shapes = {"conv_first": (3 * (4 // scale) ** 2, width), "conv_body": (width, width), "conv_up1": (width, width)}
    shapes |= {"conv_up2": (width, width), "conv_hr": (width, width), "conv_last": (width, 3)}
    for part in (1, 2, 3):
        for layer in range(1, 6):
            outer = grow if layer < 5 else width
            shapes[f"body.0.rdb{part}.conv{layer}"] = (width + grow * (layer - 1), outer)
    layers = {}
    for name, (inner, outer) in shapes.items():
        layers[f"{name}.weight"] = torch.randn(outer, inner, 3, 3) * 0.05
        layers[f"{name}.bias"] = torch.full((outer,), 0.1)
    return layers


@pytest.mark.parametrize(("weights", "scale"), [(compact(2), 2), (compact(4), 4), (dense(4), 4), (dense(2), 2)])
@pytest.mark.parametrize("kind", ["pth", "safetensors"])
def test_networks_of_the_published_shapes_enlarge(
    weights: dict[str, torch.Tensor], scale: int, kind: str, tmp_path: Path
) -> None:
    file = tmp_path / f"tiny.{kind}"
    if kind == "pth":
        torch.save({"params_ema": weights}, file)
    else:
        save_file(weights, file)
    image = np.random.default_rng(0).integers(0, 256, (22, 30, 3), np.uint8)
    upscaler = Upscaler.load(file)
    assert upscaler.scale == scale
    assert upscaler(image).shape == (22 * scale, 30 * scale, 3)


def test_tiles_leave_no_seam(tmp_path: Path) -> None:
    """Where a network sees no farther than the overlap, tiles give what the whole picture gives, bit by bit."""
    file = tmp_path / "tiny.safetensors"
    save_file(compact(2), file)
    image = np.random.default_rng(0).integers(0, 256, (70, 90, 3), np.uint8)
    apart = Upscaler.load(file, tile=32)(image).astype(int) - Upscaler.load(file, tile=512)(image)
    assert OVERLAP >= 3
    assert np.abs(apart).max() <= 1


def test_what_enlarges_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.safetensors"
    save_file({"something": torch.zeros(3)}, file)
    with pytest.raises(InputError, match="Real-ESRGAN"):
        Upscaler.load(file)
