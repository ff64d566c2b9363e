"""Between pictures on the host and what the autoencoder reads and paints, where the model is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import torch
from torch import Tensor

from reverie.core.errors import NotFinite
from reverie.core.frame import Image
from reverie.kernels.choosing import chosen, told
from reverie.media.tensor import from_images, quantised


class Pixels(Protocol):
    """Both ways; planes are `(1, 3, H, W)` in -1..1, channels last."""

    environment: Mapping[str, str]

    def planes(self, image: Image) -> Tensor: ...  # noqa: D102
    def picture(self, planes: Tensor) -> Image: ...  # noqa: D102


class OnHost:
    """Converted by the processor, floats carried to where the model is."""

    def __init__(self, device: str, dtype: torch.dtype) -> None:
        self._device, self._dtype = device, dtype
        self.environment: Mapping[str, str] = {}

    def planes(self, image: Image) -> Tensor:
        """Return a picture's planes."""
        pixels = from_images(image[None], self._device, self._dtype) * 2 - 1
        return pixels.contiguous(memory_format=torch.channels_last)

    def picture(self, planes: Tensor) -> Image:
        """Return what was painted; NotFinite where it is no picture."""
        painted: Image = quantised(planes.float() / 2 + 0.5)[0]
        return painted


class OnDevice:
    """Converted where the model is, in one pass each way: only bytes are carried, a quarter or half of the floats'."""

    def __init__(self, device: str, dtype: torch.dtype) -> None:
        self._device, self._dtype = device, dtype
        self._in, self._out = chosen("to_planes", device).run, chosen("to_pictures", device).run
        self.environment: Mapping[str, str] = told(device, ("to_planes", "to_pictures"))

    def planes(self, image: Image) -> Tensor:
        """Return a picture's planes."""
        owned = image if image.flags.writeable and image.flags.c_contiguous else image.copy()
        there = torch.from_numpy(owned).to(self._device)[None]
        planes: Tensor = self._in(there, self._dtype, torch.channels_last)
        return planes

    def picture(self, planes: Tensor) -> Image:
        """Return what was painted; NotFinite where it is no picture."""
        pictures, whole = self._out(planes)
        painted: Image = pictures[0].cpu().numpy()
        if not bool(whole):
            raise NotFinite("The model painted numbers that are no picture (NaN or infinity).")
        return painted


def pixels_for(device: str, dtype: torch.dtype) -> Pixels:
    """Return the ways for a device such as `cpu` or `cuda:0`."""
    return OnDevice(device, dtype) if device.startswith("cuda") else OnHost(device, dtype)
