"""What this studio lets in: settled once at the start, never changed by a request."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from reverie.core.errors import InputError
from reverie.server.guard.names import LOOPBACK, Authority, authority, is_loopback, literal, same_origin
from reverie.server.guard.rules import UPLOAD_LIMIT
from reverie.server.guard.tickets import Keys


@dataclass(frozen=True)
class Guard:
    """The names it answers to, the pages of other origins it trusts, its keys, and whether a stranger may steer.

    `open_door` is True only where nobody but this machine can knock; `secure` where TLS is spoken, `uploads` the most
    bytes of an upload, `beyond` the name or address by which others reach it, None on loopback.
    """

    keys: Keys
    names: frozenset[str] = LOOPBACK
    origins: frozenset[str] = frozenset()
    open_door: bool = False
    secure: bool = False
    uploads: int = UPLOAD_LIMIT
    beyond: str | None = None

    @classmethod
    def on_loopback(cls, secret: bytes | None = None, *, token: str | None = None, secure: bool = False) -> Guard:
        """Guard a server that only this machine reaches: it needs no token unless one was chosen."""
        keys = Keys.made(secret or secrets.token_bytes(32), token)
        return cls(keys=keys, open_door=token is None, secure=secure)

    @classmethod
    def at(
        cls,
        host: str,
        *,
        secret: bytes,
        token: str | None = None,
        names: Iterable[str] = (),
        secure: bool = False,
        beyond: str | None = None,
    ) -> Guard:
        """Guard a server bound to `host`; beyond loopback a token is always needed, and there is no way round it.

        `names` are further names it is called by, behind a router or a proxy; `beyond` the one that links are made of.
        Raises InputError where a name can't be read or a token is too weak.
        """
        known = frozenset(_name(name) for name in names)
        if is_loopback(host) and not known:
            return cls.on_loopback(secret, token=token, secure=secure)
        bound = set() if literal(host) is not None else {host.lower()}
        keys = Keys.made(secret, token)
        outside = beyond or next(iter(sorted(known)), None)
        return cls(keys=keys, names=LOOPBACK | known | bound, secure=secure, beyond=outside)

    def answers_to(self, host: Authority, reached: str | None) -> bool:
        """True where the server is called by a name of its own, or by the very address the caller reached it at."""
        if host.name in self.names:
            return True
        called = literal(host.name)
        return called is not None and reached is not None and called == literal(reached)

    def trusts(self, origin: str, host: Authority) -> bool:
        """True where a page of this origin may speak to the server that it calls by this name."""
        return same_origin(origin, host) or origin.lower() in self.origins


def _name(given: str) -> str:
    read = authority(given)
    if read is None or read.port is not None:
        raise InputError("allow-host", given, "is not a host name: write one such as studio.example.org.")
    return read.name
