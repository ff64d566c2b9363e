"""A judge of latents: told what they show, it tells the student of the distillation whether its pictures do.

It is neither of the two probes that measure the result (`probes.py`): those see pixels, are built otherwise, and are
never learned from.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from reverie.worlds.world import TABLES
from training import checkpoint
from training.history import worn
from training.lessons import Lessons
from training.noise import Noise
from training.pictures import Pictures
from training.presets import PRESETS
from training.prompts import JUDGED
from training.run import Budget, Log, arguments, set_rate


class Tutor(nn.Module):
    """Strided convolutions over latents, pooled, and one linear head an attribute."""

    def __init__(self, channels: int, width: int = 48) -> None:
        """Build it untrained."""
        super().__init__()
        layers: list[nn.Module] = []
        for inside, outside, stride in (
            (channels, width, 1),
            (width, 2 * width, 2),
            (2 * width, 2 * width, 1),
            (2 * width, 3 * width, 2),
            (3 * width, 3 * width, 1),
            (3 * width, 4 * width, 2),
        ):
            layers += [nn.Conv2d(inside, outside, 3, stride, 1), nn.GroupNorm(8, outside), nn.SiLU()]
        self.features = nn.Sequential(*layers)
        self.heads = nn.ModuleDict({name: nn.Linear(8 * width, len(TABLES[name])) for name in JUDGED})

    def forward(self, latents: Tensor) -> dict[str, Tensor]:
        """Return logits by attribute for `(N, C, H, W)` latents."""
        features = self.features(latents)
        pooled = torch.cat([features.mean((2, 3)), features.amax((2, 3))], dim=1)
        return {name: head(pooled) for name, head in self.heads.items()}

    def blame(self, latents: Tensor, answers: dict[str, Tensor]) -> Tensor:
        """Return the mean cross-entropy, in nats, of what the latents are told to show."""
        said = self(latents)
        return torch.stack([functional.cross_entropy(said[name].float(), answers[name]) for name in JUDGED]).mean()


class Answers:
    """What the pictures of a cache show, by row."""

    def __init__(self, folder: Path, device: str) -> None:
        """Read a cache's worlds."""
        worlds = Pictures(folder).worlds
        self.indices = {
            name: torch.tensor([list(TABLES[name]).index(getattr(world, name)) for world in worlds], device=device)
            for name in JUDGED
        }

    def of(self, rows: Tensor) -> dict[str, Tensor]:
        """Return each attribute's index, `(N,)`, of pictures by their rows."""
        return {name: values[rows.to(values.device)] for name, values in self.indices.items()}


def options() -> argparse.Namespace:
    """Read what the command line says."""
    parser = arguments(__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--cuts", type=float, default=0.0, help="share of batches cut from pictures twice the side")
    parser.add_argument("--most", type=int, default=250, help="timestep up to which latents are noised")
    return parser.parse_args()


def main() -> None:
    """Train until the budget is spent."""
    given = options()
    torch.manual_seed(given.seed)
    tutor = Tutor(PRESETS[given.preset].latent_channels)
    tutor.to(given.device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the format
    optimizer = torch.optim.AdamW(tutor.parameters(), given.lr, betas=(0.9, 0.99), weight_decay=0.02)
    modules, done = {"tutor": tutor}, 0
    if given.checkpoint.exists():
        done = checkpoint.load(given.checkpoint, modules, {"tutor": optimizer})["steps"]
    noise, generator = Noise.linear(given.device), torch.Generator().manual_seed(given.seed + done)
    lessons = Lessons(given.pictures, given.side, given.seed + done, given.device, given.cuts)
    answers, budget = Answers(given.pictures, given.device), Budget(given.steps, given.minutes, given.lr)
    log = Log(given.checkpoint)
    losses = []
    for step in budget:
        set_rate(optimizer, budget.rate())
        batch = lessons.batch(given.batch)
        steps = torch.randint(0, given.most, (given.batch,), generator=generator).to(given.device)
        fresh = torch.randn(batch.latents.shape, generator=generator).to(given.device)
        noised = noise.add(worn(batch.latents, steps, generator), fresh, steps)
        with torch.autocast(given.device, dtype=torch.bfloat16):
            loss = tutor.blame(noised.contiguous(memory_format=torch.channels_last), answers.of(batch.rows))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
        if step % 100 == 99:
            log.write(stage="tutor", step=done + step + 1, loss=float(np.mean(losses[-100:])))
        if step % 500 == 499:
            checkpoint.save(given.checkpoint, modules, {"tutor": optimizer}, steps=done + step + 1)
    checkpoint.save(given.checkpoint, modules, {"tutor": optimizer}, steps=done + budget.step)


if __name__ == "__main__":
    main()
