"""Files that people bring, in parts or in one piece; what they are is found out where nothing can be broken."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from pathlib import Path as File
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from reverie.core.errors import InputError
from reverie.jobs.uploads import LONGEST_NAME, SHA256, TooLarge, Upload
from reverie.server.body import Body
from reverie.server.faults import BODY, Conflict, refusals
from reverie.server.routes.access import Room
from reverie.server.studio import Studio

router = APIRouter(prefix="/api/uploads", tags=["uploads"])

UploadId = Annotated[str, Path(description="An upload's id.")]
Name = Annotated[str, Query(max_length=LONGEST_NAME, description="What the file is called; only shown again.")]
Digest = Annotated[str | None, Header(description="`sha-256=:BASE64:` of the body; where it is given, it is checked.")]

PIECE = 2**20
"""Bytes that are collected before a thread writes them."""

RAW: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
UNSEEN = {"content-security-policy": "sandbox", "x-content-type-options": "nosniff"}
_DIGEST = re.compile(r"(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):")


class NewUpload(Body):
    """A file that is about to be sent in parts; `bytes` is its size, `sha256` of all of it, in hex, is checked."""

    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    bytes: Annotated[int, Field(lt=2**53)]
    sha256: Annotated[str, Field(pattern=SHA256)] | None = None


@router.post("", status_code=201, operation_id="begin_upload", responses=refusals(*BODY, 507))
def begin_upload(new: NewUpload, studio: Room) -> Upload:
    """Begin to send a file in parts of `part_bytes`; what it is called is kept as words only."""
    return studio.inputs.uploads.begin(new.name, new.bytes, new.sha256)


@router.get("", operation_id="list_uploads", responses=refusals())
def list_uploads(studio: Room) -> list[Upload]:
    """List the files that are here whole, newest first."""
    return studio.inputs.uploads.listed()


@router.put("/file", status_code=201, operation_id="send_file", openapi_extra=RAW, responses=refusals(*BODY, 507))
async def send_file(request: Request, studio: Room, name: Name = "", content_digest: Digest = None) -> Upload:
    """Send a whole file in one piece."""
    path = studio.inputs.uploads.incoming()
    try:
        with await run_in_threadpool(path.open, "wb") as file:
            await received(request, file.write, studio.inputs.uploads.most_bytes)
        return await run_in_threadpool(_whole, studio, name, path, content_digest)
    finally:
        await run_in_threadpool(path.unlink, missing_ok=True)


@router.get("/{upload_id}", operation_id="get_upload", responses=refusals(404, 422))
def get_upload(upload_id: UploadId, studio: Room) -> Upload:
    """Return what a file is, and which of its parts are here."""
    return studio.inputs.uploads.get(upload_id)


@router.put(
    "/{upload_id}/parts/{number}",
    operation_id="send_part",
    openapi_extra=RAW,
    responses=refusals(*BODY, 404, 409, 507),
)
async def send_part(
    upload_id: UploadId,
    number: Annotated[int, Path(ge=0, lt=2**31, description="Counted from 0.")],
    request: Request,
    studio: Room,
    content_digest: Digest = None,
) -> Upload:
    """Send one part; a part that is sent again replaces what was there."""
    told = _sha256(content_digest)
    writer = await run_in_threadpool(studio.inputs.uploads.part, upload_id, number)
    try:
        await received(request, writer.write, studio.inputs.uploads.most_bytes)
        return await run_in_threadpool(writer.finish, told)
    finally:
        await run_in_threadpool(writer.close)


@router.post("/{upload_id}/complete", operation_id="complete_upload", responses=refusals(404, 409, 422, 507))
def complete_upload(upload_id: UploadId, studio: Room) -> Upload:
    """Say that all parts are sent: they are checked, read in a process of its own, and described or refused."""
    return studio.inputs.uploads.complete(upload_id)


@router.delete("/{upload_id}", status_code=204, operation_id="delete_upload", responses=refusals(404, 409, 422))
def delete_upload(upload_id: UploadId, studio: Room) -> Response:
    """Take a file away; one that a job still needs stays."""
    studio.inputs.remove(upload_id, studio.rows.unfinished())
    return Response(status_code=204)


@router.get(
    "/{upload_id}/file",
    operation_id="get_upload_file",
    response_class=FileResponse,
    responses={**refusals(404, 409, 416, 422), 206: {"description": "A part of it."}},
)
def get_upload_file(upload_id: UploadId, studio: Room) -> Response:
    """Return a file as it was sent, to be saved and never shown by a browser."""
    upload, path = studio.inputs.uploads.get(upload_id), studio.inputs.uploads.path(upload_id)
    name = upload.name or upload.id
    return FileResponse(path, media_type="application/octet-stream", filename=name, headers=UNSEEN)


@router.get(
    "/{upload_id}/preview.jpg",
    operation_id="get_upload_preview",
    response_class=FileResponse,
    responses=refusals(404, 409, 422),
)
def get_upload_preview(upload_id: UploadId, studio: Room) -> Response:
    """Return a small picture of a picture or a film."""
    return FileResponse(studio.inputs.uploads.preview(upload_id), media_type="image/jpeg", headers=UNSEEN)


async def received(request: Request, write: Callable[[bytes], object], most: int) -> None:
    """Hand a body to `write`, in a thread and in larger pieces; TooLarge and Conflict say why it ended early."""
    waiting, taken = bytearray(), 0
    try:
        async for chunk in request.stream():
            taken += len(chunk)
            if taken > most:
                raise TooLarge("body", taken, f"is over {most / 2**20:g} MB, the most this studio takes.")
            waiting += chunk
            if len(waiting) >= PIECE:
                await run_in_threadpool(write, bytes(waiting))
                waiting.clear()
    except ClientDisconnect:
        raise Conflict("The sender went away before all of it was here: send it again.") from None
    if waiting:
        await run_in_threadpool(write, bytes(waiting))


def _whole(studio: Studio, name: str, path: File, digest: str | None) -> Upload:
    """Check a file that came in one piece, and keep it."""
    told = _sha256(digest)
    if told is not None:
        import hashlib

        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != told:
            raise InputError("content-digest", told, f"is not what came ({found}): send the file again.")
    return studio.inputs.uploads.taken(name, path)


def _sha256(digest: str | None) -> str | None:
    """Return the SHA-256 that a Content-Digest names, in hex; InputError where it names none that can be read."""
    if digest is None:
        return None
    match = _DIGEST.search(digest)
    try:
        return base64.b64decode(match[1], validate=True).hex() if match else _no_digest(digest)
    except binascii.Error:
        return _no_digest(digest)


def _no_digest(digest: str) -> str:
    raise InputError("content-digest", digest, "is not understood: write sha-256=:BASE64:, or leave it out.")
