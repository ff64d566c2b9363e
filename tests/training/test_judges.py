"""Both judges say what they see in frames of any size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from reverie.worlds.world import Family
from training.judges import Judges
from training.probes import BUILDS


@pytest.fixture
def judges(tmp_path: Path) -> Judges:
    """Judges that see dunes, the first, and a forest, the second, whatever they are shown."""
    for (name, build), sees in zip(BUILDS.items(), (Family.DUNES, Family.FOREST), strict=True):
        torch.manual_seed(0)
        probe = build()
        for parameter in probe.heads["family"].parameters():
            parameter.data.zero_()
        probe.heads["family"].bias.data[list(Family).index(sees)] = 1.0  # type: ignore[operator]
        save_file(
            {key: value.contiguous() for key, value in probe.state_dict().items()},
            tmp_path / f"probe_{name}.safetensors",
        )
    return Judges(tmp_path)


def test_each_picture_has_what_each_judge_calls_it(judges: Judges) -> None:
    pictures = [
        np.random.default_rng(0).integers(0, 256, size, np.uint8) for size in ((96, 160, 3), (64, 64, 3), (96, 96, 3))
    ]
    assert judges.families(pictures) == [("dunes", "forest")] * 3


def test_judges_that_were_not_taught_are_missed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Judges(tmp_path)
