"""`reverie restyle`: a clip repainted by a prompt, frame by frame, with a memory of what was painted."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reverie.authoring.budgets import parse_budget
from reverie.cli.names import slug
from reverie.cli.parser import Parser, number, whole
from reverie.cli.rendering import Order, add_model, add_output
from reverie.core import catalogue
from reverie.settings import load_settings

if TYPE_CHECKING:
    from reverie.core.spec import RenderSpec

SUMMARY = """Repaint a clip by a prompt: the same scene, frame by frame, with its length, its timing and its sound.

A memory of what was painted settles it, so that colours do not drift and strokes do not flicker. A camera or an address
is repainted live, shown in the studio's page until Ctrl-C; so is a clip, at its own pace, with --live."""
EXAMPLES = (
    'reverie restyle walk.mp4 "a watercolour garden"',
    'reverie restyle walk.mp4 "a city in neon" --strength 0.5 --steps 2 -o neon.mp4',
    'reverie restyle walk.mp4 "oil painting" --memory off --preset high',
    'reverie restyle /dev/video0 "stained glass" --live',
    'reverie restyle /dev/video0 "stained glass" --live --budget 50ms',
    'reverie restyle whip "an oil painting" --size 640x360',
    'reverie restyle rtsp://camera.local/stream "a city in neon" --live -o night.mp4',
)
WISHES = (
    "preset",
    "size",
    "painted",
    "model",
    "steps",
    "guidance_scale",
    "strength",
    "negative_prompt",
    "seed",
    "budget",
)
MACHINE = ("device", "dtype", "runtime")


def run(arguments: Sequence[str]) -> int:
    """Make the film and return the exit code."""
    from reverie.cli.filming import fulfil_film

    given = _parser().read(arguments)
    if given.live or not Path(given.input).is_file():
        from reverie.cli.repainting import repaint

        return repaint(given)
    notes: list[str] = []
    spec = _spec(given, notes)
    output = given.output or load_settings(os.environ, Path.cwd()).films / _named(given)
    for note in notes:
        print(f"  {note}", file=sys.stderr)
    order = Order(output, given.report, given.save_spec, given.overwrite)
    return fulfil_film(spec, order, given.shelf, tuple(notes))


def _spec(given: Namespace, notes: list[str]) -> RenderSpec:
    from reverie.authoring.film import film_spec

    wishes: dict[str, Any] = {name: getattr(given, name) for name in (*WISHES, *MACHINE)}
    wishes |= {"fallback": given.fallback or None, "sound": False if given.mute else None}
    wishes["model"] = given.model or catalogue.OURS
    wishes["memory"] = given.memory == "on"
    return film_spec({"scenes": [{"prompt": given.prompt, "clip": given.input}]}, note=notes.append, **wishes)


def _named(given: Namespace) -> Path:
    return Path(f"{Path(given.input).stem}-{slug(given.prompt)}.mp4")


def _parser() -> Parser:
    parser = Parser("restyle", SUMMARY, EXAMPLES)
    parser.add_argument(
        "input",
        metavar="INPUT",
        help="a film; or a camera (/dev/video0, 0), or an address (rtsp://, http://, srt://), which is live",
    )
    parser.add_argument("prompt", metavar="PROMPT", help="what it becomes")
    group = parser.add_argument_group("the picture")
    group.add_argument("--strength", metavar="X", type=number("strength"), help="how much is repainted, 0 to 1 (0.2)")
    group.add_argument("--memory", choices=("on", "off"), default="on", help="settle frames by those before (on)")
    group.add_argument("--steps", metavar="N", type=whole("steps"), help="network evaluations a frame")
    group.add_argument(
        "--guidance-scale", metavar="X", type=number("guidance_scale"), help="how closely words are followed"
    )
    group.add_argument("--negative-prompt", metavar="WORDS", help="what to keep out")
    group.add_argument("--seed", metavar="N", type=whole("seed"), help="the same seed makes the same film (any)")
    group = parser.add_argument_group("what is delivered")
    group.add_argument("--preset", metavar="NAME", help="a size by its name (the clip's own)")
    group.add_argument("--size", metavar="WxH", help="pixels, in place of the clip's")
    group.add_argument("--painted", metavar="WxH", help="pixels that are painted; what is larger is enlarged")
    group.add_argument(
        "--budget",
        metavar="MS",
        type=parse_budget,
        help="time a painted frame may take, as 100ms: steps and painted pixels go down and up to hold it",
    )
    group.add_argument("--mute", action="store_true", help="leave out what the clip sounds like")
    add_model(parser, "bring settings inside the range, let the placeholder stand in; the report says so")
    add_output(parser, "the clip's name and the prompt, .mp4")
    live = parser.add_argument_group("live")
    live.add_argument("--live", action="store_true", help="show it while it is repainted, in the studio's page")
    live.add_argument("--fps", metavar="N", type=number("fps"), help="the most that is painted a second (30)")
    live.add_argument("--keep-input", action="store_true", help="keep what comes in: it can be rendered again then")
    live.add_argument("--loop", action="store_true", help="play a film again from its beginning when it ends")
    live.add_argument("--seconds", metavar="S", type=number("seconds", 0.1), help="end it after so long (Ctrl-C)")
    live.add_argument("--port", metavar="N", type=whole("--port"), help="the page's port; 0 for any free one (8000)")
    live.add_argument("--data", metavar="DIR", type=Path, help="where jobs are kept")
    live.add_argument("--no-browser", action="store_true", help="open no page")
    parser.add_argument("--shelf", metavar="DIR", type=Path, help="where finished windows are kept (your cache folder)")
    return parser
