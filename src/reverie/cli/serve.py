"""`reverie serve`, and `reverie` alone: the studio in a browser."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reverie.cli.parser import Parser, UsageError, number, whole
from reverie.core.errors import InputError
from reverie.settings import Settings, data_folder, load_settings

MOST_ON_A_CARD = 4
"""Films that are made at once where a card's memory has room for their models."""

WORK = "work"
"""The folder of a data folder in which films are made."""

if TYPE_CHECKING:
    from socket import socket

    from reverie.jobs.line import Room
    from reverie.jobs.retention import Limits
    from reverie.server.guard import Guard
    from reverie.server.running import Certificate
    from reverie.server.studio import Studio

SUMMARY = """Open the studio: a page where a dream is performed, watched and kept, and the same over HTTP.

Without --host only this machine reaches it. Beyond that a token is needed: it is printed when the server starts, and
stays the same for a data folder unless --token-file gives another."""
EXAMPLES = (
    "reverie serve",
    "reverie serve --port 9000 --data /srv/reverie --no-browser",
    "reverie serve --host 0.0.0.0 --certfile studio.pem --keyfile studio.key",
)


Begun = Callable[["Studio"], AbstractContextManager[None]]
"""Has something go on in a studio for as long as it is served."""


def run(arguments: Sequence[str]) -> int:
    """Serve until Ctrl-C."""
    return serve(add_server(Parser("serve", SUMMARY, EXAMPLES)).read(arguments))


def serve(given: Namespace, begun: Begun | None = None) -> int:
    """Serve as the arguments of `add_server` say until Ctrl-C; `begun` is entered before the first visitor."""
    settings = load_settings(os.environ, Path.cwd())
    host = given.host or settings.host
    port = settings.port if given.port is None else given.port
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    certificate = _certificate(given)
    from reverie.server.running import bound

    listening = bound(host, port)
    try:
        _serve(given, settings, Door(host, listening, certificate), begun)
    finally:
        listening.close()
    return 0


@dataclass(frozen=True)
class Door:
    """Where the studio is reached."""

    host: str
    listening: socket
    certificate: Certificate | None


def _serve(given: Namespace, settings: Settings, door: Door, begun: Begun | None) -> None:
    from reverie.execution.local import submit
    from reverie.execution.process import Processes
    from reverie.server.app import create_app
    from reverie.server.guard import Guard
    from reverie.server.guard.secret import studio_secret
    from reverie.server.running import run as run_server
    from reverie.server.studio import Studio
    from reverie.server.upkeep import Keep
    from reverie.sinks.hub import Hub

    data = data_folder(settings, os.environ) if given.data is None else given.data
    keep = Keep(given.keep_days, given.keep_gib, uploads=_uploads(given, settings))
    studio = Studio(data, submit, Hub, workshop=lambda root: Processes(root / WORK), room=_room(given), keep=keep)
    try:
        guard = Guard.at(
            door.host,
            secret=studio_secret(studio.home.root),
            token=_token(given.token_file),
            names=given.allow_host,
            secure=door.certificate is not None,
        )
        address = _address(door.host, door.listening.getsockname()[1], door.certificate is not None)
        app = create_app(studio, guard)
        going_on = ExitStack()
        if begun is not None:
            going_on.enter_context(begun(studio))
    except BaseException:
        studio.close()
        raise
    with going_on:
        run_server(app, studio, door.listening, lambda: _greet(given, studio, guard, address), door.certificate)
    print("Ended; everything is saved.", file=sys.stderr)


def _uploads(given: Namespace, settings: Settings) -> Limits:
    """Return how long what people bring is kept: what is typed goes before what is settled."""
    from reverie.jobs.retention import Limits

    days, gib = given.keep_uploads_days, given.keep_uploads_gib
    return Limits(
        settings.keep_uploads_days if days is None else days, settings.keep_uploads_gib if gib is None else gib
    )


def _room(given: Namespace) -> Room:
    """Return how many films are made at once: one on a processor, as many as fit on a card."""
    from reverie.jobs.line import Room
    from reverie.server.gpus import Nvml

    cards = Nvml().gpus()
    gib = max((card.memory_total for card in cards), default=0) / 2**30
    return Room(given.films or (MOST_ON_A_CARD if cards else 1), gib or None)


def _greet(given: Namespace, studio: Studio, guard: Guard, address: str) -> None:
    steer = address if guard.open_door else f"{address}?token={guard.keys.steer}"
    lines = [f"Reverie is at {steer}"]
    if not guard.open_door:
        there = _for_others(address, guard)
        lines.append(f"  from other machines: {there}?token={guard.keys.steer}")
        lines.append(f"  for those who only watch: {there}watch/live?token={guard.keys.watch}")
    lines.append(f"  jobs are kept in {studio.home.root}; Ctrl-C ends it")
    lines += [studio.store.notice] if studio.store.notice else []
    print("\n".join(lines), file=sys.stderr, flush=True)
    if not given.no_browser and _has_screen():
        threading.Thread(target=webbrowser.open, args=(steer,), daemon=True).start()


def _for_others(address: str, guard: Guard) -> str:
    """Return the address by which other machines find this one, as far as that is known."""
    from reverie.server.guard.beyond import found_at

    name = guard.beyond or found_at()
    return address.replace("//127.0.0.1:", f"//{name}:").replace("//[::1]:", f"//{name}:") if name else address


def _has_screen() -> bool:
    """True where a browser has a screen to open on: elsewhere it would take the terminal."""
    return sys.platform in {"win32", "darwin"} or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def _address(host: str, port: int, secure: bool) -> str:
    """Return the address a person on this machine opens; 0.0.0.0 and :: are no addresses to go to."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http{'s' if secure else ''}://{name}:{port}/"


def _token(path: Path | None) -> str | None:
    if path is None:
        return os.environ.get("REVERIE_TOKEN") or None
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise InputError("--token-file", str(path), "can't be read: give a text file that holds the token.") from None


def _certificate(given: Namespace) -> Certificate | None:
    if given.certfile is None and given.keyfile is None:
        return None
    from reverie.server.running import certificate

    if given.certfile is None or given.keyfile is None:
        raise UsageError("reverie serve: TLS needs both: give --certfile and --keyfile.")
    return certificate(given.certfile, given.keyfile)


def add_server(parser: Parser) -> Parser:
    """Add the options of a studio's server, and return the parser."""
    parser.add_argument("--host", metavar="NAME", help="the address to listen at (127.0.0.1)")
    parser.add_argument("--port", metavar="N", type=whole("--port"), help="the port; 0 for any that is free (8000)")
    parser.add_argument("--data", metavar="DIR", type=Path, help="where jobs are kept")
    parser.add_argument("--no-browser", action="store_true", help="open no page")
    films = parser.add_argument_group("films and what is kept")
    films.add_argument("--films", metavar="N", type=whole("--films"), help="how many are made at once, if they fit")
    films.add_argument(
        "--keep-days", metavar="N", type=number("--keep-days"), help="remove jobs that ended longer ago, but favourites"
    )
    films.add_argument(
        "--keep-gib", metavar="N", type=number("--keep-gib"), help="remove the oldest jobs beyond this size"
    )
    films.add_argument(
        "--keep-uploads-days",
        metavar="N",
        type=number("--keep-uploads-days", 0.0),
        help="remove what people brought when nothing used it for so long; 0 keeps it (30)",
    )
    films.add_argument(
        "--keep-uploads-gib",
        metavar="N",
        type=number("--keep-uploads-gib", 0.0),
        help="remove the longest unused of it beyond this size; 0 for no limit (20)",
    )
    doors = parser.add_argument_group("beyond this machine")
    doors.add_argument("--certfile", metavar="FILE", type=Path, help="a certificate, for TLS")
    doors.add_argument("--keyfile", metavar="FILE", type=Path, help="its key")
    doors.add_argument("--token-file", metavar="FILE", type=Path, help="a token of your own, 16 letters or more")
    doors.add_argument(
        "--allow-host", metavar="NAME", action="append", default=[], help="another name it is called by; repeat it"
    )
    return parser
