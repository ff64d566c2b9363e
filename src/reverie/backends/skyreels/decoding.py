"""Latents to frames as they come: what a film of them all would show, without ever holding it whole.

The autoencoder decodes one latent after the other and remembers what each of its convolutions saw of the two before.
That memory is kept between windows, so no window's first frames are decoded as if nothing came before them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from reverie.core.frame import Images
from reverie.media.tensor import quantised

REACH = 48
"""Latents behind which the autoencoder remembers nothing: its convolutions reach two pictures back each, and all of
them together fewer latents than this."""


class Decoding:
    """One film's decoding: the state of the autoencoder's memory, and the latents that bring it back."""

    def __init__(self, vae: Any) -> None:
        self._vae = vae
        self._memory: list[Any] | None = None
        self.past: Tensor | None = None

    def frames(self, latents: Tensor) -> Images:
        """Decode the next `(1, C, T, h, w)` latents, on the autoencoder's own scale: uint8."""
        pictures = [self._one(latents[:, :, place : place + 1]) for place in range(latents.shape[2])]
        past = latents if self.past is None else torch.cat([self.past, latents], dim=2)
        self.past = past[:, :, -REACH:].clone()
        return np.concatenate(pictures)

    def resume(self, past: Tensor) -> None:
        """Go on behind `past`, which was another decoding's."""
        self._memory = self.past = None
        self.frames(past)

    def _one(self, latent: Tensor) -> Images:
        told = {"first_chunk": True} if self._memory is None else {}
        memory = self._memory or [None] * self._vae._cached_conv_counts["decoder"]
        given = self._vae.post_quant_conv(latent)
        made = self._vae.decoder(given, feat_cache=memory, feat_idx=[0], **told)
        self._memory = memory
        return quantised((made[0].transpose(0, 1) + 1) / 2)
