"""Write the reference of the API from its document: python docs/api_reference.py, after docs/openapi.py."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[1] / "web" / "openapi.json"
PAGE = Path(__file__).parent / "reference" / "api.md"
EVERYWHERE = {"401", "403", "421", "422", "429", "503"}
"""Refusals that any way may answer with: the gate's, the validation's and a machine that can't."""

HEAD = """# The API, way by way

Written by `docs/api_reference.py` from the OpenAPI document that the server answers with at `/api/openapi.json`. Every
refusal is `{"message": one sentence, "field": the field or null, "value": what was sent or null}`; any way may answer
401, 403 or 421 (the gate), 422 (a field is not accepted), 429 (too much at once) or 503 (the machine can't just now).
Under `/v1/` refusals have the shape that OpenAI's clients read, `{"error": {"message", "type", "param", "code"}}`,
and 400 for a field that is not accepted.
[The guide](../guides/api.md) has examples that run; sockets (`preview.ws`, `events.ws`) are told there too, since
OpenAPI has no words for them.
"""


def page(document: Mapping[str, Any]) -> str:
    """Return the page: ways by tag, then the shapes they speak of."""
    tags: dict[str, list[str]] = {}
    for path, ways in document["paths"].items():
        for method, way in ways.items():
            tags.setdefault(way["tags"][0], []).append(_way(method.upper(), path, way))
    sections = [f"## {tag.capitalize()}\n\n" + "\n".join(told) for tag, told in sorted(tags.items())]
    shapes = document["components"]["schemas"]
    described = "\n".join(_shape(name, shapes[name]) for name in sorted(shapes))
    return "\n".join([HEAD, *sections, f"## Shapes\n\n{described}"])


def _way(method: str, path: str, way: Mapping[str, Any]) -> str:
    lines = [f"### {method} `{path}`\n", f"{way.get('description', way['summary'])}\n"]
    lines += [f"- `{part['name']}` ({part['in']}): {_kind(part['schema'])}" for part in way.get("parameters", [])]
    if body := way.get("requestBody"):
        lines.append(f"- takes {', '.join(_content(body['content']))}")
    for status, answer in sorted(way["responses"].items()):
        if status not in EVERYWHERE:
            told = f": {', '.join(_content(answer['content']))}" if status < "300" and answer.get("content") else ""
            lines.append(f"- {status}{told}" if told else f"- {status}: {answer['description']}")
    return "\n".join(lines) + "\n"


def _content(content: Mapping[str, Any]) -> Iterator[str]:
    for kind, what in content.items():
        shape = _kind(what.get("schema", {}))
        yield shape if kind == "application/json" else f"`{kind}`"


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return f"[{_name(schema)}](#{_name(schema).lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    return str(schema.get("type", "anything")).replace("null", "nothing")


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _shape(name: str, schema: Mapping[str, Any]) -> str:
    lines = [f"### {name}\n", f"{' '.join(schema.get('description', '').split())}\n"]
    if "enum" in schema:
        lines.append(f"{_kind(schema)}\n")
    needed = set(schema.get("required", []))
    for field, what in schema.get("properties", {}).items():
        must = ", needed" if field in needed else ""
        lines.append(f"- `{field}`: {_kind(what)}{must}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(json.loads(DOCUMENT.read_text(encoding="utf-8"))), encoding="utf-8")
