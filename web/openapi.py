"""Writes `openapi.json` anew, which the page's types are generated from: `python web/openapi.py && npm run types`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from reverie.server.app import create_app
from reverie.server.guard import Guard
from reverie.server.studio import Studio

if __name__ == "__main__":
    # Nothing is asked of a studio while its routes are described.
    app = create_app(cast(Studio, None), Guard.on_loopback())
    text = json.dumps(app.openapi(), indent=1, sort_keys=True) + "\n"
    Path(__file__).with_name("openapi.json").write_text(text, encoding="utf-8")
