"""Two judges of different build and seed, taught on renders only to tell family, palette and style of a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from reverie.worlds.world import TABLES, World
from training.pictures import Pictures
from training.prompts import JUDGED

SIDE = 96


class Probe(nn.Module):
    """Features of a picture and one linear head an attribute."""

    def __init__(self, features: nn.Module, width: int) -> None:
        """Put heads on features of `width` channels."""
        super().__init__()
        self.features = features
        self.heads = nn.ModuleDict({name: nn.Linear(2 * width, len(TABLES[name])) for name in JUDGED})

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """Return logits by attribute for `(N, 3, SIDE, SIDE)` pictures in 0..1."""
        features = self.features(pictures * 2 - 1)
        pooled = torch.cat([features.mean((2, 3)), features.amax((2, 3))], dim=1)
        return {name: head(pooled) for name, head in self.heads.items()}


def plain(width: int = 32) -> Probe:
    """Return a probe of strided convolutions, one after another."""
    layers: list[nn.Module] = []
    for inside, outside in ((3, width), (width, 2 * width), (2 * width, 3 * width), (3 * width, 4 * width)):
        layers += [nn.Conv2d(inside, outside, 3, 2, 1), nn.BatchNorm2d(outside), nn.ReLU()]
        layers += [nn.Conv2d(outside, outside, 3, 1, 1), nn.BatchNorm2d(outside), nn.ReLU()]
    return Probe(nn.Sequential(*layers), 4 * width)


class Mix(nn.Module):
    """Depthwise over space, then pointwise over channels, around a skip (ConvMixer, Trockman & Kolter 2022)."""

    def __init__(self, width: int, reach: int) -> None:
        """Build one layer of `width` channels that looks `reach` pixels wide."""
        super().__init__()
        self.space = nn.Sequential(
            nn.Conv2d(width, width, reach, 1, reach // 2, groups=width), nn.GELU(), nn.BatchNorm2d(width)
        )
        self.channels = nn.Sequential(nn.Conv2d(width, width, 1), nn.GELU(), nn.BatchNorm2d(width))

    def forward(self, features: Tensor) -> Tensor:
        """Return features of the same shape."""
        mixed: Tensor = self.channels(features + self.space(features))
        return mixed


def mixer(width: int = 128, depth: int = 5) -> Probe:
    """Return a probe of patches that mix."""
    stem = nn.Sequential(nn.Conv2d(3, width, 6, 4, 1), nn.GELU(), nn.BatchNorm2d(width))
    return Probe(nn.Sequential(stem, *(Mix(width, 7) for _ in range(depth))), width)


BUILDS: dict[str, Callable[[], Probe]] = {"plain": plain, "mixer": mixer}


def shrink(pictures: Tensor) -> Tensor:
    """Return pictures at the probes' size, by area."""
    return functional.interpolate(pictures, size=(SIDE, SIDE), mode="area")


def labels(worlds: list[World]) -> dict[str, Tensor]:
    """Return each judged attribute's index in its table."""
    return {name: torch.tensor([list(TABLES[name]).index(getattr(world, name)) for world in worlds]) for name in JUDGED}


@dataclass(frozen=True)
class Exam:
    """Pictures at the probes' size and what they show."""

    pictures: Tensor
    answers: dict[str, Tensor]

    @classmethod
    def of(cls, cache: Pictures, batch: int = 64) -> Exam:
        """Shrink a whole cache; uint8 in memory."""
        parts = []
        for start in range(0, len(cache), batch):
            parts.append((shrink(cache.take(range(start, min(start + batch, len(cache))))) * 255 + 0.5).byte())
        return cls(torch.cat(parts), labels(cache.worlds))


def teach(probe: Probe, exam: Exam, epochs: int, seed: int, device: str, batch: int = 64, lr: float = 2e-3) -> None:
    """Train a probe with mirrored and slightly shifted pictures."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    total = epochs * max(1, len(exam.pictures) // batch)
    optimizer = torch.optim.AdamW(probe.parameters(), lr, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=max(total, 2))
    probe.train()
    for _ in range(total):
        chosen = torch.from_numpy(rng.integers(0, len(exam.pictures), batch))
        pictures = (exam.pictures[chosen].float() / 255).to(device)
        pictures = pictures.flip(3) if rng.random() < 0.5 else pictures
        pictures = pictures.roll(tuple(rng.integers(-3, 4, 2)), (2, 3)).contiguous(memory_format=torch.channels_last)
        with torch.autocast(device, dtype=torch.bfloat16):
            made = probe(pictures)
        loss = torch.stack(
            [functional.cross_entropy(made[name].float(), exam.answers[name][chosen].to(device)) for name in JUDGED]
        ).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    probe.eval()


@torch.inference_mode()
def judge(probe: Probe, pictures: Tensor, batch: int = 128) -> dict[str, Tensor]:
    """Return the index a probe says for each attribute of `(N, 3, SIDE, SIDE)` uint8 pictures."""
    said = [probe(part.float() / 255) for part in pictures.split(batch)]
    return {name: torch.cat([one[name].argmax(1) for one in said]) for name in JUDGED}


def accuracy(probe: Probe, exam: Exam) -> dict[str, float]:
    """Return the share of right answers by attribute."""
    said = judge(probe, exam.pictures)
    return {name: float((said[name] == exam.answers[name]).float().mean()) for name in JUDGED}


def taught(folder: Path, exam: Exam, epochs: int, device: str) -> dict[str, Probe]:
    """Return both probes, from `folder` where they were taught before."""
    probes = {}
    for seed, (name, build) in enumerate(BUILDS.items(), start=1):
        path, probe = folder / f"probe_{name}.safetensors", build().to(device)
        if path.exists():
            probe.load_state_dict(load_file(path))
        else:
            teach(probe, exam, epochs, seed, device)
            folder.mkdir(parents=True, exist_ok=True)
            save_file({key: value.contiguous() for key, value in probe.state_dict().items()}, path)
        probes[name] = probe.cpu().eval()
    return probes
