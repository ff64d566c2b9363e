"""Both probes at once, for benchmarks that ask what a frame shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from reverie.core.frame import Image
from reverie.worlds.world import Family
from training.probes import BUILDS, judge, shrink


class Judges:
    """The probes that `training.evaluate` taught and left in a folder."""

    def __init__(self, folder: Path) -> None:
        """Load both."""
        self.probes = []
        for name, build in BUILDS.items():
            probe = build().eval()
            probe.load_state_dict(load_file(folder / f"probe_{name}.safetensors"))
            self.probes.append(probe)

    def families(self, images: Sequence[Image]) -> list[tuple[str, ...]]:
        """Return what each probe calls the scene of each `(H, W, 3)` uint8 picture, by picture."""
        tensors = [
            torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float() / 255 for image in images
        ]
        pictures = torch.cat([(shrink(one) * 255 + 0.5).byte() for one in tensors])
        names = list(Family)
        said = [[str(names[index]) for index in judge(probe, pictures)["family"].tolist()] for probe in self.probes]
        return list(zip(*said, strict=True))
