"""Two who meet at a centre come to the same place, and one alone stays where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from training.together import Centre


def layer(value: float) -> nn.Conv2d:
    module = nn.Conv2d(2, 3, 3)
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the format
    for index, weights in enumerate(module.parameters()):
        nn.init.constant_(weights, value + index)
    return module


def test_one_alone_stays(tmp_path: Path) -> None:
    module = layer(1.0)
    Centre(tmp_path / "centre", module).meet()
    assert set(module.weight.detach().flatten().tolist()) == {1.0}


def test_two_gather(tmp_path: Path) -> None:
    first, second = layer(0.0), layer(4.0)
    centres = [Centre(tmp_path / "centre", module) for module in (first, second)]
    for _ in range(40):
        for centre in centres:
            centre.meet()
    torch.testing.assert_close(first.weight, second.weight, atol=1e-3, rtol=0)
    torch.testing.assert_close(first.bias, second.bias, atol=1e-3, rtol=0)
    assert 0.0 < float(first.weight.detach().mean()) < 4.0


def test_places_are_kept_whatever_the_memory_layout(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = nn.Conv2d(2, 3, 3).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    before = module.weight.detach().clone()
    Centre(tmp_path / "centre", module).meet()
    torch.testing.assert_close(module.weight.detach(), before)


def test_another_networks_centre_is_refused(tmp_path: Path) -> None:
    Centre(tmp_path / "centre", layer(0.0))
    with pytest.raises(ValueError, match="the network has"):
        Centre(tmp_path / "centre", nn.Linear(2, 2))
