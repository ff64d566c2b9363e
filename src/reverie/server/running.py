"""The server under way: an address that is bound before anything else, and an end that nothing is lost by."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from reverie.core.errors import InputError, MachineError
from reverie.server.studio import Studio
from reverie.server.wire import HTTP

GRACE_SECONDS = 3
STALLED_MS = 15_000
"""Milliseconds after which the system gives up a connection whose reader takes nothing."""

HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files TLS is spoken with."""

    certfile: Path
    keyfile: Path


def certificate(certfile: Path, keyfile: Path) -> Certificate:
    """Return a certificate that can be used; InputError where its files can't be."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certfile, keyfile)
    except (OSError, ssl.SSLError) as error:
        fix = f"can't be used ({error}): give a certificate and its key."
        raise InputError("--certfile", str(certfile), fix) from None
    return Certificate(certfile, keyfile)


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens; InputError where the address can't be had, saying why and what to do."""
    if not 0 <= port <= HIGHEST_PORT:
        raise InputError("--port", port, f"is no port: use 1 to {HIGHEST_PORT}, or 0 for any that is free.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise InputError("--host", host, f"is no address of this machine ({error}): use 127.0.0.1.") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_MS)
        listening.bind(address)
        listening.listen(256)
    except OSError as error:
        listening.close()
        raise _why(host, port, error) from None
    listening.setblocking(False)
    return listening


def _why(host: str, port: int, error: OSError) -> Exception:
    if error.errno == errno.EADDRINUSE:
        return InputError("--port", port, f"is in use: stop what listens there, or try --port {_another(port)}.")
    if error.errno == errno.EACCES:
        return InputError("--port", port, "may not be used by you: choose one above 1023, such as 8000.")
    if error.errno == errno.EADDRNOTAVAIL:
        return InputError("--host", host, "is no address of this machine: use 127.0.0.1.")
    return MachineError(f"--host {host} --port {port}: {error.strerror or error}; choose others.")


def _another(port: int) -> int:
    return port + 1 if port < HIGHEST_PORT else 8000


class _Server(uvicorn.Server):
    """A server that tells the studio of its end first, so that answers without an end let go."""

    def __init__(self, config: uvicorn.Config, studio: Studio, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._studio, self._ready = studio, ready

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take the first signal as a wish to end, the second as an order to."""
        self._studio.end()
        super().handle_exit(sig, frame)
        self._captured_signals.clear()  # raised again at the end, it would make a good end look like a bad one

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin, and say when it is so."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def run(
    app: FastAPI,
    studio: Studio,
    listening: socket.socket,
    ready: Callable[[], None],
    certificate: Certificate | None = None,
) -> None:
    """Serve until told to stop by SIGINT or SIGTERM; recordings and rows are whole when it returns."""
    config = uvicorn.Config(
        app,
        http=HTTP,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=30,
        ws_max_size=2**20,
        ws_per_message_deflate=False,
        ssl_certfile=None if certificate is None else certificate.certfile,
        ssl_keyfile=None if certificate is None else certificate.keyfile,
        lifespan="on",
    )
    _Server(config, studio, ready).run(sockets=[listening])
