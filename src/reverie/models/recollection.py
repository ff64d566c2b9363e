"""The memory at work: the shipped network, its bank of constant size, and pictures in and out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.core.protocols import State
from reverie.models.memory import CELL, Memory, Moment, Recorded, looks

WEIGHTS = Path(__file__).parent / "weights" / "reverie-memory" / "memory.safetensors"


@cache
def shipped() -> Memory:
    """Return the network with its weights, one for all runs; MachineError where they are not installed."""
    if not WEIGHTS.is_file():
        raise MachineError("The memory's weights are not part of this installation: use --memory off.")
    network = Memory().eval().requires_grad_(False)
    network.load_state_dict(load_file(WEIGHTS))
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the format
    return network


class Recollection:
    """One run's bank: `slots` frames are remembered, one in `every`, half of them as recent as can be.

    The other half is long-term: a frame that leaves the recent ones takes the place of the remembered frame that it is
    most like, so that what was seen long ago stays while the scene has it, and nothing is ever forgotten all at once.
    """

    def __init__(self, slots: int, every: int, network: Memory | None = None) -> None:
        self._network = network or shipped()
        self._slots, self._every = slots, every
        self._recent: list[Recorded] = []
        self._old: list[Recorded] = []
        self._count = 0

    def begin(self, source: Image, shown: Image) -> None:
        """Forget everything, and remember this."""
        self._recent, self._old, self._count = [], [], 0
        with torch.inference_mode():
            self._remember(*_padded(source, shown))

    def settle(
        self,
        painted: Image,
        before: Image,
        source: Image,
        change: npt.NDArray[np.float32],
        seen: npt.NDArray[np.float32],
    ) -> Image:
        """Return the settled picture of a frame, and remember it when it is its turn; `change` is in levels."""
        rows, columns = painted.shape[:2]
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            new, old, given, changed, known = _padded(painted, before, source, change, seen[..., None] * 255.0)
            recalled = self._recalled(given, old)
            settled = self._network(Moment(new, old, given, changed, known), recalled)
            self._remember(given, settled)
        levels = settled[0, :, :rows, :columns].float().mul(255.0).add_(0.5).to(torch.uint8)
        return np.ascontiguousarray(levels.permute(1, 2, 0).numpy())

    def state(self) -> State:
        """Return what is remembered."""
        kept = {"recent": self._recent, "old": self._old}
        arrays = {name: [(one.keys.numpy(), one.looks.numpy()) for one in held] for name, held in kept.items()}
        return {**arrays, "count": self._count}

    def restore(self, state: State) -> None:
        """Remember that."""
        self._recent, self._old = (
            [Recorded(torch.from_numpy(np.array(keys)), torch.from_numpy(np.array(seen))) for keys, seen in state[name]]
            for name in ("recent", "old")
        )
        self._count = state["count"]

    @property
    def places(self) -> int:
        """How many places are remembered; never more than `slots` frames have."""
        return sum(one.keys.shape[1] for one in (*self._recent, *self._old))

    def _recalled(self, given: Tensor, old: Tensor) -> Tensor:
        held = [*self._recent, *self._old]
        if not held:
            return looks(old)
        bank = Recorded(torch.cat([one.keys for one in held], 1), torch.cat([one.looks for one in held], 1))
        return self._network.recall(given, bank)

    def _remember(self, source: Tensor, shown: Tensor) -> None:
        turn = self._count % self._every == 0
        self._count += 1
        if self._slots == 0 or not turn:
            return
        self._recent.append(self._network.record(source, shown))
        if len(self._recent) > max(1, self._slots - self._slots // 2):
            self._keep(self._recent.pop(0))

    def _keep(self, leaving: Recorded) -> None:
        if len(self._old) < self._slots // 2:
            self._old.append(leaving)
        elif self._old:
            nearest = max(range(len(self._old)), key=lambda place: _alike(self._old[place], leaving))
            self._old[nearest] = leaving


def _alike(one: Recorded, other: Recorded) -> float:
    return float((one.keys * other.keys).sum(2).mean())


def _padded(*pictures: npt.NDArray[np.generic]) -> tuple[Tensor, ...]:
    """Return `(1, C, H, W)` in 0..1 of pictures `(H, W, C)` in levels, sides brought to whole places."""
    return tuple(_tensor(np.asarray(picture)) for picture in pictures)


def _tensor(picture: npt.NDArray[np.generic]) -> Tensor:
    laid = torch.from_numpy(np.ascontiguousarray(picture, np.float32)).permute(2, 0, 1)[None].div(255.0)
    below, beside = (-side % CELL for side in laid.shape[2:])
    return functional.pad(laid, (0, beside, 0, below), mode="replicate").contiguous(memory_format=torch.channels_last)
