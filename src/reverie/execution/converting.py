"""A finished film in another form: a GIF to pass on, or all its pictures as PNG in one archive."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from fractions import Fraction
from math import ceil
from pathlib import Path

from reverie.core.clock import exact_rate
from reverie.core.frame import Image
from reverie.media.film import read_frames
from reverie.media.geometry import fit
from reverie.media.part import Part, writing
from reverie.media.picture import encode_png
from reverie.media.video import VideoWriter

GIF_SIDE, GIF_RATE = 480, 15
"""The longest side and the most frames a second of a GIF: one that is larger is passed on by nobody."""

Go = Callable[[], None]
"""Is called with every picture, and may raise Cancelled."""


def convert(film: Path, target: Path, fps: float, go: Go) -> None:
    """Write a film of `fps` frames a second in the form that the suffix of `target` asks for: .gif or .zip (of PNG).

    The file is whole or not there. Raises MachineError where the film can't be read or the disk says no.
    """
    with closing(read_frames(film, "film")) as pictures:
        _FORMS[target.suffix]((image for image, _ in pictures), target, exact_rate(fps), go)


def _gif(pictures: Iterator[Image], target: Path, fps: Fraction, go: Go) -> None:
    every = ceil(fps / GIF_RATE)
    writer: VideoWriter | None = None
    try:
        for number, image in enumerate(pictures):
            go()
            if number % every:
                continue
            small = _small(image)
            height, width = small.shape[:2]
            writer = writer or VideoWriter(target, width, height, fps / every, overwrite=True)
            writer.write(small)
        if writer is not None:
            writer.close()
    finally:
        if writer is not None:
            writer.abandon()


def _small(image: Image) -> Image:
    height, width = image.shape[:2]
    share = min(1.0, GIF_SIDE / max(height, width))
    return image if share == 1 else fit(image, max(2, round(width * share)), max(2, round(height * share)))


def _archive(pictures: Iterator[Image], target: Path, fps: Fraction, go: Go) -> None:  # noqa: ARG001
    part = Part(target, overwrite=True)
    try:
        with writing(target), zipfile.ZipFile(part.part, "w", zipfile.ZIP_STORED) as archive:
            for number, image in enumerate(pictures, 1):
                go()
                archive.writestr(f"frame-{number:06}.png", encode_png(image))
        part.land()
    finally:
        part.drop()


_FORMS: Mapping[str, Callable[[Iterator[Image], Path, Fraction, Go], None]] = {".gif": _gif, ".zip": _archive}
