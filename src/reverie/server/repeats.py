"""A request that comes again is the same job: by the client's own key, or by the same words sent once more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock

from reverie.core.errors import InputError
from reverie.jobs.job import now
from reverie.jobs.store import Asked, Store
from reverie.server.guard.asgi import Scope, value
from reverie.server.guard.gate import Connection

SOON = timedelta(minutes=10)
"""How long the same words, which a client says it sends again, are the same request."""

LONGEST_KEY = 255
KEY, RETRY = "idempotency-key", "x-stainless-retry-count"


class Repeats:
    """The requests of one studio; they are granted one after the other, so that two at once are not granted twice."""

    def __init__(self, store: Store, soon: timedelta = SOON) -> None:
        self._store, self._soon, self._turn = store, soon, Lock()

    @contextmanager
    def granting(self, asked: Asked) -> Iterator[str | None]:
        """Give the job that a request was granted before, None where it is new; InputError where its key is taken."""
        if asked.key is None and not asked.again:
            yield None
            return
        with self._turn:
            yield self._before(asked)

    def _before(self, asked: Asked) -> str | None:
        known = None if asked.key is None else self._store.requested(asked)
        if known is not None:
            job, said = known
            if said != asked.hash:
                raise InputError(KEY, asked.key, "was used for another request: choose a new key for each.")
            return job
        return self._store.alike(asked, now() - self._soon) if asked.again and asked.key is None else None


def asked_by(connection: Connection, body: str) -> Asked:
    """Return whose request it is and which; `body` is what was sent, in the words that decide.

    A client is known by what it shows to be let in, else by where it is; neither is kept, only a mark of them.
    """
    scope = connection.scope
    key = value(scope, KEY.encode()) or None
    if key is not None and len(key) > LONGEST_KEY:
        raise InputError(KEY, key[:20] + "…", f"is too long: use up to {LONGEST_KEY} characters.")
    again = value(scope, RETRY.encode())
    return Asked(client_of(scope), key, _mark(body), again.isdecimal() and int(again[:9]) > 0)


def client_of(scope: Scope) -> str:
    """Return a short mark of who is calling."""
    shown = value(scope, b"authorization")
    where = scope.get("client") or ("", 0)
    return _mark(shown or str(where[0] if isinstance(where, tuple | list) else ""))[:16]


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
