"""A run that was saved and loaded goes on as if it had never stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from training import checkpoint

Run = tuple[nn.Module, torch.optim.Optimizer]


def begun(fused: bool) -> Run:
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.GroupNorm(2, 8), nn.Conv2d(8, 2, 1))
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return module, torch.optim.AdamW(module.parameters(), 1e-2, fused=fused)


def step(run: Run, number: int) -> None:
    module, optimizer = run
    picture = torch.randn(2, 3, 9, 9, generator=torch.Generator().manual_seed(number))
    module(picture.contiguous(memory_format=torch.channels_last)).square().mean().backward()
    optimizer.step()
    optimizer.zero_grad()


def save(path: Path, run: Run, **facts: object) -> None:
    checkpoint.save(path, {"network": run[0]}, {"network": run[1]}, **facts)


def load(path: Path, run: Run) -> dict[str, object]:
    return checkpoint.load(path, {"network": run[0]}, {"network": run[1]})


@pytest.mark.parametrize("fused", [False, True])
def test_a_resumed_run_takes_the_same_next_step(tmp_path: Path, fused: bool) -> None:
    run, other = begun(fused), begun(fused)
    for number in (1, 2):
        step(run, number)
    save(tmp_path / "run.safetensors", run, samples=2)
    load(tmp_path / "run.safetensors", other)
    for number in (3, 4):
        step(run, number)
        step(other, number)
    for kept, loaded in zip(run[0].parameters(), other[0].parameters(), strict=True):
        assert torch.equal(kept, loaded)
        assert kept.stride() == loaded.stride()


def test_facts_come_back(tmp_path: Path) -> None:
    facts = {"samples": 12, "rate": 0.125, "split": "train", "sides": [128, 256]}
    save(tmp_path / "new" / "run.safetensors", begun(False), **facts)
    assert load(tmp_path / "new" / "run.safetensors", begun(False)) == facts
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["run.safetensors"]


def test_parts_can_be_loaded_alone(tmp_path: Path) -> None:
    run, other = begun(False), begun(False)
    step(run, 1)
    save(tmp_path / "run.safetensors", run)
    checkpoint.load(tmp_path / "run.safetensors", {"network": other[0]}, {})
    assert all(map(torch.equal, run[0].parameters(), other[0].parameters()))
    assert not other[1].state


def test_a_module_that_was_not_saved_is_refused(tmp_path: Path) -> None:
    run = begun(False)
    save(tmp_path / "run.safetensors", run)
    with pytest.raises(RuntimeError, match="Missing key"):
        checkpoint.load(tmp_path / "run.safetensors", {"shadow": run[0]}, {})


def test_a_save_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    run = begun(False)
    save(tmp_path / "run.safetensors", run, samples=1)
    with pytest.raises(TypeError):
        save(tmp_path / "run.safetensors", run, samples=object())
    assert load(tmp_path / "run.safetensors", run) == {"samples": 1}
