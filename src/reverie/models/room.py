"""Whether a model has room: what is free where it is to run, asked before a byte of it is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reverie.core.errors import MachineError


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hold a model: bytes that it takes on the device and on the host, `name` is told to people."""

    name: str
    device: int
    host: int


@dataclass(frozen=True, slots=True)
class Free:
    """Bytes that are free on the device that computes, and on the host; the same memory where that is the processor."""

    device: int
    host: int
    shared: bool

    @classmethod
    def of(cls, device: str) -> Free:
        """Look at this machine."""
        import psutil  # type: ignore[import-untyped]

        host = int(psutil.virtual_memory().available)
        if not device.startswith("cuda"):
            return cls(host, host, shared=True)
        import torch

        return cls(int(torch.cuda.mem_get_info(device)[0]), host, shared=False)

    def holds(self, way: Way) -> bool:
        """Return whether a way fits."""
        if self.shared:
            return way.device + way.host <= self.host
        return way.device <= self.device and way.host <= self.host


def chosen(ways: Sequence[Way], free: Free, model: str) -> Way:
    """Return the first way that fits, the quickest being first; MachineError with what is missing where none does."""
    for way in ways:
        if free.holds(way):
            return way
    wanted, there, where = _missing(ways, free)
    said = f"{model} needs {wanted / 1e9:.1f} GB of {where}, {there / 1e9:.1f} GB are free"
    raise MachineError(f"{said}: close other programs, use a smaller model, a smaller size or fewer base_num_frames.")


def _missing(ways: Sequence[Way], free: Free) -> tuple[int, int, str]:
    """Return what the most modest way needs, how much of that is free, and which memory it is."""
    if free.shared:
        return min(way.device + way.host for way in ways), free.host, "memory"
    on_device = [way for way in ways if way.device <= free.device]
    if on_device:
        return min(way.host for way in on_device), free.host, "memory"
    return min(way.device for way in ways), free.device, "graphics memory"
