"""The shelf: models of others that can be pulled, one row each; the rows are data, in `shelf.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from reverie.core.errors import InputError
from reverie.core.registry import targets

OPEN = frozenset({"apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "cc-by-4.0", "isc", "unlicense"})
"""Licences that restrict no use; every other, and one that is not known, has to be accepted once."""

Kind = Literal["image", "video", "lora"]


class Row(BaseModel):
    """One model of the shelf; what nobody published or measured is None.

    `repository` at `revision` is where it comes from, None for one that is made of others: those in `needs`, a model
    and LoRAs for it, run by the `scheduler` of this row. `files` are the only ones fetched where it is no whole model;
    of weights in several precisions `variant` is taken. `disk_gb` is what is fetched and `memory_gb` what it needs by
    precision, both in units of 10⁹ bytes; `width`, `height` (px), `frames`, `steps`, `guidance`, `scheduler` are what
    it was trained for or is published with. `backend` runs it; `lacks` says why nothing here can. `tested` says what
    of it was run, `source` where its facts are from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = ""
    title: str
    kind: Kind
    repository: str | None = None
    revision: str = "main"
    files: tuple[str, ...] = ()
    variant: str = ""
    licence: str | None = None
    licence_url: str | None = None
    disk_gb: float | None = Field(default=None, gt=0)
    memory_gb: Mapping[str, float] = Field(default_factory=dict)
    width: int | None = None
    height: int | None = None
    size_multiple: int | None = None
    frames: int | None = None
    steps: int | None = None
    guidance: float | None = None
    scheduler: str | None = None
    inputs: tuple[Literal["text", "image", "video"], ...] = ("text",)
    backend: str | None = None
    needs: tuple[str, ...] = ()
    lacks: str | None = None
    tested: str = "never run by us"
    source: str = "unknown"

    @property
    def hindrance(self) -> str | None:
        """Why nothing here can run it, None where something can."""
        if self.lacks is not None or self.kind == "lora":
            return self.lacks
        return None if self.backend in targets("backends") else "nothing in this version can run it"


def restricts(licence: str | None) -> bool:
    """True where a licence has to be read and accepted before its model is fetched."""
    return licence is None or licence.lower() not in OPEN


@cache
def rows() -> dict[str, Row]:
    """Return every row by its name, in the order they are shown in."""
    stored = tomllib.loads((Path(__file__).parent / "shelf.toml").read_text("utf-8"))
    return {name: Row.model_validate({"name": name, **facts}) for name, facts in stored.items()}


def row_of(repository: str) -> Row | None:
    """Return the row that has a repository whole, None where none has."""
    return next((row for row in rows().values() if row.repository == repository and not row.files), None)


def runnable(row: Row) -> Row:
    """Return a row that can be named as a model; InputError with the reason for any other."""
    if row.kind == "lora":
        raise InputError("model", row.name, "is a LoRA and no model by itself: name it under `loras` of a model.")
    if row.hindrance is not None:
        raise InputError("model", row.name, f"can't be run yet: {row.hindrance}.")
    return row
