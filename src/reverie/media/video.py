"""Films in and out: the one door to video files, whatever their kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av
import numpy as np
import numpy.typing as npt

from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Image
from reverie.media import folder
from reverie.media.containers import ContainerWriter
from reverie.media.encoding import CODECS, MP4, WEBM, Encoding, Format, Output
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


Opened = tuple[Part | PartFolder, Encoder]
Open = Callable[[Output, bool], Opened]
"""Begins a film, with sound or without."""


def _container(form: Format) -> Open:
    def opened(output: Output, loud: bool) -> Opened:
        part = Part(output.path, overwrite=output.overwrite)
        return part, _or_dropped(part, lambda: ContainerWriter(part, output, form, loud=loud))

    return opened


def _gif(output: Output, _loud: bool) -> Opened:
    part, size = Part(output.path, overwrite=output.overwrite), (output.width, output.height)
    return part, _or_dropped(part, lambda: GifWriter(part, *size, output.fps, output.metadata))


def _folder(output: Output, _loud: bool) -> Opened:
    place, names = folder.split(output.path)
    part = PartFolder(place, folder.ours(names), overwrite=output.overwrite)
    return part, FolderWriter(part, names, output.fps, output.metadata)


def _or_dropped(part: Part, make: Callable[[], Encoder]) -> Encoder:
    try:
        return make()
    except BaseException:
        part.drop()
        raise


_KINDS: dict[str, tuple[str, Open]] = {
    ".mp4": (CODECS[MP4.codecs[0]].encoder, _container(MP4)),
    ".webm": (CODECS[WEBM.codecs[0]].encoder, _container(WEBM)),
    ".gif": ("gif", _gif),
    ".png": ("png", _folder),
    "": ("png", _folder),
}


LOUD = frozenset({".mp4", ".webm"})
"""Suffixes of films that can have sound."""

PICTURES = frozenset({"", ".png", ".gif"})
"""Suffixes of films that hold pictures, in full colour as they were painted, and not the planes of video."""


def encoders() -> dict[str, str | None]:
    """Return what every suffix is encoded with, None where this build of FFmpeg lacks it."""
    return {suffix: codec if codec in av.codecs_available else None for suffix, (codec, _) in _KINDS.items() if suffix}


def _opening(path: Path) -> Open:
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
        encoding: Encoding | None = None,
    ) -> None:
        said = dict(metadata or {})
        self._begin(Output(Path(path), width, height, fps, said, encoding or Encoding(), None, overwrite), loud=False)

    def _begin(self, output: Output, *, loud: bool) -> None:
        self.path = output.path
        self.frames = 0
        self._shape = (output.height, output.width, 3)
        self._metadata = dict(output.metadata)
        self._open = True
        self._part, self._encoder = _opening(self.path)(replace(output, metadata=self._metadata), loud)

    @classmethod
    def of(cls, output: Output, *, loud: bool = False) -> VideoWriter:
        """Return the writer of an output; `loud` ones have sound too, where their kind of file can."""
        writer = cls.__new__(cls)
        writer._begin(output, loud=loud)
        return writer

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

    def hear(self, samples: npt.NDArray[np.float32]) -> None:
        """Add sound to a film that was opened `loud`, `(2, n)` float32 at 48,000 a second; GIF and PNG have none."""
        if isinstance(self._encoder, ContainerWriter):
            self._encoder.hear(samples)

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


def check_output(
    path: str | Path, fps: Fraction = Fraction(1), *, overwrite: bool = False, encoding: Encoding | None = None
) -> None:
    """Raise what opening a film of that name, rate and encoding would, and leave nothing behind."""
    VideoWriter(path, 64, 64, fps, overwrite=overwrite, encoding=encoding).abandon()
