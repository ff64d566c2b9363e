"""Films as folders of PNG pictures, with their spec beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.part import FIELD, PartFolder, writing
from reverie.media.picture import encode_png

SPEC_KEY = "reverie_spec"
RATE_KEY = "fps"
SPEC_FILE = "spec.json"
ABOUT_FILE = "about.json"
DEFAULT_NAMES = "%06d.png"
DEFAULT_FPS = Fraction(24)

_NUMBER = re.compile(r"%(0\d)?d")


def split(path: Path) -> tuple[Path, str]:
    """Return the folder and the pattern of names that an output stands for: `reef` or `reef/shot_%05d.png`."""
    if path.suffix.lower() != ".png":
        return path, DEFAULT_NAMES
    if len(_NUMBER.findall(path.name)) != 1 or path.name.count("%") != 1:
        raise InputError(FIELD, str(path), "is one picture: for a folder of them write its name, or FOLDER/%05d.png.")
    return path.parent, path.name


def ours(names: str) -> tuple[str, ...]:
    """Return the patterns of all that a film's folder holds."""
    return (_NUMBER.sub("[0-9]*", names), SPEC_FILE, ABOUT_FILE)


class FolderWriter:
    """One film on its way into a folder, a file a picture, numbered from 0."""

    def __init__(self, part: PartFolder, names: str, fps: Fraction, metadata: Mapping[str, str]) -> None:
        self._part, self._names, self._fps, self._metadata, self._count = part, names, fps, metadata, 0

    def write(self, image: Image) -> None:
        """Add one picture `(height, width, 3)` uint8."""
        with writing(self._part.path):
            (self._part.part / (self._names % self._count)).write_bytes(encode_png(image))
        self._count += 1

    def finish(self) -> None:
        """Put the spec into spec.json, the rate and what else there is to say into about.json."""
        rest = {key: value for key, value in self._metadata.items() if key != SPEC_KEY} | {RATE_KEY: str(self._fps)}
        with writing(self._part.path):
            if SPEC_KEY in self._metadata:
                (self._part.part / SPEC_FILE).write_text(self._metadata[SPEC_KEY], "utf-8")
            (self._part.part / ABOUT_FILE).write_text(json.dumps(rest), "utf-8")

    def abandon(self) -> None:
        """Nothing is held open."""


def pictures(folder: Path) -> list[Path]:
    """Return a folder's PNG files in the order of the numbers in their names."""
    found = [entry for entry in folder.iterdir() if entry.suffix.lower() == ".png" and entry.is_file()]
    return sorted(found, key=lambda entry: ([int(digits) for digits in re.findall(r"\d+", entry.stem)], entry.name))


def read_about(folder: Path) -> dict[str, str]:
    """Return what a folder of pictures says of itself; nothing where it says nothing that can be read."""
    said: dict[str, str] = {}
    try:
        if (folder / ABOUT_FILE).is_file():
            said |= {
                str(key): str(value) for key, value in json.loads((folder / ABOUT_FILE).read_text("utf-8")).items()
            }
        if (folder / SPEC_FILE).is_file():
            said[SPEC_KEY] = (folder / SPEC_FILE).read_text("utf-8")
    except (OSError, ValueError, AttributeError):
        return {}
    return said


def rate(folder: Path) -> Fraction:
    """Return a folder's frames a second as it says itself, else 24."""
    with suppress(KeyError, ValueError, ZeroDivisionError):
        if (said := Fraction(read_about(folder)[RATE_KEY])) > 0:
            return said
    return DEFAULT_FPS
