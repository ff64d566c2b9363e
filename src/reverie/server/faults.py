"""Everything that can be refused, as one shape: a sentence, the field, the value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from reverie.core.errors import Busy, Cancelled, InputError, MachineError, ReverieError
from reverie.core.registry import complaint
from reverie.jobs.inputs import InUse
from reverie.jobs.intake import Taken
from reverie.jobs.uploads import NoRoom, TooLarge, Unfinished, Unknown
from reverie.server.openai_shape.refusals import ROOT, refusal

LONGEST_VALUE = 200
JSON = "application/json"


class Fault(BaseModel):
    """Why something was refused: `field` is a path such as `scenes.0.keyframes.0.strength`."""

    message: str = Field(description="One sentence for a person: what is wrong and what to do.")
    field: str | None = None
    value: Any = Field(default=None, description="What was given, shortened.")


class NotFound(ReverieError):
    """What was asked for is not there."""

    def __init__(self, field: str, value: object, fix: str) -> None:
        self.field, self.value = field, value
        super().__init__(f"{field}: {value!r} {fix}")


class Conflict(ReverieError):
    """It can't be done as things stand."""


class Later(ReverieError):
    """It can't be done just now, and can be soon: ask again after `seconds`."""

    def __init__(self, message: str, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(message)


class NotBuilt(ReverieError):
    """It is asked for by a known name, and is not done here."""


STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404),
    (Unknown, 404),
    (NotBuilt, 501),
    (Conflict, 409),
    (InUse, 409),
    (Taken, 409),
    (Unfinished, 409),
    (TooLarge, 413),
    (NoRoom, 507),
    (InputError, 422),
    (Busy, 409),
    (Cancelled, 409),
    (MachineError, 503),
    (ReverieError, 503),
)
"""What is answered, the first match winning."""

KINDS = frozenset({"dream", "film", "restyle"})
"""What a body may be of: said in front of its field's path where there is a choice, and no part of what was sent."""

WORDS = {
    404: "There is nothing here: GET /api/openapi.json lists what there is.",
    405: "{method} is not possible here: {allow}.",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the document says of the refusals a route knows, besides those that all know."""
    return {status: {"model": Fault, "description": HTTPStatus(status).phrase} for status in (*statuses, 503)}


BODY = (400, 413, 415, 422)
"""Refusals of every route that takes a body."""


def add_faults(app: FastAPI) -> None:
    """Have every refusal of an app answered in this shape."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(ReverieError, _understood)
    app.add_exception_handler(Exception, _broken)


def answer(status: int, fault: Fault, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a refusal as a response."""
    return JSONResponse(fault.model_dump(), status, headers)


def status_of(error: Exception) -> int:
    """Return the status an error is answered with."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def fault_of(error: ReverieError) -> Fault:
    """Return what is told of an error."""
    field, value = getattr(error, "field", None), getattr(error, "value", None)
    return Fault(message=speakable(str(error)), field=field, value=shown(value))


def shown(value: object) -> Any:
    """Return a value as it can be sent back: short, and valid JSON whatever it was."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)[:LONGEST_VALUE]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    text = value if isinstance(value, str) else repr(value)
    return speakable(text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…")


def speakable(text: str) -> str:
    """Return a text without what Unicode can't encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def answer_to(request: Request, status: int, fault: Fault, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a refusal as whoever asks understands it."""
    if not str(request.scope["path"]).startswith(ROOT):
        return answer(status, fault, headers)
    status, body, more = refusal(status, fault.message, fault.field, "retry-after" in (headers or {}))
    return JSONResponse(body, status, {**(headers or {}), **more})


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Name the first thing that is wrong with a request."""
    details = next(iter(getattr(error, "errors", list)()))
    kind, place = details["type"], list(details["loc"])
    if kind == "json_invalid":
        why = details.get("ctx", {}).get("error", "it ends too early")
        return answer_to(request, 400, Fault(message=f"The body is no valid JSON ({why}): mend it.", field="body"))
    sent = request.headers.get("content-type", "")
    if place[:1] == ["body"] and len(place) == 1 and sent.partition(";")[0].strip().lower() != JSON:
        said = f"is {shown(sent)!r}" if sent else "is missing"
        message = f"The Content-Type {said}: send {JSON}."
        return answer_to(request, 415, Fault(message=message, field="content-type", value=shown(sent)))
    where = place[1:] if place[0] in {"body", "query", "path", "header"} and len(place) > 1 else place
    where = where[1:] if where[0] in KINDS and len(where) > 1 else where
    fault = fault_of(complaint({**details, "loc": where}))
    return answer_to(request, 422, fault)


async def _plain(request: Request, error: Exception) -> JSONResponse:
    status, headers = getattr(error, "status_code", 500), dict(getattr(error, "headers", None) or {})
    said = str(getattr(error, "detail", "")) or HTTPStatus(status).phrase
    template = WORDS.get(status, "") if said == HTTPStatus(status).phrase else ""
    allow = f"use {headers['allow']}" if headers.get("allow") else "another method is needed"
    message = template.format(method=request.method, allow=allow) or f"{said.rstrip('.')}."
    return answer_to(request, status, Fault(message=speakable(message)), headers)


async def _understood(request: Request, error: Exception) -> JSONResponse:
    known = error if isinstance(error, ReverieError) else MachineError(str(error))
    headers = {"retry-after": str(error.seconds)} if isinstance(error, Later) else None
    return answer_to(request, status_of(error), fault_of(known), headers)


async def _broken(request: Request, error: Exception) -> JSONResponse:
    kind = type(error).__name__
    return answer_to(request, 500, Fault(message=f"The server could not do it ({kind}); its log says more."))
