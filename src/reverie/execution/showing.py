"""What shows a film before it is played: a poster, and a sheet of pictures from all along it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.media.film import read_frames
from reverie.media.jpeg import encode_jpeg
from reverie.media.part import Part

POSTER, POSTER_QUALITY = "poster.jpg", 88


def show(film: Path) -> None:
    """Make a film's poster beside it; MachineError where the film does not play to its end."""
    poster: Image | None = None
    with closing(read_frames(film, "film")) as pictures:
        for number, (image, _) in enumerate(pictures):
            if number & (number - 1) == 0:  # the picture at some power of two: within the film's second half
                poster = image
    if poster is None:
        raise MachineError("The film that was made has no pictures: render it again.")
    part = Part(film.with_name(POSTER), overwrite=True)
    try:
        part.part.write_bytes(encode_jpeg(poster, POSTER_QUALITY))
        part.land()
    finally:
        part.drop()
