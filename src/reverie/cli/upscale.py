"""`reverie upscale`: a film in a larger size."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reverie.cli.parser import Parser, whole
from reverie.cli.retouching import add_film, fulfil_retouch
from reverie.core.errors import InputError
from reverie.core.presets import PRESETS, parse_size
from reverie.core.spec import MAX_SIDE, ComponentSpec

if TYPE_CHECKING:
    from reverie.execution.retouch import Original, Retouch

SUMMARY = """Make a film larger: by Lanczos, or by a network of Real-ESRGAN's kind whose weights you have.

Its frames, its length, its sound and what it says of itself stay."""
EXAMPLES = (
    "reverie upscale walk.mp4",
    "reverie upscale walk.mp4 --scale 4",
    "reverie upscale walk.mp4 --size premium -o walk-4k.mp4",
    "reverie upscale walk.mp4 --model RealESRGAN_x4plus.pth --size high",
)
SCALES = (2, 4)


def run(arguments: Sequence[str]) -> int:
    """Make the film and return the exit code."""
    given = _parser().read(arguments)
    return fulfil_retouch(given, "large", lambda original, output: _wish(given, original, output))


def _wish(given: Namespace, original: Original, output: Path) -> Retouch:  # noqa: ARG001
    from reverie.execution.retouch import Retouch

    options: dict[str, Any] = {"weights": given.model, "device": given.device, "tile": given.tile}
    said = {**{name: value for name, value in options.items() if value is not None}, **_size(given)}
    even = ComponentSpec(name="interpolate", options={"kind": "none"})
    filters = (even, ComponentSpec(name="upscale", options=said))
    return Retouch(filters, output, "upscaling", None, given.overwrite)


def _size(given: Namespace) -> dict[str, Any]:
    """Return how large frames are to be, by the options of the filter."""
    if given.size is not None:
        preset = PRESETS.get(given.size.lower())
        width, height = (preset.width, preset.height) if preset else parse_size(given.size)
        if not (16 <= width <= MAX_SIDE and 16 <= height <= MAX_SIDE):
            raise InputError("size", given.size, f"is not accepted: sides of 16 to {MAX_SIDE} pixels are.")
        return {"width": width, "height": height}
    if given.scale is not None and given.scale not in SCALES:
        raise InputError("scale", given.scale, f"is not accepted: use {' or '.join(map(str, SCALES))}.")
    if given.scale is None and given.model is not None:
        return {}
    return {"scale": given.scale or SCALES[0]}


def _parser() -> Parser:
    parser = Parser("upscale", SUMMARY, EXAMPLES)
    wishes = parser.add_argument_group("how large").add_mutually_exclusive_group()
    wishes.add_argument("--scale", metavar="N", type=whole("scale"), help="2 or 4 times (2, or the network's own)")
    wishes.add_argument("--size", metavar="NAME|WxH", help="a preset such as high, or pixels; sides are cut to fit")
    parser.add_argument("--model", metavar="FILE", help="an upscaling network's weights, .safetensors or .pth")
    parser.add_argument("--tile", metavar="N", type=whole("tile"), help="pixels a network sees at a time (256)")
    parser.add_argument("--device", metavar="NAME", help="with --model: cpu, cuda, mps … (cpu)")
    add_film(parser, "large")
    return parser
