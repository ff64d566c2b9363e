"""`reverie render`: a film again, in one of three ways that are kept apart."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from reverie.cli.parser import Parser, UsageError, number, whole
from reverie.cli.rendering import Order, add_output, fulfil
from reverie.core.errors import ReverieError
from reverie.core.spec import RenderSpec
from reverie.settings import load_settings

SUMMARY = """Render a film again from its spec, or from the film itself, which carries its spec.

  replay         the same bits; this happens unless another is asked
  --remaster     the film's own frames, repainted gently: larger or slower (a spec's film is rendered first)
  --again        the same gestures, new pictures"""
EXAMPLES = (
    "reverie render reef.mp4 -o same.mp4",
    "reverie render reef.mp4 --remaster --size 512x512 --slower 2",
    "reverie render reef.json --again",
)
REMASTERING = ("strength", "size", "fps", "slower")


def run(arguments: Sequence[str]) -> int:
    """Render a spec or a film again."""
    given = _parser().read(arguments)
    _check_verbs(given)
    from reverie.execution.documents import read_work

    films = load_settings(os.environ, Path.cwd()).films
    performance = read_work(given.work)
    film = given.work
    if given.remaster and film.suffix.lower() == ".json":
        film = (given.output.parent if given.output else films) / f"{film.stem}-replayed.mp4"
        if not _shows(film, performance) and (code := fulfil(performance, Order(film, overwrite=given.overwrite))):
            return code
    spec, verb = _asked(given, performance, film)
    output = given.output or films / f"{given.work.stem}-{verb}.mp4"
    return fulfil(spec, Order(output, given.report, given.save_spec, given.overwrite))


def _shows(film: Path, spec: RenderSpec) -> bool:
    """Return whether a film is there that was rendered from a spec, whole."""
    from reverie.execution.documents import read_work

    try:
        return read_work(film) == spec
    except ReverieError:
        return False


def _asked(given: Namespace, spec: RenderSpec, film: Path) -> tuple[RenderSpec, str]:
    from reverie.authoring.verbs import Remaster, performed_again, remastered

    if given.remaster:
        wish = {name: getattr(given, name) for name in REMASTERING if getattr(given, name) is not None}
        return remastered(spec, film, Remaster(**wish)), "remastered"
    if given.again:
        spec = performed_again(spec, given.seed)
        return spec, f"again-{spec.seed}"
    return spec, "replayed"


def _check_verbs(given: Namespace) -> None:
    needs = {**dict.fromkeys(REMASTERING, "remaster"), "seed": "again"}
    for option, verb in needs.items():
        if getattr(given, option) is not None and not getattr(given, verb):
            raise UsageError(f"{option}: goes with --{verb} only, since a replay gives the same bits: add --{verb}.")


def _parser() -> Parser:
    parser = Parser("render", SUMMARY, EXAMPLES)
    parser.add_argument("work", metavar="SPEC|FILM", type=Path, help="a spec that --save-spec wrote, or a film")
    verbs = parser.add_argument_group("how").add_mutually_exclusive_group()
    verbs.add_argument("--remaster", action="store_true", help="repaint the film's own frames, larger or slower")
    verbs.add_argument("--again", action="store_true", help="perform it again: same gestures, new pictures")
    wishes = parser.add_argument_group("with --remaster")
    wishes.add_argument("--strength", metavar="X", type=number("strength"), help="how much is repainted (0.25)")
    wishes.add_argument("--size", metavar="WxH", help="pixels or a name (as it was)")
    wishes.add_argument("--fps", metavar="N", type=number("fps"), help="frames a second it plays at (as it was)")
    wishes.add_argument("--slower", metavar="X", type=number("slower"), help="how many times as long it lasts (1)")
    new = parser.add_argument_group("with --again")
    new.add_argument("--seed", metavar="N", type=whole("seed"), help="the new seed (any)")
    add_output(parser, "the film's name and what was done, .mp4")
    return parser
