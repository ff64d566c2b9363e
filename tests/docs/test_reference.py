"""The reference is what its document says, and every way of the server is in it."""

from __future__ import annotations

import json

from docs.api_reference import DOCUMENT, PAGE, page


def test_writing_it_again_makes_no_difference() -> None:
    written = page(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    assert PAGE.read_text(encoding="utf-8") == written, "run python docs/api_reference.py"


def test_every_way_is_told_and_every_shape_that_is_named() -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    text = page(document)
    ways = [(method.upper(), path) for path, told in document["paths"].items() for method in told]
    assert len(ways) > 30
    assert [f"### {method} `{path}`" for method, path in ways if f"### {method} `{path}`" not in text] == []
    assert [name for name in document["components"]["schemas"] if f"### {name}\n" not in text] == []
