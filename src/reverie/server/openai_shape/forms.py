"""A request's fields and its file, whether they come as a form or as JSON; a file becomes an upload like any other."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request

from reverie.core.errors import InputError
from reverie.jobs.uploads import TooLarge, Uploads
from reverie.server.faults import Conflict

MOST_JSON = 32 * 2**20
"""Bytes of JSON: a picture of 20 MiB in it has 27."""

MOST_FIELDS, MOST_FIELD = 64, 2**20
_NESTED = re.compile(r"(\w+)\[(\w+)\]")
_DATA = re.compile(r"data:[\w.+/-]*(?:;[\w.=+-]+)*;base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: `fields` by name, `files` as ids of uploads; `mark` is the same for the same request."""

    fields: Mapping[str, Any]
    mark: str
    files: Mapping[str, str] = field(default_factory=dict)


async def form_of(request: Request, uploads: Uploads, file_fields: tuple[str, ...] = ()) -> Form:
    """Read a request's body; InputError, TooLarge and Conflict say what is wrong with it."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        fields = _object(await _json(request))
        return Form(fields, json.dumps(fields, sort_keys=True, default=str))
    try:
        async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD) as form:
            texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
            sent = {name: value for name, value in form.multi_items() if isinstance(value, UploadFile)}
            for name in sent:
                if name not in file_fields:
                    raise InputError(name, "a file", "takes no file: leave it out.")
            fields = _unfolded(texts)
            marks = {name: await run_in_threadpool(_mark, file) for name, file in sent.items()}
            kept = {name: await run_in_threadpool(_kept, file, uploads) for name, file in sent.items()}
    except ClientDisconnect:
        raise Conflict("The sender went away before all of it was here: send it again.") from None
    return Form(fields, json.dumps([fields, marks], sort_keys=True), kept)


async def _json(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_JSON:
                raise TooLarge("body", len(body), f"is over {MOST_JSON >> 20} MB of JSON: send the file in a form.")
    except ClientDisconnect:
        raise Conflict("The sender went away before all of it was here: send it again.") from None
    return bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("body", body[:40].decode("utf-8", "replace"), "is no valid JSON: mend it.") from None
    if not isinstance(found, dict):
        raise InputError("body", found, "is no object with named fields: send one.")
    return found


def _unfolded(texts: Mapping[str, str]) -> dict[str, Any]:
    """Put `a[b]` back together as these clients take it apart, one level deep."""
    fields: dict[str, Any] = {}
    for name, value in texts.items():
        match = _NESTED.fullmatch(name)
        if match is None:
            fields[name] = value
        else:
            inner = fields.setdefault(match[1], {})
            if isinstance(inner, dict):
                inner[match[2]] = value
    return fields


def _mark(file: UploadFile) -> str:
    file.file.seek(0)
    found = hashlib.sha256()
    while piece := file.file.read(2**20):
        found.update(piece)
    return found.hexdigest()


def _kept(file: UploadFile, uploads: Uploads) -> str:
    file.file.seek(0)
    path = uploads.incoming()
    try:
        with path.open("wb") as whole:
            shutil.copyfileobj(file.file, whole, 2**20)
        return uploads.taken(file.filename or "", path).id
    finally:
        path.unlink(missing_ok=True)


def kept_picture(address: str, uploads: Uploads, name: str) -> str:
    """Keep the picture of a `data:` address as an upload and return its id; nothing is ever fetched from others."""
    match = _DATA.match(address)
    if match is None:
        raise InputError(name, address[:40], "is no data: address of a picture in base64: addresses are not followed.")
    try:
        data = base64.b64decode(address[match.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise InputError(name, address[:40], "is no base64: encode the picture again.") from None
    path = uploads.incoming()
    try:
        path.write_bytes(data)
        return uploads.taken("", path).id
    finally:
        path.unlink(missing_ok=True)
