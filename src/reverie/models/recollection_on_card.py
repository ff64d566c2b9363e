"""The memory at work on a graphics card: one run's bank is kept on the host, each frame is settled on the card."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file

from reverie.core.frame import Image
from reverie.core.protocols import State
from reverie.kernels.choosing import told
from reverie.models.bank import Bank, Remembered
from reverie.models.composing import CELL, Rules
from reverie.models.memory import Memory, Recorded
from reverie.models.memory_on_card import CardMemory, Seen
from reverie.models.memory_runtimes import WEIGHTS, Floats, checked
from reverie.models.recollection import grid_of


class CardRecollection:
    """As `Recollection`, with a bank of at least one frame; it moves the pictures itself, where its network is."""

    moves: Literal[True] = True

    def __init__(self, slots: int, every: int, network: Memory, rules: Rules | None = None) -> None:
        self.network, self._rules = network, rules or Rules()
        self._frames, self._bank = slots * every, Bank(slots, every)
        self._device = next(network.parameters()).device
        self._card: CardMemory | None = None
        self._shape = (0, 0)
        self._held: Recorded | None = None
        kernels = told(str(self._device), ("to_planes", "to_pictures", "recalled", "warp_blend"))
        dtype = str(next(network.parameters()).dtype).removeprefix("torch.")
        self.environment = {"runtime": "torch", "device": str(self._device), "dtype": dtype, **kernels}

    def prepare(self, rows: int, columns: int) -> None:
        """Make ready for pictures of a size with any number of frames in the bank: a kernel is compiled for each."""
        blank = np.zeros((rows, columns, 3), np.uint8)
        still = np.zeros((rows, columns, 2), np.float32)
        self.begin(blank, blank)
        for _ in range(self._frames):
            self.settle_moved(blank, blank, blank, blank, still)
        self._forget()

    def begin(self, source: Image, shown: Image) -> None:
        """Forget everything, and remember this."""
        self._forget()
        first = self._sized(source).begin(self._there(source), self._there(shown))
        self._note(first.keys, first.looks)

    def settle_moved(self, painted: Image, shown: Image, given: Image, past: Image, places: Floats) -> Image:
        """Return the settled picture of a frame, and remember it when it is its turn.

        `places` `(H, W, 2)` is the column and the row that each pixel was at in `past`, the frame before, and in
        `shown`, what was shown for it.
        """
        card = self._sized(painted)
        there = torch.from_numpy(self._whole(places)).to(self._device).permute(2, 0, 1)[None]
        new, old, now, before = (self._there(one) for one in (painted, shown, given, past))
        settled = card.settle(Seen(new, old, now, before, there), self._recorded())
        self._note(settled.keys, settled.looks)
        rows, columns = painted.shape[:2]
        return np.ascontiguousarray(settled.picture[0].cpu().numpy()[:rows, :columns])

    def state(self) -> State:
        """Return what is remembered."""
        return self._bank.state()

    def restore(self, state: State) -> None:
        """Remember that."""
        self._bank.restore(state)
        self._held = None

    def _forget(self) -> None:
        self._bank.clear()
        self._held = None

    def _note(self, keys: torch.Tensor, seen: torch.Tensor) -> None:
        if not self._bank.due:
            return self._bank.pass_by()
        self._bank.remember(Remembered(_host(keys), _host(seen)))
        self._held = None

    def _recorded(self) -> Recorded:
        """Return the bank where the network is; it is carried there only when it has changed."""
        if self._held is None:
            held = self._bank.held
            keys, seen = np.concatenate([one.keys for one in held]), np.concatenate([one.looks for one in held])
            self._held = Recorded(*(torch.from_numpy(part).to(self._device)[None] for part in (keys, seen)))
        return self._held

    def _sized(self, picture: Image) -> CardMemory:
        rows, columns = picture.shape[:2]
        shape = rows + -rows % CELL, columns + -columns % CELL
        if self._card is None or shape != self._shape:
            self._shape = shape
            self._card = CardMemory(self.network, shape, grid_of(shape), self._rules)
        return self._card

    def _there(self, picture: Image) -> torch.Tensor:
        return torch.from_numpy(self._whole(picture)).to(self._device)[None]

    def _whole(self, picture: npt.NDArray[Any]) -> npt.NDArray[Any]:
        below, beside = (there - here for there, here in zip(self._shape, picture.shape[:2], strict=True))
        if below or beside:
            picture = np.asarray(cv2.copyMakeBorder(picture, 0, below, 0, beside, cv2.BORDER_REPLICATE))
        return picture if picture.flags.writeable and picture.flags.c_contiguous else picture.copy()


def _host(tensor: torch.Tensor) -> Floats:
    return tensor[0].float().cpu().numpy()


def on_card(slots: int, every: int, device: str, weights: Path = WEIGHTS) -> CardRecollection:
    """Return a run's recollection on a device; MachineError where the weights are not installed."""
    checked(weights)
    network = Memory().eval().requires_grad_(False)
    network.load_state_dict(load_file(weights))
    half = device.startswith("cuda")
    return CardRecollection(slots, every, network.to(device, torch.float16 if half else torch.float32))
