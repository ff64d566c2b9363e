"""`reverie dream`: a film from a prompt."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from reverie.authoring import DEFAULTS, Wishes, dream_spec, taken_by, usual_model
from reverie.cli.names import film_name
from reverie.cli.parser import Parser, number, whole
from reverie.cli.rendering import Order, add_model, add_output, fulfil
from reverie.settings import Settings, load_settings

SUMMARY = "Paint a film from a prompt: an endless zoom through a picture that keeps being repainted."
SETTLED = {"device", "dtype", "runtime"}
EXAMPLES = (
    'reverie dream "a coral reef at dusk"',
    'reverie dream "a city in the rain" --at "4s: a jungle" --at "7s: a starry night" --seconds 12',
    'reverie dream "stained glass mountains" --image photo.jpg --strength 0.5 --size wide -o mountains.webm',
)


def run(arguments: Sequence[str]) -> int:
    """Render the dream that the arguments ask for."""
    given = _parser().read(arguments)
    settings = load_settings(os.environ, Path.cwd())
    spec = dream_spec(given.prompt, **_wishes(given, settings))
    output = given.output or settings.films / film_name(given.prompt, spec.seed)
    return fulfil(spec, Order(output, given.report, given.save_spec, given.overwrite))


def _wishes(given: Namespace, settings: Settings) -> Wishes:
    """Return what was asked; what the owner settled for the model holds where it was not, and the model takes it."""
    asked = {name: value for name, value in vars(given).items() if name in DEFAULTS and value is not None}
    model = asked.get("model") or usual_model(cast(Wishes, asked))
    settled = {name: getattr(settings, name) for name in taken_by(model) & SETTLED}
    return cast(Wishes, {**settled, **asked})


def _parser() -> Parser:
    parser = Parser("dream", SUMMARY, EXAMPLES)
    parser.add_argument("prompt", metavar="PROMPT", help="what to dream of")
    _add_film(parser)
    _add_picture(parser)
    _add_camera(parser)
    add_model(parser, "let the placeholder stand in where the model can't start; the report says so")
    add_output(parser, "a name made of prompt and seed, .mp4")
    return parser


def _add_film(parser: Parser) -> None:
    group = parser.add_argument_group("the film")
    group.add_argument("--seconds", metavar="S", type=number("seconds"), help="its length (10)")
    group.add_argument("--fps", metavar="N", type=number("fps"), help="frames a second it plays at (24)")
    group.add_argument(
        "--paint-fps",
        metavar="N",
        type=number("paint_fps"),
        help="frames a second that are painted; the rest is between",
    )
    group.add_argument("--size", metavar="WxH", help="pixels, or square, wide, tall, 512, 720p … (256x256)")
    group.add_argument(
        "--at", metavar='"6s: WORDS"', action="append", help="another prompt from a moment on; as often as you like"
    )
    group.add_argument("--seed", metavar="N", type=whole("seed"), help="the same seed dreams the same film (any)")


def _add_picture(parser: Parser) -> None:
    group = parser.add_argument_group("the picture")
    group.add_argument("--image", metavar="FILE", help="a picture to start from")
    group.add_argument(
        "--over", metavar="NAME", help="what is repainted: worlds (a rendered journey) or nothing but the last picture"
    )
    group.add_argument(
        "--strength", metavar="X", type=number("strength"), help="how much each frame is repainted, 0 to 1"
    )
    group.add_argument("--steps", metavar="N", type=whole("steps"), help="network evaluations a frame")
    group.add_argument(
        "--guidance-scale", metavar="X", type=number("guidance_scale"), help="how closely words are followed"
    )
    group.add_argument("--negative-prompt", metavar="WORDS", help="what to keep out")


def _add_camera(parser: Parser) -> None:
    group = parser.add_argument_group("the camera")
    group.add_argument(
        "--zoom", metavar="X", type=number("zoom"), help="per frame at ten a second; 1 stands still (1.05)"
    )
