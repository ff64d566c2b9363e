"""What kept a unit of work from being done, sorted by what may help: read from an error, sent from worker to server."""

from __future__ import annotations

import errno
from collections.abc import Callable
from enum import StrEnum

from reverie.core.errors import InputError, MachineError, ReverieError


class Kind(StrEnum):
    """Why it failed: each kind has its own way out, or none."""

    MEMORY = "memory"
    DEVICE = "device"
    MISSING = "missing"
    TIMEOUT = "timeout"
    INVALID = "invalid"
    DISK = "disk"
    CRASH = "crash"
    OTHER = "other"


class Failed(ReverieError):
    """A unit that could not be done: `kind` says of which kind, `frame` which painted frame it was at, None if none."""

    def __init__(self, kind: Kind, words: str, frame: int | None = None) -> None:
        self.kind, self.words, self.frame = kind, words, frame
        super().__init__(words)


_OUT_OF_MEMORY = (
    "out of memory",
    "outofmemory",
    "can't allocate memory",
    "cannot allocate memory",
    "failed to allocate",
)
_NO_DEVICE = (
    "no nvidia driver",
    "cuda driver",
    "not compiled with cuda",
    "no cuda",
    "cuda is not available",
    "cuda gpus are available",
    "invalid device",
    "no device",
    "device is missing",
    "mps backend",
)
_NOT_THERE = (
    "weights",
    "checkpoint",
    "is not here",
    "no such file",
    "couldn't connect",
    "connection",
    "download",
    "does not appear to have",
    "no module named",
    "is missing",
)
_TABLE: tuple[tuple[Kind, Callable[[BaseException, str], bool]], ...] = (
    (Kind.MEMORY, lambda error, said: isinstance(error, MemoryError) or any(sign in said for sign in _OUT_OF_MEMORY)),
    (Kind.DEVICE, lambda _, said: any(sign in said for sign in _NO_DEVICE)),
    (Kind.TIMEOUT, lambda error, _: isinstance(error, TimeoutError)),
    (Kind.DISK, lambda error, _: getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}),
    (Kind.DISK, lambda _, said: "cannot be written" in said or "disk is full" in said),
    (Kind.INVALID, lambda error, _: isinstance(error, InputError)),
    (Kind.MISSING, lambda error, _: isinstance(error, FileNotFoundError | ImportError | ConnectionError)),
    (
        Kind.MISSING,
        lambda error, said: isinstance(error, MachineError | OSError) and any(w in said for w in _NOT_THERE),
    ),
)
"""The first line that fits wins; libraries are known by what they say, so that none of them need be imported."""


def kind_of(error: BaseException) -> Kind:
    """Return of which kind an error is; what caused it counts where it says nothing itself."""
    seen: BaseException | None = error
    while seen is not None:
        said = f"{type(seen).__name__} {seen}".lower()
        for kind, fits in _TABLE:
            if fits(seen, said):
                return kind
        seen = seen.__cause__
    return Kind.OTHER


def sentence_of(error: BaseException) -> str:
    """Return what an error says to a person, in one sentence."""
    if isinstance(error, ReverieError):
        return str(error)
    lines = str(error).strip().splitlines()
    return f"The render broke ({type(error).__name__}: {lines[0][:200] if lines else 'no more is known'}): try again."
