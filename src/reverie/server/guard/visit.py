"""A caller as the guard sees one: by what name, from which page, with which right."""

from __future__ import annotations

import re
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from reverie.server.guard.asgi import Scope, value, values
from reverie.server.guard.names import Authority, authority
from reverie.server.guard.policy import Guard
from reverie.server.guard.rules import SOCKET
from reverie.server.guard.tickets import ANYBODY, NOBODY, Access, Pass

FOREIGN = "/v1/"
"""Addresses of OpenAI's shape, whose clients can't be without a key."""

SECRET_FIELDS = frozenset({"token", "ticket"})
_BEARER = re.compile(r"bearer +(?P<credential>\S+)", re.IGNORECASE)


class Refusal(NamedTuple):
    """Why somebody is not let in: a status, a sentence, and the header or field that is at fault."""

    status: int
    message: str
    field: str | None = None
    given: str | None = None


WRONG = Refusal(401, "This token is not the studio's, or its time is over: ask for a new one.", "authorization")


def method(scope: Scope) -> str:
    """Return the method, of a WebSocket too."""
    return SOCKET if scope["type"] == "websocket" else str(scope["method"])


def host(scope: Scope) -> Authority | None:
    """Return by what name the server is called, None where it is called by none, by two, or unreadably."""
    said = values(scope, b"host")
    return authority(said[0]) if len(said) == 1 else None


def fields(scope: Scope) -> dict[str, str]:
    """Return what the address says after its question mark; of a field that is there twice, the last."""
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))


def without_secrets(scope: Scope) -> str:
    """Return what the address says after its question mark, less what lets one in."""
    pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    return urlencode([(name, text) for name, text in pairs if name not in SECRET_FIELDS])


def by_header(scope: Scope) -> str | None:
    """Return the token or ticket in a request's header, None where it has none."""
    bearer = _BEARER.fullmatch(value(scope, b"authorization").strip())
    return bearer["credential"] if bearer else None


def cookie_name(scope: Scope, access: Access) -> str:
    """Return the name of the cookie that keeps a right; browsers share cookies between ports, studios must not."""
    port = (scope.get("server") or ("", 0))[1]
    return f"reverie_{access.name.lower()}_{port}"


def kept(scope: Scope, guard: Guard, now: float) -> Pass:
    """Return the best right that a browser's cookies keep."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load("; ".join(values(scope, b"cookie")))
    except CookieError:
        return NOBODY
    names = [cookie_name(scope, access) for access in (Access.STEER, Access.WATCH, Access.PREVIEW)]
    found = [guard.keys.admit(jar[name].value, now) for name in names if name in jar]
    return max((one for one in found if one), key=lambda one: one.access, default=NOBODY)


def held(scope: Scope, guard: Guard, now: float) -> Pass | Refusal:
    """Return what a caller may do.

    What the request shows itself counts before everything else, even where nothing need be shown: whoever shows a
    ticket to watch may watch, and a wrong one lets nobody in. Only where anybody may do everything, the keys that
    clients of another API always show are not looked at. No address steers: addresses are copied, kept and logged.
    """
    token, ticket = by_header(scope), fields(scope).get("ticket")
    if token is not None:
        known = guard.keys.admit(token, now)
        return known or (ANYBODY if guard.open_door and scope["path"].startswith(FOREIGN) else WRONG)
    if ticket is not None:
        admitted = guard.keys.admit(ticket, now)
        return WRONG if admitted is None or admitted.access is Access.STEER else admitted
    return ANYBODY if guard.open_door else kept(scope, guard, now)
