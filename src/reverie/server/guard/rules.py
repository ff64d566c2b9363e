"""Which door needs what: every path that isn't named here is for those who steer."""

from __future__ import annotations

import re
from typing import NamedTuple

from reverie.server.guard.tickets import Access

SOCKET = "WEBSOCKET"
"""The method a WebSocket has here."""

_ONE = r"/api/jobs/(?P<job>[^/]+)"
_READ = frozenset({"GET", "HEAD"})

MIB = 2**20
JSON_LIMIT = MIB
UPLOAD_LIMIT = 500 * MIB
SHORT_WAY = frozenset({"/update_prompt", "/update_params", "/status", "/stream", "/metrics", "/whip"})


class Door(NamedTuple):
    """Paths, the methods that are meant, and the least that opens them."""

    path: re.Pattern[str]
    methods: frozenset[str]
    needs: Access


def _door(path: str, needs: Access, methods: frozenset[str] = _READ) -> Door:
    return Door(re.compile(path), methods, needs)


DOORS = (
    _door(_ONE + r"/preview\.(mjpeg|jpg)", Access.PREVIEW),
    _door(_ONE + r"/preview\.ws", Access.PREVIEW, frozenset({SOCKET})),
    _door(_ONE + r"/whep", Access.PREVIEW, frozenset({"POST", "OPTIONS"})),
    _door(_ONE + r"/whep/[^/]+", Access.PREVIEW, frozenset({"DELETE", "PATCH"})),
    _door(_ONE + r"/events", Access.WATCH),
    _door(_ONE + r"/events\.ws", Access.WATCH, frozenset({SOCKET})),
    _door(_ONE, Access.WATCH),
    _door(r"/api/jobs|/api/health|/stream|/status", Access.WATCH),
    _door(r"/(watch/[^/]+|create|films|queue|system|history)?", Access.WATCH),
    _door(r"/assets/.+|/[\w-]+\.(ico|svg|png|webmanifest|txt)", Access.WATCH),
)

PAGES = re.compile(r"/(watch/[^/]+|create|films|queue|system|history)?")
"""Addresses a person opens: here a token in the address becomes a cookie."""

UPLOADS = re.compile(r"/api/uploads/(file|[^/]+/parts/[^/]+)")
FORMS = re.compile(r"/v1/videos(/edits|/extensions|/characters)?")
"""Where clients of the OpenAI shape send fields and a file as one form; their JSON may hold a picture."""

_TYPES = (
    (re.compile(_ONE + r"/whep(/[^/]+)?"), ("application/sdp", "application/trickle-ice-sdpfrag")),
    (re.compile(rf"({_ONE})?/whip(/[^/]+)?"), ("application/sdp", "application/trickle-ice-sdpfrag")),
    (UPLOADS, ("application/octet-stream", "image/", "video/", "audio/")),
    (FORMS, ("multipart/form-data", "application/json")),
)
_JSON = ("application/json",)


class Asked(NamedTuple):
    """What a request needs, and which performance it is about."""

    needs: Access
    job: str | None


def asked(method: str, path: str) -> Asked:
    """Return what a request needs; what no door is named for needs the right to steer."""
    for door in DOORS:
        match = door.path.fullmatch(path)
        if match and method in door.methods:
            return Asked(door.needs, match.groupdict().get("job"))
    return Asked(Access.STEER, None)


def media_types(path: str) -> tuple[str, ...]:
    """Return how the types of body that a path takes begin."""
    return next((types for pattern, types in _TYPES if pattern.fullmatch(path)), _JSON)


def body_limit(path: str, uploads: int = UPLOAD_LIMIT) -> int:
    """Return how many bytes a body may have."""
    return uploads if UPLOADS.fullmatch(path) or FORMS.fullmatch(path) else JSON_LIMIT


def is_api(path: str) -> bool:
    """True for what programs call, false for pages and what belongs to them."""
    return path.startswith("/api/") or path in SHORT_WAY
