"""Round trips through autoencoders whose loss is known."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor

from reverie.media.video import VideoWriter
from training.evaluation.trips import footage, middles, round_trips


class Dimming:
    """An autoencoder that makes pictures a little darker each time."""

    def __init__(self, by: float) -> None:
        self.by = by

    def encode(self, pictures: Tensor) -> SimpleNamespace:
        return SimpleNamespace(latents=pictures)

    def decode(self, latents: Tensor) -> SimpleNamespace:
        return SimpleNamespace(sample=latents - 2 * self.by)


def grey(level: float = 0.5) -> Tensor:
    return torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 0.2 + level


def test_what_loses_nothing_keeps_all() -> None:
    found = round_trips(Dimming(0.0), (grey() * 255).round() / 255, (1, 3))
    assert found["psnr_3"] > 100
    assert found["laplacian_ratio_3"] == pytest.approx(1.0)
    assert found["colour_drift"] == pytest.approx(0.0, abs=1e-6)


def test_what_is_lost_each_time_adds_up() -> None:
    found = round_trips(Dimming(2 / 255), (grey() * 255).round() / 255, (1, 5))
    assert found["psnr_1"] == pytest.approx(-20 * np.log10(2 / 255), abs=0.01)
    assert found["psnr_5"] == pytest.approx(-20 * np.log10(10 / 255), abs=0.01)
    assert found["colour_drift"] == pytest.approx(10 / 255, abs=1e-3)


def clip(path: Path, frames: int = 6) -> None:
    writer = VideoWriter(path, 64, 48, Fraction(10))
    for index in range(frames):
        writer.write(np.full((48, 64, 3), 30 + 35 * index, np.uint8))
    writer.close()


def test_every_clip_is_measured_and_what_is_none_left_out(tmp_path: Path) -> None:
    clip(tmp_path / "walk.mp4")
    (tmp_path / "odd.mp4").write_bytes(b"no film")
    (tmp_path / "notes.txt").write_text("no film either")
    found = footage(Dimming(2 / 255), tmp_path, side=32)
    assert list(found) == ["walk.mp4"]
    assert found["walk.mp4"] == pytest.approx(-20 * np.log10(2 / 255), abs=1.0)


def test_frames_are_evenly_apart_and_square(tmp_path: Path) -> None:
    clip(tmp_path / "walk.mp4")
    first, last = middles(tmp_path / "walk.mp4", 32, 2)
    assert first.shape == (32, 32, 3)
    assert last.mean() - first.mean() == pytest.approx(175, abs=6)
