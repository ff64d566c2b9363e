"""The newest picture of work under way, small, where it is looked for: whole at any moment, never in the way."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from reverie.core.frame import Image

EVERY = 0.4
"""Seconds between two pictures at least."""

SIDE, QUALITY = 512, 80


class Preview:
    """One job's newest picture, as JPEG in a file."""

    def __init__(self, path: Path) -> None:
        self._path, self._kept = path, -EVERY

    def seen(self, picture: Callable[[], Image] | None) -> None:
        """Keep a picture, unless the one before is young; a disk that is full keeps none."""
        now = time.monotonic()
        if picture is None or now - self._kept < EVERY:
            return
        self._kept = now
        with suppress(OSError):
            _keep(picture(), self._path)


def _keep(image: Image, path: Path) -> None:
    """Put a picture in its place; the one before it is seen until then."""
    from reverie.media.geometry import fit
    from reverie.media.jpeg import encode_jpeg

    height, width = image.shape[:2]
    share = min(1.0, SIDE / max(height, width))
    small = image if share == 1 else fit(image, max(1, round(width * share)), max(1, round(height * share)))
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_bytes(encode_jpeg(small, QUALITY))
    part.replace(path)
