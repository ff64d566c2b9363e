"""What every answer says to a browser besides itself."""

from __future__ import annotations

import re

from reverie.server.guard.asgi import Headers, Message, Send
from reverie.server.guard.rules import is_api

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # components of the page bring style elements of their own
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""For what was made or brought: a browser may show it, and nothing in it can run."""

_FILES = re.compile(r"/api/jobs/[^/]+/files/.+|/api/uploads/.+|/api/qr")
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # Not "no-referrer": browsers then send `Origin: null` with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(self), midi=(self), fullscreen=(self), geolocation=()"),
)


def added(path: str, there: Headers) -> Headers:
    """Return an answer's headers with ours, which replace what was there; caching is set only where it wasn't."""
    policy = FILE_POLICY if _FILES.fullmatch(path) else PAGE_POLICY
    ours: Headers = [*_ALWAYS, (b"content-security-policy", policy.encode())]
    names = {name for name, _ in ours}
    kept = [(name, value) for name, value in there if name.lower() not in names]
    if is_api(path) and not any(name.lower() == b"cache-control" for name, _ in kept):
        ours.append((b"cache-control", b"no-store"))
    return [*kept, *ours]


def adding(path: str, send: Send) -> Send:
    """Return a `send` whose answers have the guard's headers."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": added(path, list(message.get("headers", ())))}
        await send(message)

    return sent
