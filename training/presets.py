"""Sizes of what we train, as rows; a run names one and changes nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """One size of the whole model.

    `width` is the autoencoder's; `encoder_blocks` and `decoder_blocks` count residual blocks by level, finest first for
    the encoder and last for the decoder; `channels` are the network's by level; `attention` is how many of its lowest
    levels attend.
    """

    name: str
    width: int
    encoder_blocks: tuple[int, ...]
    decoder_blocks: tuple[int, ...]
    latent_channels: int
    channels: tuple[int, ...]
    attention: int
    heads: int
    groups: int
    text_width: int
    text_layers: int
    guidance_width: int


PRESETS = {
    row.name: row
    for row in (
        Preset("tiny", 32, (0, 1, 3), (3, 1, 0), 8, (32, 64, 128, 192), 2, 4, 16, 128, 2, 64),
        Preset("smoke", 16, (0, 1, 1), (1, 1, 0), 4, (16, 32, 48), 1, 2, 8, 32, 1, 16),
    )
}
