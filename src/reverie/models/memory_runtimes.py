"""What runs the memory's network: OpenVINO where it is there and the processor is asked, torch otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from reverie.core.errors import MachineError

WEIGHTS = Path(__file__).parent / "weights" / "reverie-memory" / "memory.safetensors"

Floats = npt.NDArray[np.float32]
Blend = tuple[Floats, Floats, Floats, Floats]
"""What to multiply the new picture by, and the one before; what to add; and detail by what: each `(h, w, …)`."""

_PRECISIONS = {"float32": "f32", "bfloat16": "bf16"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the network runs: `runtime` is auto, torch or openvino, `dtype` auto or a precision, `threads` or all."""

    runtime: str = "auto"
    dtype: str = "auto"
    threads: int | None = None


class Network(Protocol):
    """The network for one run: a picture `(1, 3, H, W)`, or what it is told of a smaller one, in 0..1."""

    environment: Mapping[str, Any]
    sharpness: float

    def keys(self, picture: Floats) -> Floats: ...  # noqa: D102
    def blend(self, told: Floats, remembered: Floats) -> Blend: ...  # noqa: D102


def shipped(place: Place) -> Network:
    """Return the shipped network for one run; MachineError where its weights or its runtime are not installed."""
    return opened(checked(WEIGHTS), place)


def checked(weights: Path) -> Path:
    """Return where the weights are; MachineError where they are not."""
    if not weights.is_file():
        raise MachineError("The memory's weights are not part of this installation: use --memory off.")
    return weights


def opened(weights: Path, place: Place) -> Network:
    """Return a network for one run, its weights shared with all others of this process."""
    if place.runtime == "openvino" and not has_openvino():
        raise MachineError("The runtime openvino is not installed: install it, or use --runtime torch.")
    runtime = place.runtime
    if runtime == "auto":
        runtime = "openvino" if has_openvino() else "torch"
    return RUNTIMES[runtime](weights, place)


def has_openvino() -> bool:
    """True where OpenVINO is installed; it is not imported for the asking."""
    return find_spec("openvino") is not None


class OnTorch:
    """The network as torch runs it."""

    def __init__(self, network: Any, dtype: str) -> None:
        import torch

        self._torch, self._network = torch, network
        self._dtype = getattr(torch, dtype)
        self.sharpness = float(network.sharpness.exp())
        self.environment: Mapping[str, Any] = {
            "runtime": "torch",
            "dtype": dtype,
            "model_threads": torch.get_num_threads(),
        }

    def keys(self, picture: Floats) -> Floats:
        """Return the keys of a picture's places, `(places, width)`."""
        found = self._run(self._network.keys, picture)
        return np.ascontiguousarray(found[0].flatten(1).T.numpy())

    def blend(self, told: Floats, remembered: Floats) -> Blend:
        """Return what `Memory.blend` does."""
        answers = self._run(self._network.blend, told, remembered)
        fresh, past, added, crispness = (np.ascontiguousarray(one[0].permute(1, 2, 0).numpy()) for one in answers)
        return fresh, past, added, crispness

    def _run(self, part: Callable[..., Any], *given: Floats) -> Any:
        torch = self._torch
        laid = [torch.from_numpy(each).contiguous(memory_format=torch.channels_last) for each in given]
        with torch.inference_mode(), torch.autocast("cpu", dtype=self._dtype, enabled=self._dtype != torch.float32):
            answer = part(*laid)
        return tuple(one.float() for one in answer) if isinstance(answer, tuple) else answer.float()


def _on_torch(weights: Path, place: Place) -> OnTorch:
    import torch

    capable: bool = torch.cpu._is_avx512_bf16_supported()
    usual = "bfloat16" if capable else "float32"
    return OnTorch(_torch_network(weights), usual if place.dtype == "auto" else place.dtype)


@cache
def _torch_network(weights: Path) -> Any:
    import torch
    from safetensors.torch import load_file

    from reverie.models.memory import Memory

    network = Memory().eval().requires_grad_(False)
    network.load_state_dict(load_file(weights))
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the format
    return network


class OnOpenVino:
    """The network as OpenVINO runs it: compiled once for each size, with room to compute in that is this run's own."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._requests: dict[tuple[tuple[int, ...], ...], Any] = {}
        self.sharpness = compiler.sharpness
        self.environment: Mapping[str, Any] = compiler.environment

    def keys(self, picture: Floats) -> Floats:
        """Return the keys of a picture's places, `(places, width)`."""
        return np.array(self._ran("keys", picture)[0][0])

    def blend(self, told: Floats, remembered: Floats) -> Blend:
        """Return what `Memory.blend` does; the answers are written over by the next one."""
        fresh, past, added, crispness = (one[0] for one in self._ran("blend", told, remembered))
        return fresh, past, added, crispness

    def _ran(self, part: str, *given: Floats) -> list[Floats]:
        shapes = tuple(each.shape for each in given)
        if shapes not in self._requests:
            self._requests[shapes] = self._compiler.request(part, shapes)
        request = self._requests[shapes]
        for place, value in zip(request.input_tensors, given, strict=True):
            place.data[...] = value
        request.infer(share_outputs=True)
        return [one.data for one in request.output_tensors]


class Compiler:
    """Graphs of one file's weights, compiled by size and shared by all runs."""

    def __init__(self, weights: Path, dtype: str, threads: int) -> None:
        import openvino
        from safetensors.numpy import load_file

        self._weights, self._core = load_file(weights), openvino.Core()
        self.sharpness = float(np.exp(self._weights["sharpness"]))
        self._config = {
            "PERFORMANCE_HINT": "LATENCY",
            "NUM_STREAMS": "1",
            "INFERENCE_NUM_THREADS": str(threads),
            "ENABLE_CPU_PINNING": "NO",
        }
        capable = "BF16" in self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        computed = dtype if dtype != "auto" else "bfloat16" if capable else "float32"
        self._config["INFERENCE_PRECISION_HINT"] = _PRECISIONS[computed]
        self._compiled: dict[Any, Any] = {}
        self._lock = Lock()
        self.environment = {"runtime": "openvino", "dtype": computed, "model_threads": threads}

    def request(self, part: str, shapes: tuple[tuple[int, ...], ...]) -> Any:
        """Return a new request of a part for inputs of these shapes."""
        with self._lock:
            if shapes not in self._compiled:
                graph = _graphs()[part](self._weights, *shapes)
                self._compiled[shapes] = self._core.compile_model(graph, "CPU", self._config)
            return self._compiled[shapes].create_infer_request()


def _graphs() -> Mapping[str, Callable[..., Any]]:
    from reverie.models.memory_graph import blend_graph, keys_graph

    return {"keys": keys_graph, "blend": blend_graph}


def _on_openvino(weights: Path, place: Place) -> OnOpenVino:
    return OnOpenVino(_compiler(weights, place.dtype, place.threads or usable_cores()))


@cache
def _compiler(weights: Path, dtype: str, threads: int) -> Compiler:
    return Compiler(weights, dtype, threads)


def usable_cores() -> int:
    """Return how many processor cores this process may use; OMP_NUM_THREADS has the first word."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    wished = os.environ.get("OMP_NUM_THREADS", "")
    return min(int(wished), cores) if wished.isdecimal() and int(wished) > 0 else cores


RUNTIMES: Mapping[str, Callable[[Path, Place], Network]] = {"torch": _on_torch, "openvino": _on_openvino}
