"""The page: one document for every address a person opens, and its files, whose names change with what is in them."""

from __future__ import annotations

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)

STATIC = Path(__file__).parent.parent / "static"
FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
FRESH = {"cache-control": "no-cache"}
PACKED = frozenset({".js", ".css", ".svg"})
"""Endings of files that are worth sending packed: a third is left of them."""

UNBUILT = """<!doctype html><meta charset="utf-8"><title>Reverie</title>
<style>
body{background:#0a0a0f;color:#f2f2f5;font:16px/1.5 system-ui;margin:20vh auto;max-width:34rem;padding:0 1rem}
</style>
<h1>The page is not built</h1><p>The server runs, and everything works over HTTP. To build the page, run
<code>python3 start.py</code> again, or <code>npm run build</code> in <code>web/</code>.</p>"""


def served(static: Path, name: str) -> Path | None:
    """Return the path of a file of the page, None where there is none of that name within its folder."""
    path = (static / name).resolve()
    return path if name and path.is_relative_to(static.resolve()) and path.is_file() else None


@lru_cache(maxsize=128)
def packed(path: Path) -> bytes:
    """Return a file of the page packed by gzip; what is in it never changes, since its name would."""
    return gzip.compress(path.read_bytes(), 6, mtime=0)


def file_of(found: Path, path: str, request: Request) -> Response:
    """Return one of the page's files, packed where it pays and the browser can unpack it."""
    if not path.startswith("assets/"):
        return FileResponse(found, headers=FRESH)
    if found.suffix not in PACKED:
        return FileResponse(found, headers=FOREVER)
    headers = {**FOREVER, "vary": "accept-encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return FileResponse(found, headers=headers)
    kind = mimetypes.guess_type(found.name)[0]
    return Response(packed(found), media_type=kind, headers={**headers, "content-encoding": "gzip"})


@router.get("/{path:path}")
def get_page(path: str, request: Request) -> Response:
    """Return a file of the page, or the page itself where a person opens any other address."""
    static: Path = getattr(request.app.state, "static", STATIC)
    found = served(static, path)
    if found is not None and found.name != "index.html":
        return file_of(found, path, request)
    if path.startswith(("api/", "assets/")) or "." in path.rpartition("/")[2]:
        raise HTTPException(404)
    index = static / "index.html"
    return FileResponse(index, headers=FRESH) if index.is_file() else HTMLResponse(UNBUILT, 503)
