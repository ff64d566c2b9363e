"""The gate: pure ASGI, in front of every route and WebSocket, whatever the address bound and whatever the method."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from reverie.server.guard import entrance, visit
from reverie.server.guard.asgi import App, Receive, Scope, Send, answer, problem, turn_away, value, values
from reverie.server.guard.bodies import Body, Talk, has_body, shown, wrong_type
from reverie.server.guard.headers import adding
from reverie.server.guard.policy import Guard
from reverie.server.guard.rules import JSON_LIMIT, asked, body_limit, media_types
from reverie.server.guard.tickets import NOBODY, Access, Pass
from reverie.server.guard.tries import Tries
from reverie.server.guard.visit import WRONG, Refusal

NO_TOKEN = Refusal(401, "This needs the studio's token: the server printed it when it started.", "authorization")
ONLY_WATCHES = Refusal(403, "This token may watch, and only the director's may do this.", "authorization")
_STATE = "reverie.pass"
_JSON = (b"content-type", b"application/json")
_HTML = (b"content-type", b"text/html; charset=utf-8")


class Connection(Protocol):
    """A request or a WebSocket of the framework."""

    @property
    def scope(self) -> Scope: ...  # noqa: D102


def may_steer(connection: Connection) -> bool:
    """True where the caller of a request or WebSocket may change what is shown; some sockets are open to watchers."""
    found = connection.scope.get(_STATE)
    return isinstance(found, Pass) and found.access is Access.STEER


class Gate:
    """The middleware: `app.add_middleware(Gate, guard=guard)`, the last one added and so the first one asked."""

    def __init__(self, app: App, guard: Guard, now: Callable[[], float] = time.time) -> None:
        self._app, self._guard, self._now, self._tries = app, guard, now, Tries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one caller through, or say why not; what the server itself says (lifespan) passes."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, adding(scope["path"], send))
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = estranged(scope, self._guard)
        token = None if refusal else entrance.token_shown(scope)
        if token is not None:
            await self._enter(scope, send, token)
            return
        refusal = refusal or self._unentitled(scope) or unfit(scope, self._guard)
        if refusal:
            await _refuse(scope, send, refusal)
            return
        limit = body_limit(scope["path"], self._guard.uploads)
        body = Body(receive, send, limit, empty=not has_body(scope))
        await self._app(scope, body.receive, body.send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = estranged(scope, self._guard) or self._unentitled(scope)
        if refusal:
            await turn_away(scope, receive, send, refusal.status, _body(refusal))
            return
        await self._app(scope, Talk(receive, send, JSON_LIMIT).receive, send)

    async def _enter(self, scope: Scope, send: Send, token: str) -> None:
        now = self._now()
        admitted = self._guard.keys.admit(token, now)
        headers = entrance.welcome(scope, self._guard, token, admitted, now) if admitted else []
        _forget_secrets(scope)
        if admitted:
            await answer(send, 303, b"", headers)
        else:
            await _refuse(scope, send, self._counted(scope, WRONG))

    def _unentitled(self, scope: Scope) -> Refusal | None:
        """Return why a caller may not do this; what they may is kept for the routes, what let them in for nobody."""
        found = visit.held(scope, self._guard, self._now())
        _forget_secrets(scope)
        if isinstance(found, Refusal):
            return self._counted(scope, found)
        scope[_STATE] = found
        needs, job = asked(visit.method(scope), scope["path"])
        if found.opens(needs, job):
            return None
        if found == NOBODY:
            return NO_TOKEN
        return ONLY_WATCHES

    def _counted(self, scope: Scope, refusal: Refusal) -> Refusal:
        wait = self._tries.wrong((scope.get("client") or ("", 0))[0], self._now())
        if not wait:
            return refusal
        return Refusal(429, f"Too many wrong tokens: wait {wait} s and try again.", "authorization")


def estranged(scope: Scope, guard: Guard) -> Refusal | None:
    """Return what is wrong with the name a caller uses, or with the page it comes from; None where nothing is."""
    host = visit.host(scope)
    reached = (scope.get("server") or (None,))[0]
    if host is None or not guard.answers_to(host, reached):
        fix = "Use the address that the server printed, or start it with --allow-host NAME."
        return Refusal(421, f"This studio is not known by that name. {fix}", "host", ", ".join(values(scope, b"host")))
    origins = values(scope, b"origin")
    if len(origins) > 1 or any(not guard.trusts(origin, host) for origin in origins):
        return Refusal(403, "Pages of other sites may not use this studio.", "origin", ", ".join(origins))
    if value(scope, b"sec-fetch-site") in {"cross-site", "same-site"} and not origins and not _opened(scope):
        return Refusal(403, "Pages of other sites may not use this studio.", "sec-fetch-site")
    return None


def unfit(scope: Scope, guard: Guard) -> Refusal | None:
    """Return what is wrong with the body a caller announces, None where nothing is."""
    given = wrong_type(scope)
    if given is not None:
        types = " or ".join(media_types(scope["path"]))
        return Refusal(415, f"The body's type must be {types}.", "content-type", given)
    limit, length = body_limit(scope["path"], guard.uploads), value(scope, b"content-length")
    if length.isdecimal() and int(length[:20]) > limit:
        sentence = f"The body is over {shown(limit)}, the most this address takes."
        return Refusal(413, sentence, "content-length", length[:20])
    return None


def _opened(scope: Scope) -> bool:
    """True where a person opened an address: followed a link, or typed it."""
    navigates = value(scope, b"sec-fetch-mode") == "navigate" and value(scope, b"sec-fetch-dest") == "document"
    return navigates and visit.method(scope) == "GET"


def _forget_secrets(scope: Scope) -> None:
    """Take what lets one in out of the address, in place, so that neither routes nor logs ever see it."""
    if visit.SECRET_FIELDS & visit.fields(scope).keys():
        scope["query_string"] = visit.without_secrets(scope).encode("latin-1", "replace")


def _body(refusal: Refusal) -> bytes:
    return problem(refusal.message, refusal.field, refusal.given)


async def _refuse(scope: Scope, send: Send, refusal: Refusal) -> None:
    _forget_secrets(scope)
    headers = [(b"www-authenticate", b'Bearer realm="Reverie"')] if refusal.status == 401 else []
    asks = refusal.status == 401 and entrance.wants_page(scope)
    body = entrance.page(refusal.message) if asks else _body(refusal)
    await answer(send, refusal.status, body, [_HTML if asks else _JSON, *headers])
