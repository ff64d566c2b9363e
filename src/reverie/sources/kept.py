"""What came into a live session, kept so that it can be shown again: a picture for every frame that was painted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from reverie.core.errors import InputError, ReverieError
from reverie.core.frame import Frame, Image, Motion, Origin
from reverie.core.spec import RenderSpec, Scene
from reverie.media.geometry import fit
from reverie.media.lossless import LosslessWriter, rate_of, read_lossless


class Keeping:
    """A clip being written, frame by frame; what can't be written ends it, and the show goes on.

    It is whole, under its name, only when it is closed.
    """

    def __init__(self, path: Path, width: int, height: int, fps: Fraction) -> None:
        self._path, self._part = path, path.with_name(f"{path.name}.part")
        self._last: Image | None = None
        self._writer: LosslessWriter | None = None
        with suppress(ReverieError, OSError):
            self._writer = LosslessWriter(self._part, width, height, fps, "pictures")

    def keep(self, index: int, picture: Image) -> None:
        """Keep the picture of a frame; frames since the last one had that one's."""
        if self._writer is None:
            return
        try:
            while self._writer.frames < index:
                self._writer.write(picture if self._last is None else self._last)
            self._writer.write(picture)
        except (ReverieError, OSError):
            self._drop()
        self._last = picture

    def close(self) -> None:
        """Make it whole; without a picture there is none."""
        if self._writer is None or not self._writer.frames:
            self._drop()
            return
        writer, self._writer = self._writer, None
        try:
            writer.close()
            self._part.replace(self._path)
        except (ReverieError, OSError):
            writer.abandon()
            self._part.unlink(missing_ok=True)

    def _drop(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.abandon()
            with suppress(OSError):
                self._part.unlink(missing_ok=True)


class KeptOptions(BaseModel):
    """`path` is the clip that a live session left behind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Annotated[str, Field(min_length=1)]


class Kept:
    """The source that shows again what came into a live session."""

    Options = KeptOptions
    resumable = True

    def __init__(self, options: KeptOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec, scene: Scene) -> KeptRun:  # noqa: ARG002
        """Open the clip; InputError where it is none."""
        path = Path(self.options.path)
        try:
            rate = rate_of(path)
        except (ReverieError, OSError):
            fix = "is no clip that can be read: it was not kept, or is damaged."
            raise InputError("kept", str(path), fix) from None
        return KeptRun(path, rate, (spec.width, spec.height))


class KeptRun:
    """One showing: which picture is due follows from the time alone, and so does whether it is new."""

    def __init__(self, path: Path, rate: Fraction, size: tuple[int, int]) -> None:
        self._path, self._rate, self._size = path, rate, size
        self._begin()

    def _begin(self) -> None:
        self._pictures: Iterator[Image] = iter(read_lossless(self._path))
        self._index = -1
        self._before: Image | None = None
        self._picture: Image | None = None

    def at(self, time: Fraction, last: Frame | None, motion: Motion) -> Frame | None:  # noqa: ARG002
        """Return the picture of the frame at `time`, held where it is the one before; after the end the last stays."""
        due = floor(time * self._rate)
        if due < self._index:
            self._begin()
        while self._index < due and (newer := next(self._pictures, None)) is not None:
            self._before, self._picture, self._index = self._picture, newer, self._index + 1
        if self._picture is None:
            return None
        held = self._index < due or (self._before is not None and np.array_equal(self._before, self._picture))
        origin = Origin.HELD if held else Origin.PAINTED
        picture = fit(self._picture, *self._size)
        return Frame(picture, time, 0 if last is None else last.index + 1, origin=origin)

    def close(self) -> None:
        """Let go of the clip."""
        close = getattr(self._pictures, "close", None)
        if close is not None:
            close()
