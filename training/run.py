"""What every stage's loop shares: a budget, a rate that warms up and cools down, an average of weights, a log."""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with what every stage takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--checkpoint", type=Path, required=True, help="resumed where it exists, written as it goes")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument(
        "--minutes", type=float, default=10.0, help="wall clock, of this call; the rate cools down by its end"
    )
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    return parser


class Budget:
    """Steps or minutes, whichever ends first."""

    def __init__(self, steps: int, minutes: float, lr: float, warmup: int = 100) -> None:
        """Start the clock."""
        self.steps, self.seconds, self.lr, self.warmup = steps, minutes * 60, lr, warmup
        self.begun, self.step = time.monotonic(), 0

    @property
    def share(self) -> float:
        """How much of the budget is spent, 0..1."""
        return min(1.0, max(self.step / self.steps, (time.monotonic() - self.begun) / self.seconds))

    def __iter__(self) -> Iterator[int]:
        """Count steps until the budget is spent."""
        while self.share < 1.0:
            yield self.step
            self.step += 1

    def rate(self) -> float:
        """Return the learning rate now: linear warm-up, then half a cosine down to a twentieth."""
        warm = min(1.0, (self.step + 1) / self.warmup)
        return self.lr * warm * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * self.share)))


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Give every parameter group a learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate


@torch.no_grad()
def average(shadow: nn.Module, module: nn.Module, keep: float) -> None:
    """Move the shadow's weights towards the module's: `keep` of the old (exponential moving average)."""
    for old, new in zip(shadow.parameters(), module.parameters(), strict=True):
        old.lerp_(new, 1.0 - keep)


class Log:
    """One JSON object a line, printed and kept beside the checkpoint."""

    def __init__(self, checkpoint: Path) -> None:
        """Append to `NAME.log.jsonl` beside the checkpoint."""
        self.path = checkpoint.with_suffix(".log.jsonl")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.begun = time.monotonic()

    def write(self, **row: Any) -> None:
        """Write a row; floats are rounded to five digits."""
        rounded = {key: float(f"{value:.5g}") if isinstance(value, float) else value for key, value in row.items()}
        line = json.dumps({"seconds": round(time.monotonic() - self.begun, 1), **rounded})
        print(line, flush=True)
        with self.path.open("a") as file:
            file.write(line + "\n")
