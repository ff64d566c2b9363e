"""Checkpoints that resume on another machine: one safetensors file of tensors, its scalars in the header."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn


def save(path: Path, modules: Mapping[str, nn.Module], optimizers: Mapping[str, torch.optim.Optimizer], **facts: Any) -> None:
    """Write everything a run needs to go on; the file gets its name only when whole."""
    tensors: dict[str, Tensor] = {}
    for name, module in modules.items():
        tensors |= {f"module/{name}/{key}": value.detach().cpu().contiguous() for key, value in module.state_dict().items()}
    for name, optimizer in optimizers.items():
        for index, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer/{name}/{index}/{key}": value.detach().cpu().contiguous() for key, value in state.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_file({key: value.clone(memory_format=torch.contiguous_format) for key, value in tensors.items()}, part, metadata={"facts": json.dumps(facts)})
    os.replace(part, path)


def load(path: Path, modules: Mapping[str, nn.Module], optimizers: Mapping[str, torch.optim.Optimizer]) -> dict[str, Any]:
    """Fill modules and optimizers from a checkpoint and return its facts; names that are missing raise KeyError."""
    with safe_open(path, "pt") as file:
        facts: dict[str, Any] = json.loads((file.metadata() or {}).get("facts", "{}"))
        keys = set(file.keys())
        for name, module in modules.items():
            prefix = f"module/{name}/"
            module.load_state_dict({key.removeprefix(prefix): file.get_tensor(key) for key in keys if key.startswith(prefix)})
        for name, optimizer in optimizers.items():
            _load_optimizer(optimizer, {key: file.get_tensor(key) for key in keys if key.startswith(f"optimizer/{name}/")})
    return facts


def _load_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    if not tensors:
        return
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        _, _, index, field = key.split("/")
        state.setdefault(int(index), {})[field] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
