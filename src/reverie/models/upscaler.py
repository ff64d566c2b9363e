"""Published networks that enlarge a picture (Real-ESRGAN and its kin), read by spandrel, run tile by tile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Image
from reverie.models.pickled import read_weights

if TYPE_CHECKING:
    import torch

FIELD = "weights"
TILE = 256
"""Pixels of a tile's side, before it is enlarged: at four times a tile and what a network holds of it stay small."""

OVERLAP = 16
"""Pixels around a tile that are looked at and thrown away, so that no edge of a tile is seen."""


class Upscaler:
    """A network with its weights: a picture `(H, W, 3)` uint8 in, one `scale` times as large out."""

    def __init__(self, network: Any, device: str = "cpu", tile: int = TILE) -> None:
        self._network, self._device, self._tile = network.to(device).eval(), device, tile
        self.scale: int = network.scale

    @classmethod
    def load(cls, path: str | Path, device: str = "cpu", tile: int = TILE) -> Upscaler:
        """Return the network of a file; InputError where it holds none that enlarges colour pictures."""
        try:
            from spandrel import ImageModelDescriptor, ModelLoader
        except ImportError:
            fix = "needs the package spandrel: pip install 'reverie[upscale]'."
            raise MachineError(f"{FIELD}: {str(path)!r} {fix}") from None
        weights = read_weights(Path(path), FIELD)
        try:
            network = ModelLoader(device="cpu").load_from_state_dict(weights)
        except Exception:
            raise InputError(FIELD, str(path), "is no network that is known: use one of Real-ESRGAN's kind.") from None
        colour = isinstance(network, ImageModelDescriptor) and network.input_channels == network.output_channels == 3
        if not colour or not 1 <= network.scale <= 8:
            raise InputError(FIELD, str(path), "does not enlarge colour pictures: use one of Real-ESRGAN's kind.")
        return cls(network, device, tile)

    def __call__(self, image: Image) -> Image:
        """Return the picture enlarged; what is needed beside both pictures does not grow with them."""
        import torch

        height, width = image.shape[:2]
        made = np.empty((height * self.scale, width * self.scale, 3), np.uint8)
        with torch.inference_mode():
            for top, left in self._corners(height, width):
                self._place(image, made, top, left)
        return made

    def _corners(self, height: int, width: int) -> Iterator[tuple[int, int]]:
        return ((top, left) for top in range(0, height, self._tile) for left in range(0, width, self._tile))

    def _place(self, image: Image, made: Image, top: int, left: int) -> None:
        height, width = image.shape[:2]
        bottom, right = min(top + self._tile, height), min(left + self._tile, width)
        first, start = max(0, top - OVERLAP), max(0, left - OVERLAP)
        seen = image[first : min(bottom + OVERLAP, height), start : min(right + OVERLAP, width)]
        large = self._enlarged(seen)
        scale = self.scale
        inner = large[
            (top - first) * scale : (bottom - first) * scale, (left - start) * scale : (right - start) * scale
        ]
        made[top * scale : bottom * scale, left * scale : right * scale] = inner

    def _enlarged(self, image: Image) -> Image:
        import torch

        planes = torch.from_numpy(image.copy()).to(self._device).permute(2, 0, 1)[None].float().div(255)
        large: torch.Tensor = self._network(planes)[0]
        if not bool(torch.isfinite(large).all()):
            raise MachineError(f"{FIELD}: the network made numbers that are no picture: use other weights.")
        levels = large.clamp(0, 1).mul(255).round().to(torch.uint8)
        return np.asarray(levels.permute(1, 2, 0).contiguous().cpu().numpy(), np.uint8)
