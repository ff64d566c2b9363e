"""The app: every route, one shape of refusal, and the studio's life."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

import reverie
from reverie.server.faults import add_faults, refusals
from reverie.server.guard import Gate, Guard
from reverie.server.ingest.publishers import Publishers
from reverie.server.machine import Machine
from reverie.server.openai_shape.images import Painter
from reverie.server.openai_shape.refusals import ROOT, OpenAIFault
from reverie.server.openai_shape.turns import Turns
from reverie.server.studio import Studio
from reverie.sinks.webrtc import Peers

ROUTES = (
    "health",
    "specs",
    "jobs",
    "uploads",
    "openai_videos",
    "openai_images",
    "openai_models",
    "keyframes",
    "events",
    "links",
    "preview",
    "whep",
    "whip",
    "feed",
    "components",
    "presets",
    "system",
    "metrics",
    "short_way",
    "pages",
)
"""The nouns, one module each; the pages come last, since they answer to any name."""

AT_THE_GATE = (401, 403, 421, 429)
"""How the guard refuses, whatever is asked for."""


def create_app(studio: Studio, guard: Guard) -> FastAPI:
    """Return the app of a studio, which it closes when it ends; `guard` stands in front of everything."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncGenerator[None, None]:
        yield
        await run_in_threadpool(studio.close)
        await app.state.publishers.close()
        await app.state.peers.close()

    app = bare_app(life)
    app.state.studio, app.state.guard, app.state.machine = studio, guard, Machine(studio)
    app.state.peers, app.state.publishers = Peers(), Publishers()
    app.state.painter = Painter(studio.submit, Turns(studio.has_live))
    app.add_middleware(Gate, guard=guard)
    return app


def bare_app(life: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> FastAPI:
    """Return every route, with nothing behind them yet: enough for the document of the API."""
    app = FastAPI(
        title="Reverie",
        version=reverie.__version__,
        description="A generative video engine: live sessions that are steered, watched, kept and rendered again.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    add_faults(app)
    for name in ROUTES:
        router = import_module(f"reverie.server.routes.{name}").router
        theirs: dict[int | str, dict[str, Any]] = {422: {"model": OpenAIFault}}
        others = theirs if router.prefix.startswith(ROOT) else refusals(422)
        app.include_router(router, responses={**refusals(*AT_THE_GATE), **others})
    return app
