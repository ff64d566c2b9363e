"""The document of the API: complete, typed, and true of every refusal; the page is made from it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from docs import openapi
from tests.server.house import app_in, served

READABLE = re.compile(r"[a-z]+(_[a-z]+)*")
TOLD: dict[str, Any] = json.loads(openapi.document())
OPERATIONS = [(f"{method} {path}", told) for path, ways in TOLD["paths"].items() for method, told in ways.items()]


def test_every_operation_has_a_readable_name_and_words() -> None:
    names = [told["operationId"] for _, told in OPERATIONS]
    assert len(names) == len(set(names)) > 25
    assert all(READABLE.fullmatch(name) for name in names)
    assert [where for where, told in OPERATIONS if not told.get("description")] == []


def test_every_answer_is_typed() -> None:
    untyped = []
    for where, told in OPERATIONS:
        for status, answer in told["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if kind == "application/json" and not content.get("schema"):
                    untyped.append(f"{where} {status}")
    assert untyped == []


def test_every_refusal_has_the_one_shape() -> None:
    """Clients of another API get that API's, except from the gate, which is before all of them."""
    ours = {"$ref": "#/components/schemas/Fault"}
    theirs = {"$ref": "#/components/schemas/OpenAIFault"}
    gate = {"401", "403", "421", "429"}
    odd = []
    for where, told in OPERATIONS:
        for status, answer in told["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            shape = theirs if "/v1/" in where and status not in gate else ours
            if int(status) >= 400 and schema != shape:
                odd.append(f"{where} {status}")
    assert odd == []


def test_the_server_gives_the_same_document(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        assert client.get("/api/openapi.json").json() == TOLD


def test_the_page_is_made_from_this_document() -> None:
    """`python docs/openapi.py` writes it again, and `npm run types` in web/ makes the types from it."""
    assert json.loads(openapi.DOCUMENT.read_text("utf-8")) == TOLD


def test_making_an_app_begins_nothing(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    assert app.state.studio.runs() == []
    app.state.studio.close()
