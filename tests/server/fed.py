"""Sessions that are fed from outside, on a whole server: what both ways of publishing are tried on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from tests.server.theatre import Theatre, until

PATIENCE = 60.0
ABSENT = "0123456789abcdef"


def fed_spec(source: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the document of a live session with a source, a mailbox where none is given."""
    known = {"name": "mailbox"} if source is None else dict(source)
    scene = {"keyframes": [{"prompt": "a reef"}], "source": known, "backend": {"name": "lively"}}
    return {"width": 64, "height": 48, "fps": 30, "paint_fps": 30, "live": True, "scenes": [scene]}


def begun(theatre: Theatre, source: Mapping[str, Any] | None = None, **headers: str) -> str:
    """Begin such a session and return its id."""
    answer = httpx.post(f"{theatre.url}/api/jobs", json=fed_spec(source), headers=headers, timeout=PATIENCE)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def live(theatre: Theatre, job: str) -> dict[str, Any]:
    """Return what is known of a session now."""
    found: dict[str, Any] = httpx.get(f"{theatre.url}/api/jobs/{job}").json()["live_state"]
    return found


def stands(theatre: Theatre, job: str, state: str) -> None:
    """Wait until a session stands somewhere."""
    until(lambda: live(theatre, job)["state"] == state, PATIENCE)
