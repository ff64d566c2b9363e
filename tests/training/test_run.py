"""Budgets end, rates warm up and cool down, averages follow, logs keep every row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from training.run import Budget, Log, arguments, average, set_rate

FOREVER = 10.0**9


def test_a_budget_of_steps_is_spent_step_by_step() -> None:
    budget = Budget(5, FOREVER, lr=1.0)
    assert list(budget) == [0, 1, 2, 3, 4]
    assert budget.step == 5
    assert budget.share == 1.0


def test_a_budget_of_no_time_is_spent_at_once() -> None:
    assert list(Budget(10**9, 1e-9, lr=1.0)) == []


def test_the_rate_warms_up_then_cools_down_to_a_twentieth() -> None:
    budget = Budget(1000, FOREVER, lr=2.0, warmup=10)
    rates = [budget.rate() for _ in budget]
    assert rates[0] == pytest.approx(0.2, rel=1e-3)
    assert rates[9] == pytest.approx(2.0, rel=1e-2)
    assert rates[:10] == sorted(rates[:10])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(0.1, rel=1e-2)


def test_every_group_gets_the_rate() -> None:
    first, second = nn.Linear(1, 1), nn.Linear(1, 1)
    groups = [{"params": list(part.parameters()), "lr": 1.0} for part in (first, second)]
    optimizer = torch.optim.SGD(groups)
    set_rate(optimizer, 0.25)
    assert [group["lr"] for group in optimizer.param_groups] == [0.25, 0.25]


def test_the_average_moves_by_what_it_does_not_keep() -> None:
    shadow, module = nn.Linear(2, 2), nn.Linear(2, 2)
    for part, value in ((shadow, 1.0), (module, 3.0)):
        for parameter in part.parameters():
            nn.init.constant_(parameter, value)
    average(shadow, module, keep=0.75)
    assert {float(value) for parameter in shadow.parameters() for value in parameter.detach().flatten()} == {1.5}
    assert {float(value) for parameter in module.parameters() for value in parameter.detach().flatten()} == {3.0}


def test_a_log_is_gone_on_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run" / "network.safetensors"
    Log(path).write(stage="denoiser", loss=0.123456789, samples=64)
    Log(path).write(stage="denoiser", loss=2.0, samples=128)
    lines = (tmp_path / "run" / "network.log.jsonl").read_text().splitlines()
    assert capsys.readouterr().out.splitlines() == lines
    rows = [json.loads(line) for line in lines]
    assert [row["samples"] for row in rows] == [64, 128]
    assert rows[0]["loss"] == 0.12346
    assert all(row["seconds"] >= 0 for row in rows)


def test_every_stage_takes_the_same_options() -> None:
    found = arguments("A stage.").parse_args(["--checkpoint", "a/b.safetensors", "--steps", "3", "--minutes", "0.5"])
    assert (found.checkpoint, found.steps, found.minutes, found.preset) == (Path("a/b.safetensors"), 3, 0.5, "tiny")
