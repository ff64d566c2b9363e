"""Picture files: any that a person may bring, and PNG for those we make."""

from __future__ import annotations

import os
import stat
import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.part import Part, writing

MAX_PIXELS = 64_000_000
MAX_SIDE = 30_000

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF")
"""What is opened, decided by a file's content and never by its name; of a moving picture the first frame."""

_KINDS = "PNG, JPEG, WebP, AVIF, GIF, BMP or TIFF"
_GIVE = f"give a {_KINDS} file"


def open_picture(path: str | Path, field: str = "image") -> Image:
    """Return a picture file as `(height, width, 3)` uint8 sRGB, turned upright as its EXIF data say.

    Colours are brought to sRGB by the profile that it carries. What is transparent lies over black or white, whichever
    the picture stands out from; deeper pixels are brought to 8 bits. Raises InputError where the file is missing,
    empty, damaged, no picture, has over 64 million pixels or a side over 30,000.
    """
    check_file(path, field, _GIVE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(path, formats=FORMATS) as opened:
                _check_size(opened.size, path, field)
                opened.load()
                return _pixels(_in_srgb(_upright(opened)))
    except InputError:
        raise
    except Pillow.DecompressionBombError:
        raise _too_large(path, field) from None
    except UnidentifiedImageError:
        raise InputError(field, str(path), f"is no picture that can be read: {_GIVE}.") from None
    # Decoders fail in a dozen ways on damaged files, and every one of them means the same to whoever gave the file.
    except Exception:
        raise InputError(field, str(path), f"is damaged and cannot be read: {_GIVE} that is whole.") from None


def check_file(path: str | Path, field: str, give: str) -> None:
    """Raise InputError unless `path` is a regular file with something in it; `give` says what to give instead."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        raise InputError(field, str(path), f"does not exist or cannot be read: {give}.") from None
    if not stat.S_ISREG(found.st_mode):
        raise InputError(field, str(path), f"is not a file: {give}.")
    if found.st_size == 0:
        raise InputError(field, str(path), f"is empty: {give}.")


def _check_size(size: tuple[int, int], path: str | Path, field: str) -> None:
    width, height = size
    if width * height > MAX_PIXELS or max(size) > MAX_SIDE:
        raise _too_large(path, field)


def _too_large(path: str | Path, field: str) -> InputError:
    return InputError(field, str(path), "is too large: give one of at most 64 million pixels and 30,000 a side.")


def _upright(picture: Pillow.Image) -> Pillow.Image:
    # A picture whose EXIF data are broken is shown as it lies.
    with suppress(Exception):
        return ImageOps.exif_transpose(picture)
    return picture


def _in_srgb(picture: Pillow.Image) -> Pillow.Image:
    """Bring a picture's colours to sRGB by the profile that it carries; one that is broken or sRGB changes nothing."""
    profile = picture.info.get("icc_profile")
    target = _PROFILED.get(picture.mode)
    if not profile or target is None:
        return picture
    with suppress(Exception):  # a profile that can't be read is none
        from PIL import ImageCms

        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in (ImageCms.getProfileDescription(own) or ""):
            return picture
        converted = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=target)
        return picture if converted is None else converted
    return picture


_PROFILED = {"RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB", "LAB": "RGB", "L": "L"}
"""Kinds of pixels that a profile can speak of, and what they become."""


def _pixels(picture: Pillow.Image) -> Image:
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        return _from_deep(np.asarray(picture))
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        return _over_ground(np.asarray(picture.convert("RGBA")))
    return np.array(picture.convert("RGB"))


def _from_deep(values: npt.NDArray[np.generic]) -> Image:
    """Bring grey values of 16 or more bits, or floats, to 8 bits by the range they must be in."""
    numbers = np.nan_to_num(values.astype(np.float64))
    top = numbers.max(initial=0.0)
    full = next((limit for limit in (1.0, 255.0, 65535.0) if top <= limit), top)
    if not np.issubdtype(values.dtype, np.floating):
        full = max(full, 65535.0)
    grey = np.rint(np.clip(numbers / full, 0, 1) * 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _over_ground(rgba: npt.NDArray[np.uint8]) -> Image:
    """Lay a transparent picture over black where what shows is bright, over white where it is dark."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    colour = rgba[..., :3].astype(np.float32)
    shown = float(alpha.sum())
    bright = shown > 0 and float((colour.mean(axis=2, keepdims=True) * alpha).sum()) / shown > 127.5
    ground = 0.0 if bright else 255.0
    return np.rint(colour * alpha + ground * (1 - alpha)).astype(np.uint8)


def encode_png(image: Image) -> bytes:
    """Return a picture `(height, width, 3)` uint8 RGB as the bytes of a PNG file, packed for speed."""
    _, data = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    return data.tobytes()


def encode_webp(image: Image, quality: int = 85) -> bytes:
    """Return a picture `(height, width, 3)` uint8 RGB as the bytes of a WebP file; `quality` is 1 to 100."""
    _, data = cv2.imencode(".webp", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_WEBP_QUALITY, quality])
    return data.tobytes()


def save_png(image: Image, path: str | Path, *, overwrite: bool = True) -> None:
    """Write a picture as PNG, under its name only when whole; InputError or MachineError where it can't be."""
    part = Part(Path(path), overwrite=overwrite)
    try:
        with writing(part.path):
            part.part.write_bytes(encode_png(image))
        part.land()
    finally:
        part.drop()
