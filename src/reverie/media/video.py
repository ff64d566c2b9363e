"""Films in and out: the one door to video files, whatever their kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av
import numpy as np

from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Image
from reverie.media import folder
from reverie.media.containers import MP4, WEBM, ContainerWriter, Format
from reverie.media.encoding import Output
from reverie.media.film import Film, read_frames, read_metadata
from reverie.media.folder import SPEC_KEY, FolderWriter
from reverie.media.gif import GifWriter
from reverie.media.part import FIELD, Part, PartFolder
from reverie.media.planes import to_rgb

__all__ = ["SPEC_KEY", "Film", "VideoWriter", "check_output", "encoders", "read_frames", "read_metadata"]


class Encoder(Protocol):
    """One kind of film being written; `finish` ends it, after which only its name is missing."""

    def write(self, image: Image) -> None: ...
    def finish(self) -> None: ...
    def abandon(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written: where, how large, how fast, and what it shall say of itself."""

    path: Path
    width: int
    height: int
    fps: Fraction
    metadata: Mapping[str, str]
    overwrite: bool


Opened = tuple[Part | PartFolder, Encoder]


def _container(form: Format) -> Callable[[Order], Opened]:
    def opened(order: Order) -> Opened:
        part = Part(order.path, overwrite=order.overwrite)
        size = order.width, order.height
        return part, _or_dropped(part, lambda: ContainerWriter(part, *size, order.fps, order.metadata, form))

    return opened


def _gif(order: Order) -> Opened:
    part = Part(order.path, overwrite=order.overwrite)
    return part, _or_dropped(part, lambda: GifWriter(part, order.width, order.height, order.fps, order.metadata))


def _folder(order: Order) -> Opened:
    place, names = folder.split(order.path)
    part = PartFolder(place, folder.ours(names), overwrite=order.overwrite)
    return part, FolderWriter(part, names, order.fps, order.metadata)


def _or_dropped(part: Part, make: Callable[[], Encoder]) -> Encoder:
    try:
        return make()
    except BaseException:
        part.drop()
        raise


_KINDS: dict[str, tuple[str, Callable[[Order], Opened]]] = {
    ".mp4": (MP4.codec, _container(MP4)),
    ".webm": (WEBM.codec, _container(WEBM)),
    ".gif": ("gif", _gif),
    ".png": ("png", _folder),
    "": ("png", _folder),
}


def encoders() -> dict[str, str | None]:
    """Return what every suffix is encoded with, None where this build of FFmpeg lacks it."""
    return {suffix: codec if codec in av.codecs_available else None for suffix, (codec, _) in _KINDS.items() if suffix}


def _opening(path: Path) -> Callable[[Order], Opened]:
    suffix = path.suffix.lower()
    if suffix not in _KINDS:
        raise InputError(
            FIELD, str(path), "has no suffix we can write: use .mp4, .webm, .gif, or none for a folder of PNG."
        )
    return _KINDS[suffix][1]


class VideoWriter:
    """A film on its way to disk, by suffix: .mp4, .webm, .gif, or a folder of PNG (no suffix, or FOLDER/%05d.png).

    Everything is written beside the final name, which the film gets in `close`. `width` and `height` are in pixels,
    `fps` is exact, `metadata` (texts by key; `reverie_spec` holds the spec) travels in the file. Raises InputError for
    a name, size or rate that can't be, MachineError where the place can't be written to.
    """

    def __init__(
        self,
        path: str | Path,
        width: int,
        height: int,
        fps: Fraction,
        metadata: Mapping[str, str] | None = None,
        *,
        overwrite: bool = False,
    ) -> None:
        self.path = Path(path)
        self.frames = 0
        self._shape = (height, width, 3)
        self._metadata = dict(metadata or {})
        self._open = True
        order = Order(self.path, width, height, fps, self._metadata, overwrite)
        self._part, self._encoder = _opening(self.path)(order)

    @classmethod
    def of(cls, output: Output) -> VideoWriter:
        """Return the writer of an output."""
        return cls(output.path, output.width, output.height, output.fps, output.metadata, overwrite=output.overwrite)

    def describe(self, metadata: Mapping[str, str]) -> None:
        """Say something else in the file, until it is closed; after the first frame MP4 and WebM are copied for it."""
        self._metadata.clear()
        self._metadata.update(metadata)

    def write(self, image: Image) -> None:
        """Add one picture `(height, width, 3)` uint8 RGB; MachineError where the disk says no, which ends the film."""
        if image.shape != self._shape or image.dtype != np.uint8:
            raise ValueError(f"a picture must be {self._shape} uint8, not {image.shape} {image.dtype}")
        self._add(lambda encoder: encoder.write(image))

    def take(self, frame: av.VideoFrame) -> None:
        """Add one frame of planes (yuv420p, BT.709), which a film in a container takes without another conversion."""

        def taken(encoder: Encoder) -> None:
            if isinstance(encoder, ContainerWriter):
                encoder.take(frame)
            else:
                encoder.write(to_rgb(frame))

        self._add(taken)

    def _add(self, put: Callable[[Encoder], None]) -> None:
        if not self._open:  # a container that was closed crashes the process that writes to it
            raise MachineError(f"{FIELD}: '{self.path}' has ended, and takes no more pictures.")
        try:
            put(self._encoder)
        except BaseException:
            self.abandon()
            raise
        self.frames += 1

    def close(self) -> None:
        """Make a whole film of what was written and give it its name; without a frame there is no film."""
        if not self._open:
            return
        try:
            if self.frames:
                self._encoder.finish()
                self._part.land()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Leave nothing behind of a film that is not closed; never raises."""
        self._open = False
        self._encoder.abandon()
        self._part.drop()


def check_output(path: str | Path, fps: Fraction = Fraction(1), *, overwrite: bool = False) -> None:
    """Raise what opening a film of that name and rate would, and leave nothing behind."""
    VideoWriter(path, 64, 64, fps, overwrite=overwrite).abandon()
