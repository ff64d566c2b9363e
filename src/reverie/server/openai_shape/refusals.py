"""Refusals as these clients read them: an `error` with a type, and a word on whether trying again can help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

ROOT = "/v1/"
STATUS = {422: 400}
"""What they expect for a field that is not accepted."""

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    429: "rate_limit_error",
}
FOR_GOOD = {409, 429, 501, 503, 507}
"""Refusals that these clients would try again by themselves, and that would be the same then."""

AGAIN, NEVER = "x-should-retry", "false"


class OpenAIError(BaseModel):
    """Why something was refused: a sentence, a kind, and the field."""

    message: str
    type: str = "server_error"
    param: str | None = None
    code: str | None = None


class OpenAIFault(BaseModel):
    """A refusal of this shape."""

    error: OpenAIError = Field(description="What is wrong.")


def refusal(
    status: int, message: str, field: str | None, again: bool = False
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Return the status, the body and the headers that a refusal has here; `again` where it helps to ask later."""
    status = STATUS.get(status, status)
    code = "model_not_found" if field == "model" and status == 400 else None
    kind = TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    error = OpenAIError(message=message, type=kind, param=field, code=code)
    headers = {AGAIN: NEVER} if status in FOR_GOOD and not again else {}
    return status, OpenAIFault(error=error).model_dump(), headers


def shaped(statuses: Mapping[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    """Return what the document says of refusals, in this shape."""
    return {STATUS.get(int(status), status): {**told, "model": OpenAIFault} for status, told in statuses.items()}
