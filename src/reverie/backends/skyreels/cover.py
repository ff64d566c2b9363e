"""How windows of latents cover a length: each goes on from the end of the last, and none is shown twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reverie.core.errors import InputError

TEMPORAL = 4
"""Frames that one latent holds; the first latent of a film holds one."""


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch that is painted as a whole: `known` latents carried over from before, then `new` ones."""

    known: int
    new: int

    @property
    def latents(self) -> int:
        """How many latents the network sees at once."""
        return self.known + self.new


def latents_of(frames: int) -> int:
    """Return how many latents hold so many frames: 4k + 1 frames are k + 1 latents, and what is over needs one more."""
    return (max(frames, 1) + TEMPORAL - 2) // TEMPORAL + 1


def frames_of(latents: int, *, first: bool) -> int:
    """Return how many frames so many latents hold; `first` where the film's first latent is among them."""
    return TEMPORAL * latents - (TEMPORAL - 1 if first else 0)


@dataclass(frozen=True, slots=True)
class Cover:
    """What windows are made of: `base` latents in one, `overlap` of them carried over, whole `block`s of each."""

    base: int
    overlap: int
    block: int = 1

    @classmethod
    def of(cls, base_num_frames: int, overlap_history: int, causal_block_size: int = 1) -> Cover:
        """Return the cover for lengths in frames; InputError where they don't fit together.

        Both lengths are 4k + 1 frames, the overlap is shorter than the window, and each is a whole number of blocks:
        of a block that is not whole, the last latents would never be painted.
        """
        for name, frames in (("base_num_frames", base_num_frames), ("overlap_history", overlap_history)):
            if frames % TEMPORAL != 1:
                low = max(1, (frames - 1) // TEMPORAL * TEMPORAL + 1)
                raise InputError(name, frames, f"is not 4k + 1 frames: use {low} or {low + TEMPORAL}.")
            if (left := latents_of(frames) % causal_block_size) and causal_block_size > 1:
                short = frames_of(max(latents_of(frames) - left, causal_block_size), first=True)
                why = f"is {latents_of(frames)} latents, no whole number of blocks of {causal_block_size}"
                raise InputError(name, frames, f"{why}: use {short} or {short + TEMPORAL * causal_block_size}.")
        if overlap_history >= base_num_frames:
            fix = f"leaves nothing new in a window of {base_num_frames} frames: use a shorter one."
            raise InputError("overlap_history", overlap_history, fix)
        return cls(latents_of(base_num_frames), latents_of(overlap_history), causal_block_size)

    def windows(self, latents: int | None, given: int = 0) -> Iterator[Window]:
        """Yield the windows that cover so many new latents, without end for None.

        `given` latents are known before the first. A window's new latents are whole blocks, so that the last may hold
        a few more than are wanted.
        """
        known = min(given, self.overlap)
        done = 0
        while latents is None or done < latents:
            left = self.base - known
            new = left if latents is None else min(left, self._blocks(latents - done, known))
            yield Window(known, new)
            done += new
            known = self.overlap

    def _blocks(self, latents: int, known: int) -> int:
        """Return the least number of new latents, at least those, with which the window is whole blocks."""
        return -(-(latents + known) // self.block) * self.block - known
