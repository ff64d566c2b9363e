"""The last few seconds of what was seen, and whether they come round again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reverie.core.protocols import State
from reverie.core.state import retold, told
from reverie.measure import vitals

LENGTH = 128
"""Frames that are remembered."""

CONFIRMED = 8
"""Frames in a row that must equal those a period before them until the past counts as coming round."""

SAME_COLOURS = 0.02
"""Mean difference of thumbnails, 0..1, up to which two pictures that share a dHash are the same picture."""

RECENT = 10
"""Frames that lie between a picture and the past it may be like."""

_KNOWN = ("_thumbs", "_hashes", "_runs", "_at", "_length", "_since")


class Past:
    """A ring of thumbnails and hashes, newest first when asked; every method costs the same however long it runs."""

    def __init__(self) -> None:
        self._thumbs = np.zeros((2 * LENGTH, vitals.THUMB_SIDE, vitals.THUMB_SIDE, 3), dtype=np.uint8)
        self._hashes = np.zeros((2 * LENGTH, 4), dtype=np.uint64)
        self._runs = np.zeros(LENGTH, dtype=np.int64)
        self._at = 2 * LENGTH
        self._length = 0
        self._since = 0

    def __len__(self) -> int:
        return self._length

    @property
    def thumbs(self) -> vitals.Thumb:
        """The thumbnails, newest first: `(n, 32, 32, 3)`."""
        return self._thumbs[self._at : self._at + self._length]

    @property
    def hashes(self) -> npt.NDArray[np.uint64]:
        """The hashes, newest first: `(n, 4)`."""
        return self._hashes[self._at : self._at + self._length]

    def add(self, thumb: vitals.Thumb, bits: vitals.Hash) -> None:
        """Remember a picture; the oldest is forgotten where the ring is full."""
        if self._at == 0:
            self._at = LENGTH + 1
            self._thumbs[self._at :] = self._thumbs[: LENGTH - 1]
            self._hashes[self._at :] = self._hashes[: LENGTH - 1]
        self._at -= 1
        self._thumbs[self._at], self._hashes[self._at] = thumb, bits
        self._length = min(LENGTH, self._length + 1)
        self._since = min(LENGTH, self._since + 1)

    def turn(self) -> None:
        """Be told that something else is asked for from the next picture on.

        A picture like one from before a turn is no loop: who asks again for what was asked before may be shown it.
        """
        self._since = 0
        self._runs[:] = 0

    def change(self, thumb: vitals.Thumb, frames: int) -> float:
        """Return the largest mean difference, 0..1, to any of the last `frames` pictures; 1 where fewer are known."""
        if self._length < frames:
            return 1.0
        return float(vitals.difference(thumb, self.thumbs[:frames]).max())

    def likeness(self, bits: vitals.Hash) -> float:
        """Return how near the picture comes to the remembered past, the last ten frames left out: see `vitals`."""
        return vitals.likeness(bits, self.hashes[RECENT:])

    def comes_round(self, thumb: vitals.Thumb, bits: vitals.Hash, near: float) -> bool:
        """Say whether the last frames repeat those of one period before; ask once for each picture, before adding it.

        `near` is the share of a dHash's bits that may differ. A period counts where each of the last 8 pictures
        equals the one a period before it while the pictures between were others: slow change is no loop. Only what was
        seen since the last turn is looked at.
        """
        known = self._since
        distances = vitals.apart(bits, self.hashes[:known])
        allowed = near * vitals.HASH_BITS
        equal = distances <= allowed
        equal[equal] = vitals.difference(thumb, self.thumbs[:known][equal]) <= SAME_COLOURS
        self._runs[:known] = np.where(equal, self._runs[:known] + 1, 0)
        farthest = np.maximum.accumulate(np.concatenate([[0], distances[:-1]])) if known else distances
        left = farthest > 2 * allowed + 2
        return bool(np.any((self._runs[:known] >= CONFIRMED) & left))

    def state(self) -> State:
        """Return all that is remembered, see `core.protocols.Resumable`."""
        return told(self, _KNOWN)

    def restore(self, state: State) -> None:
        """Remember what another did."""
        retold(self, _KNOWN, state)

    def forget(self) -> None:
        """Start anew, as at a cut."""
        self._length, self._at, self._since = 0, 2 * LENGTH, 0
        self._runs[:] = 0
