"""The memory's last stage: its averaged weights into the package, in the file that every run reads."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file

from reverie.models.memory import Memory
from training import checkpoint

HOLD = 1.0
"""Logits. Taught for the least error of each picture, the network keeps less of the past than steadiness wants."""


def main() -> None:
    """Write the averaged weights, float32, a few hundred kilobytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where memory.safetensors goes")
    parser.add_argument("--memory", type=Path, required=True, help="the checkpoint")
    parser.add_argument("--hold", type=float, default=HOLD, help="how much more of the past it keeps than taught")
    options = parser.parse_args()
    network = Memory()
    checkpoint.load(options.memory, {"shadow": network}, {})
    with torch.no_grad():
        network.get_parameter("leave.bias")[0] += options.hold
    options.folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.contiguous() for name, value in network.state_dict().items()}
    save_file(weights, options.folder / "memory.safetensors")


if __name__ == "__main__":
    main()
