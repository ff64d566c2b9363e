"""What shows a film before it is played: a poster, and a sheet of pictures from all along it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.media.film import read_frames
from reverie.media.jpeg import encode_jpeg
from reverie.media.part import Part
from reverie.media.sheet import album

POSTER, POSTER_QUALITY = "poster.jpg", 88
SPRITE, SPRITE_QUALITY = "sprite.jpg", 82


def show(film: Path) -> None:
    """Make a film's poster and sprite sheet beside it; MachineError where the film does not play to its end."""
    with closing(read_frames(film, "film")) as pictures:
        found = album(pictures)
    if found is None:
        raise MachineError("The film that was made has no pictures: render it again.")
    _save(found.sprite, film.with_name(SPRITE), SPRITE_QUALITY)
    _save(found.poster, film.with_name(POSTER), POSTER_QUALITY)


def _save(image: Image, path: Path, quality: int) -> None:
    part = Part(path, overwrite=True)
    try:
        part.part.write_bytes(encode_jpeg(image, quality))
        part.land()
    finally:
        part.drop()
