"""Licences that were accepted, once for each repository; kept beside the models."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reverie.core.errors import MachineError
from reverie.core.places import models_folder

FILE = "licences.json"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be accepted: `licence` is None where nobody says, `url` is where it is to be read."""

    repository: str
    licence: str | None
    url: str

    @property
    def words(self) -> str:
        """The licence by its name."""
        return self.licence or "a licence that is not named"


Ask = Callable[[Terms], bool]
"""Shows terms to a person and returns True where they are accepted."""


class NotAccepted(MachineError):
    """A licence that restricts use was not accepted; nothing was fetched."""

    exit_code = 2


def accept(terms: Terms, ask: Ask) -> None:
    """Have terms accepted unless they were before; raises NotAccepted."""
    accepted = _read()
    known = accepted.get(terms.repository)
    if isinstance(known, dict) and known.get("licence") == terms.licence:
        return
    if not ask(terms):
        raise NotAccepted(
            f"{terms.repository} comes under {terms.words}, which restricts what it may be used for: "
            f"read {terms.url}, then pull it with --accept-licence."
        )
    accepted[terms.repository] = {
        "licence": terms.licence,
        "url": terms.url,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.part")
    new.write_text(json.dumps(accepted, indent=2, sort_keys=True), "utf-8")
    os.replace(new, path)


def accepted_at(repository: str) -> str | None:
    """Return when a repository's licence was accepted, None where it was not."""
    known = _read().get(repository)
    return str(known.get("at")) if isinstance(known, dict) else None


def _path() -> Path:
    return models_folder() / FILE


def _read() -> dict[str, Any]:
    try:
        stored = json.loads(_path().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}
