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

Modules = Mapping[str, nn.Module]
Optimizers = Mapping[str, torch.optim.Optimizer]


def save(path: Path, modules: Modules, optimizers: Optimizers, **facts: Any) -> None:
    """Write everything a run needs to go on; the file gets its name only when whole."""
    tensors: dict[str, Tensor] = {}
    for name, module in modules.items():
        tensors |= _plain(f"module/{name}", module.state_dict())
    for name, optimizer in optimizers.items():
        for index, state in optimizer.state_dict()["state"].items():
            tensors |= _plain(f"optimizer/{name}/{index}", state)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_file(tensors, part, metadata={"facts": json.dumps(facts)})
    os.replace(part, path)


def load(path: Path, modules: Modules, optimizers: Optimizers) -> dict[str, Any]:
    """Fill modules and optimizers from a checkpoint, return its facts; RuntimeError where a module finds no weights."""
    with safe_open(path, "pt") as file:
        for name, module in modules.items():
            module.load_state_dict(_under(f"module/{name}/", file))
        for name, optimizer in optimizers.items():
            _load_optimizer(optimizer, _under(f"optimizer/{name}/", file))
        facts: dict[str, Any] = json.loads((file.metadata() or {}).get("facts", "{}"))
    return facts


def _plain(prefix: str, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return tensors as the file format takes them: on the processor, in order, none sharing another's memory."""
    contiguous = torch.contiguous_format
    return {f"{prefix}/{key}": value.detach().cpu().clone(memory_format=contiguous) for key, value in values.items()}


def _under(prefix: str, file: Any) -> dict[str, Tensor]:
    keys = set(file.keys())
    return {key.removeprefix(prefix): file.get_tensor(key) for key in keys if key.startswith(prefix)}


def _laid_out(value: Tensor, parameter: Tensor) -> Tensor:
    """Return a moment in its parameter's memory layout: fused optimizers walk memory, whatever the strides say."""
    if value.shape != parameter.shape:
        return value
    return torch.empty_like(parameter, dtype=value.dtype, device=value.device, requires_grad=False).copy_(value)


def _load_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    if not tensors:
        return
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        index, field = key.split("/")
        state.setdefault(int(index), {})[field] = _laid_out(value, parameters[int(index)])
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
