"""The memory learns from clips, and its measures know good from bad."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch

from reverie.models.memory import Memory
from training.clips import LENGTH, Clips, paint
from training.memory import flows, inside, losses, measure


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    folder = tmp_path_factory.mktemp("clips")
    pairs = [paint(index, 32, "train") for index in range(2)]
    for number, name in enumerate(("given", "wanted")):
        np.save(folder / f"{name}.npy", np.stack([pair[number] for pair in pairs]))
    return Clips.open(Path(folder))


def test_flow_leads_back_to_the_frame_before() -> None:
    coarse = torch.rand(1, 3, 12, 12, generator=torch.Generator().manual_seed(0))
    first = torch.nn.functional.interpolate(coarse, scale_factor=8, mode="bicubic").clamp(0, 1)
    found = flows(torch.stack([first, first.roll(3, 3)]))
    assert found.shape == (1, 1, 2, 96, 96)
    assert float(found[0, 0, 0, 16:-16, 16:-16].median()) == pytest.approx(-3, abs=0.4)


def test_what_points_outside_is_not_seen() -> None:
    flow = torch.zeros(1, 2, 8, 10)
    flow[:, 0] = -4
    seen = inside(flow)
    assert seen[..., :4].sum() == 0
    assert seen[..., 4:].min() == 1


def test_learning_lowers_the_loss(clips: Clips) -> None:
    torch.manual_seed(0)
    model = Memory((8, 8, 8), key_width=8)
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    batch = clips.batch([0, 1])
    told = []
    for _ in range(12):
        parts = losses(model, batch, torch.Generator().manual_seed(0))
        loss = torch.stack(list(parts.values())).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        told.append(float(loss.detach()))
    assert told[-1] < 0.97 * told[0]


def test_every_part_of_it_is_taught(clips: Clips) -> None:
    torch.manual_seed(0)
    model = Memory((8, 8, 8), key_width=8)
    torch.nn.init.normal_(model.leave.weight, std=0.1)
    parts = losses(model, clips.batch([0]), torch.Generator().manual_seed(0))
    torch.stack(list(parts.values())).sum().backward()
    assert not [name for name, weights in model.named_parameters() if weights.grad is None]


def test_measures_are_in_levels(clips: Clips) -> None:
    torch.manual_seed(0)
    model = Memory((8, 8, 8), key_width=8)
    found = measure(model, clips, count=2)
    assert found["flicker_memory"] < found["flicker_painter"]
    assert found["memory"] == pytest.approx(found["half"], rel=0.1)
    trusting = copy.deepcopy(model)
    assert trusting.leave.bias is not None
    trusting.leave.bias.data[0] = -20.0
    assert measure(trusting, clips, count=2)["memory"] == pytest.approx(found["painter"], rel=0.05)
    assert clips.given.shape[1] == LENGTH
