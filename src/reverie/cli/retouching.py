"""What interpolate and upscale share: the film, where it goes, the bar, Ctrl-C, the last lines, the exit code."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from reverie.cli.closing import weight
from reverie.cli.names import permitted
from reverie.cli.parser import Parser
from reverie.cli.rendering import say
from reverie.core.errors import Cancelled, InputError

if TYPE_CHECKING:
    from reverie.execution.retouch import Original, Retouch


def add_film(parser: Parser, verb: str) -> None:
    """Add the film and where its better twin goes."""
    parser.add_argument("film", metavar="FILM", type=Path, help="an MP4, MOV, WebM, MKV, AVI, GIF, or a folder of PNG")
    group = parser.add_argument_group("results")
    suffixes = ".mp4, .webm, .gif, or a folder of PNG"
    group.add_argument("-o", "--output", metavar="FILE", type=Path, help=f"{suffixes} (the film's name and -{verb})")
    group.add_argument("--overwrite", action="store_true", help="replace a file that exists")


def fulfil_retouch(given: Namespace, verb: str, wish: Callable[[Original, Path], Retouch]) -> int:
    """Make the film that is wished for of a film, tell how it went, and return the exit code."""
    from reverie.cli.filming import shown_film
    from reverie.execution.outputs import check_folder
    from reverie.execution.retouch import Original, retouch
    from reverie.execution.signals import stopping

    original = Original.read(given.film)
    output = given.output or given.film.with_name(f"{given.film.stem}-{verb}.mp4")
    asked = wish(original, output)
    _check_apart(given.film, output)
    check_folder(output, "output")
    permitted(output, "output", given.overwrite)
    try:
        with stopping(Event()) as stop, shown_film() as tick:
            made = retouch(original, asked, tick, stop)
    except Cancelled as error:
        print(error, file=sys.stderr)
        return Cancelled.exit_code
    seconds, size = made.frames / float(made.fps), f"{made.width}×{made.height}"  # noqa: RUF001
    facts = [f"{seconds:.1f} s", f"{made.frames} frames", f"{float(made.fps):g} a second", size, weight([str(output)])]
    say(f"{output}\n  {' · '.join(facts)}")
    return 0


def _check_apart(film: Path, output: Path) -> None:
    if output.exists() and output.resolve() == film.resolve():
        raise InputError("output", str(output), "is the film itself: choose another name.")
