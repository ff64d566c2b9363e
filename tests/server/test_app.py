"""The document of the API: complete, typed, and true of every refusal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.house import app_in, served

READABLE = re.compile(r"[a-z]+(_[a-z]+)*")


@pytest.fixture
def document(tmp_path: Path) -> Iterator[dict[str, Any]]:
    with served(tmp_path) as client:
        yield client.get("/api/openapi.json").json()


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{method} {path}", told) for path, ways in document["paths"].items() for method, told in ways.items()]


def test_every_operation_has_a_readable_name_and_words(document: dict[str, Any]) -> None:
    names = [told["operationId"] for _, told in operations(document)]
    assert len(names) == len(set(names)) > 25
    assert all(READABLE.fullmatch(name) for name in names)
    assert [where for where, told in operations(document) if not told.get("description")] == []


def test_every_answer_is_typed(document: dict[str, Any]) -> None:
    untyped = []
    for where, told in operations(document):
        for status, answer in told["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if kind == "application/json" and not content.get("schema"):
                    untyped.append(f"{where} {status}")
    assert untyped == []


def test_every_refusal_has_the_one_shape(document: dict[str, Any]) -> None:
    odd = []
    for where, told in operations(document):
        for status, answer in told["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            if int(status) >= 400 and schema != {"$ref": "#/components/schemas/Fault"}:
                odd.append(f"{where} {status}")
    assert odd == []


def test_importing_the_app_does_nothing(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    assert app.state.studio.runs() == []
    app.state.studio.close()
