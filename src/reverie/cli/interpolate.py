"""`reverie interpolate`: a film with more frames a second."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from reverie.cli.parser import Parser, number, whole
from reverie.cli.retouching import add_film, fulfil_retouch
from reverie.core.clock import exact_rate
from reverie.core.errors import InputError
from reverie.core.spec import ComponentSpec

if TYPE_CHECKING:
    from reverie.execution.retouch import Original, Retouch

SUMMARY = """Make a film run more smoothly: new frames between its own, along the motion seen in them.

Its own frames, its length, its sound and what it says of itself stay; nothing is made across a cut."""
EXAMPLES = (
    "reverie interpolate walk.mp4",
    "reverie interpolate walk.mp4 --factor 4 -o slow.mp4",
    "reverie interpolate walk.mp4 --fps 60",
    "reverie interpolate walk.mp4 --kind rife --weights flownet_v4.25.pkl",
)
KINDS = ("flow", "rife", "none")
LEAST, MOST = 2, 8
MOST_RATE = 240.0


def run(arguments: Sequence[str]) -> int:
    """Make the film and return the exit code."""
    given = _parser().read(arguments)
    return fulfil_retouch(given, "smooth", lambda original, output: _wish(given, original, output))


def _wish(given: Namespace, original: Original, output: Path) -> Retouch:
    from reverie.execution.retouch import Retouch

    options = {"kind": given.kind, "cuts": "found", "weights": given.weights, "device": given.device}
    said = {name: value for name, value in options.items() if value is not None}
    filters = (ComponentSpec(name="interpolate", options=said),)
    return Retouch(filters, output, "interpolating", _rate(given, original.fps), given.overwrite)


def _rate(given: Namespace, fps: Fraction) -> Fraction:
    """Return frames a second of what is made; InputError where they can't be."""
    if given.fps is not None:
        if not fps <= exact_rate(max(0.0, min(given.fps, 1e6))) <= MOST_RATE:
            raise InputError("fps", given.fps, f"is not accepted: use {float(fps):g} (as it is) to {MOST_RATE:g}.")
        return exact_rate(given.fps)
    factor = LEAST if given.factor is None else given.factor
    if not LEAST <= factor <= MOST or fps * factor > MOST_RATE:
        most = min(MOST, int(MOST_RATE / fps))
        raise InputError("factor", factor, f"is not accepted here: use {LEAST} to {most}.")
    return fps * factor


def _parser() -> Parser:
    parser = Parser("interpolate", SUMMARY, EXAMPLES)
    wishes = parser.add_argument_group("how").add_mutually_exclusive_group()
    wishes.add_argument("--factor", metavar="N", type=whole("factor"), help="how many times as many frames, 2 to 8 (2)")
    wishes.add_argument("--fps", metavar="N", type=number("fps"), help="frames a second instead, up to 240")
    parser.add_argument("--kind", choices=KINDS, default="flow", help="flow needs no weights (flow)")
    parser.add_argument("--weights", metavar="FILE", help="with --kind rife: flownet_v4.25.pkl or .safetensors")
    parser.add_argument("--device", metavar="NAME", help="with --kind rife: cpu, cuda, mps … (cpu)")
    add_film(parser, "smooth")
    return parser
