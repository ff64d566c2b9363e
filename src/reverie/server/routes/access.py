"""How a route gets at the studio."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Path
from starlette.requests import HTTPConnection

from reverie.server.studio import Studio


async def studio_of(connection: HTTPConnection) -> Studio:
    """Return the studio an app was made for; asynchronous, so that asking for it takes no thread."""
    return cast(Studio, connection.app.state.studio)


Room = Annotated[Studio, Depends(studio_of)]
JobId = Annotated[str, Path(description="A job's id.")]
