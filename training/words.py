"""Stage 3, its first minutes: the text encoder learns to tell what captions speak of, before it has to make it painted.

A text encoder that begins untrained learns its words through a denoiser's loss, slowly; telling a world's attributes
from its captions is the same lesson without the pictures.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextModel

from reverie.worlds.world import TABLES
from training import checkpoint
from training.denoiser import build
from training.pictures import Pictures
from training.run import Budget, Log, arguments, set_rate

TOLD = ("family", "palette", "style", "time", "weather")
"""The attributes that captions speak of; one that a caption leaves out teaches no more than how frequent it is."""


class Telling(nn.Module):
    """A text encoder and one linear head an attribute on the mean of its states."""

    def __init__(self, text: CLIPTextModel) -> None:
        """Put untrained heads on a text encoder, which is trained along."""
        super().__init__()
        self.text = text
        self.heads = nn.ModuleDict({name: nn.Linear(text.config.hidden_size, len(TABLES[name])) for name in TOLD})

    def forward(self, tokens: Tensor) -> dict[str, Tensor]:
        """Return logits by attribute for `(N, tokens)` ids."""
        states = self.text(tokens).last_hidden_state.mean(1)
        return {name: head(states) for name, head in self.heads.items()}


def attributes(pictures: Pictures) -> dict[str, Tensor]:
    """Return each attribute's index in its table, `(N,)`, by name."""
    return {
        name: torch.tensor([list(TABLES[name]).index(getattr(world, name)) for world in pictures.worlds])
        for name in TOLD
    }


def lesson(telling: Telling, tokens: Tensor, answers: dict[str, Tensor]) -> tuple[Tensor, float]:
    """Return the loss of a batch and the share of attributes told right."""
    said = telling(tokens)
    loss = torch.stack([functional.cross_entropy(said[name], answers[name]) for name in TOLD]).sum()
    right = torch.stack([(said[name].argmax(1) == answers[name]).float().mean() for name in TOLD]).mean()
    return loss, float(right)


def options() -> argparse.Namespace:
    """Read what the command line says."""
    parser = arguments(__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    """Train until the budget is spent."""
    given = options()
    torch.manual_seed(given.seed)
    telling = Telling(build(given.preset, given.tokenizer, given.device).text).to(given.device)
    optimizer = torch.optim.AdamW(telling.parameters(), given.lr, betas=(0.9, 0.99), weight_decay=0.01)
    tokens, answers = np.load(given.pictures / "tokens.npy"), attributes(Pictures(given.pictures))
    rng, log = np.random.default_rng(given.seed), Log(given.checkpoint)
    budget = Budget(given.steps, given.minutes, given.lr)
    rows = []
    for step in budget:
        set_rate(optimizer, budget.rate())
        chosen = rng.integers(0, len(tokens), given.batch)
        read = torch.from_numpy(tokens[chosen, rng.integers(0, tokens.shape[1], given.batch)].astype(np.int64))
        wanted = {name: values[torch.from_numpy(chosen)].to(given.device) for name, values in answers.items()}
        loss, right = lesson(telling, read.to(given.device), wanted)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        rows.append((float(loss.detach()), right))
        if step % 100 == 99:
            mean = np.mean(rows[-100:], axis=0)
            log.write(stage="words", step=step + 1, loss=float(mean[0]), right=float(mean[1]))
    checkpoint.save(given.checkpoint, {"text": telling.text}, {}, steps=budget.step)


if __name__ == "__main__":
    main()
