"""`reverie latency`: how old a picture is when a viewer has it, and how soon a wish is in it."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reverie.cli.parser import Parser, number, whole
from reverie.core.errors import InputError

if TYPE_CHECKING:
    from reverie.server.viewer.address import Address
    from reverie.server.viewer.figures import Figures

SUMMARY = """Watch a live session as a viewer does, and steer it, by one transport after another.

Every frame bears its number and its moment in blocks of its own pixels, which a real client reads back: ages, drops,
duplicates, freezes, and the time from sending a wish to holding the frame that its receipt names. Without --url a
server is started for it. What is watched is a session of its own, in which the blocks can be seen."""
EXAMPLES = (
    "reverie latency",
    "reverie latency --seconds 60 --transport websocket",
    "reverie latency --url https://studio.local:8000 --token-file token.txt",
)
TRANSPORTS = ("websocket", "mjpeg", "webrtc")
PROMPT = "a coral reef at dusk"
SHORTEST, LONGEST = 2.0, 86_400.0


def run(arguments: Sequence[str]) -> int:
    """Measure and print; the exit code is 0 whatever the figures are."""
    given = _read(arguments)
    from reverie.server.viewer.trial import measured, performed

    found: dict[str, Figures] = {}
    with _server(given) as address, performed(address, wishes(given)) as job:
        for transport in given.transport or TRANSPORTS:
            print(f"{transport}: {given.seconds:g} s …", file=sys.stderr, flush=True)
            found[transport] = measured(address, job, transport, given.seconds)
    print("\n".join(_told(found, given.json)))
    return 0


def wishes(given: Namespace) -> dict[str, Any]:
    """Return what the session is to be, as the server's /api/specs takes it."""
    named = {"model": given.model, "size": given.size, "steps": given.steps, "paint_fps": given.rate, "fps": given.rate}
    return {"prompt": PROMPT, **{name: value for name, value in named.items() if value is not None}}


def _told(found: dict[str, Figures], as_json: bool) -> Iterator[str]:
    from reverie.cli.bench import table
    from reverie.server.viewer.bars import misses

    if as_json:
        yield json.dumps({transport: figures.facts() for transport, figures in found.items()}, indent=2)
        return
    yield from table([figures.row(transport) for transport, figures in found.items()])
    yield "Milliseconds, but for frames a second and counts; steer is from sending a wish to holding its frame."
    yield from (f"✗ {miss}" for transport, figures in found.items() for miss in misses(transport, figures))


@contextmanager
def _server(given: Namespace) -> Iterator[Address]:
    from reverie.server.viewer.address import Address
    from reverie.server.viewer.own import own_server

    if given.url is None:
        with own_server() as address:
            yield address
    else:
        yield Address.read(given.url, _token(given.token_file))


def _token(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise InputError("--token-file", str(path), "can't be read: give a text file that holds the token.") from None


def _read(arguments: Sequence[str]) -> Namespace:
    parser = Parser("latency", SUMMARY, EXAMPLES)
    parser.add_argument("--seconds", metavar="S", type=number("--seconds"), default=20.0, help="of each transport (20)")
    parser.add_argument(
        "--transport", metavar="NAME", action="append", choices=TRANSPORTS, help="which; repeat it (all)"
    )
    parser.add_argument("--url", metavar="ADDRESS", help="a server that runs already")
    parser.add_argument("--token-file", metavar="FILE", type=Path, help="the token that steers it")
    parser.add_argument("--model", metavar="NAME", help="what paints")
    parser.add_argument("--size", metavar="WxH", help="the picture's size, 128x48 or larger")
    parser.add_argument("--steps", metavar="N", type=whole("--steps"), help="network evaluations a frame")
    parser.add_argument("--rate", metavar="N", type=number("--rate"), help="painted frames a second")
    parser.add_argument("--json", action="store_true", help="everything, as JSON")
    given = parser.read(arguments)
    if not SHORTEST <= given.seconds <= LONGEST:
        raise InputError("--seconds", given.seconds, f"is not accepted: use {SHORTEST:g} to {LONGEST:g}.")
    return given
