"""Write the document of the API again, from which the page's types are made: python docs/openapi.py."""

from __future__ import annotations

import json
from pathlib import Path

from reverie.server.app import bare_app

DOCUMENT = Path(__file__).parents[1] / "web" / "openapi.json"


def document() -> str:
    """Return the document as it is written: sorted, indented, ending with a line's end."""
    return json.dumps(bare_app().openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
