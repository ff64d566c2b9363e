"""Stage 3: the network learns to paint from noise and from worn pictures, text encoder and all.

Small pictures first, where a step costs a quarter, full size after: the same command with another `--side`.
"""

from __future__ import annotations

import argparse
import copy
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training import checkpoint
from training.history import worn
from training.lessons import Lessons
from training.network import Painter
from training.noise import Noise, draw_steps
from training.presets import PRESETS
from training.run import Budget, Log, arguments, average, set_rate
from training.together import MEETING, Centre


def build(preset: str, tokenizer: Path, device: str) -> Painter:
    """Return an untrained painter for a tokenizer's vocabulary."""
    vocabulary = json.loads((tokenizer / "vocab.json").read_text())
    end = vocabulary["<|endoftext|>"]
    painter = Painter(PRESETS[preset], len(vocabulary), end, end)
    painter.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the format
    return painter


def loss(painter: Painter, noise: Noise, latents: Tensor, tokens: Tensor, generator: torch.Generator) -> Tensor:
    """Return each sample's mean squared error in velocity, `(N,)`."""
    steps = draw_steps(len(latents), generator).to(latents.device)
    fresh = torch.randn(latents.shape, generator=generator).to(latents.device)
    noised = noise.add(worn(latents, steps, generator), fresh, steps)
    wanted = noise.velocity(noised, latents, steps)
    with torch.autocast(latents.device.type, dtype=torch.bfloat16):
        made = painter(noised.contiguous(memory_format=torch.channels_last), steps, painter.read(tokens))
    _, spread = noise.at(steps)
    error = ((made.float() - wanted) * spread).square().mean((1, 2, 3))
    weighted: Tensor = error * weight(noise, steps)
    return weighted


def weight(noise: Noise, steps: Tensor, most: float = 5.0) -> Tensor:
    """Return how much a picture's squared error counts: signal-to-noise within 0.3..most (Hang et al. 2023)."""
    signal, spread = noise.at(steps)
    return (signal / spread).square().clamp(0.3, most).view(-1)


def options() -> argparse.Namespace:
    """Read what the command line says."""
    parser = arguments(__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--words", type=Path, help="a text encoder that knows its words, for a run that begins")
    parser.add_argument("--centre", type=Path, help="where processes that train together gather")
    parser.add_argument("--cuts", type=float, default=0.0, help="share of batches cut from pictures twice the side")
    parser.add_argument("--keep", type=float, default=0.998, help="of the averaged weights at each step")
    return parser.parse_args()


def main() -> None:
    """Train until the budget is spent."""
    given = options()
    torch.manual_seed(given.seed)
    painter = build(given.preset, given.tokenizer, given.device)
    if given.words:
        checkpoint.load(given.words, {"text": painter.text}, {})
    shadow = copy.deepcopy(painter).requires_grad_(False)
    optimizer = torch.optim.AdamW(painter.parameters(), given.lr, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    modules = {"painter": painter, "shadow": shadow}
    done = 0
    if given.checkpoint.exists():
        done = checkpoint.load(given.checkpoint, modules, {"painter": optimizer})["samples"]
    noise, generator = Noise.linear(given.device), torch.Generator().manual_seed(given.seed + done)
    lessons = Lessons(given.pictures, given.side, given.seed + done, given.device, given.cuts)
    centre = Centre(given.centre, painter) if given.centre else None
    budget, log, losses = Budget(given.steps, given.minutes, given.lr), Log(given.checkpoint), []
    for step in budget:
        set_rate(optimizer, budget.rate())
        batch = lessons.batch(given.batch)
        value = loss(painter, noise, batch.latents, batch.tokens, generator).mean()
        value.backward()
        torch.nn.utils.clip_grad_norm_(painter.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        average(shadow, painter, min(given.keep, (step + 1) / (step + 10)))
        done += given.batch
        losses.append(float(value.detach()))
        if centre and step % MEETING == MEETING - 1:
            centre.meet()
        if step % 100 == 99:
            log.write(stage="denoiser", side=given.side, samples=done, loss=float(np.mean(losses[-100:])))
        if step % 500 == 499:
            checkpoint.save(given.checkpoint, modules, {"painter": optimizer}, samples=done)
    checkpoint.save(given.checkpoint, modules, {"painter": optimizer}, samples=done)


if __name__ == "__main__":
    main()
