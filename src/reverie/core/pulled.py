"""What of the shelf is on this machine: a folder each, with a record of where its files came from beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from reverie.core import shelf
from reverie.core.errors import InputError
from reverie.core.places import models_folder

RECORD = "pulled.json"
INDEX = "model_index.json"

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
"""What a repository's id looks like; no path into this machine that leads out of a folder does."""

NETWORKS = {"UNet2DConditionModel": "diffusers_image", "SkyReelsV2Transformer3DModel": "skyreels"}
"""By the class of a model's main network: the backend that runs it."""

MAIN = ("unet", "transformer")
"""The roles that a main network has in a model's index."""


class Pulled(BaseModel):
    """Where a folder's files came from: from then on exactly `commit`, with the sha256 of each file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    repository: str
    revision: str
    commit: str
    licence: str | None
    size: int
    files: Mapping[str, str]
    at: datetime


def folder_of(name: str) -> Path:
    """Return the folder that a row's or a repository's files have their place in, there or not."""
    return models_folder() / name.replace("/", "--")


def record_of(name: str) -> Pulled | None:
    """Return what is recorded of a pulled model, None where it is not here."""
    try:
        return Pulled.model_validate_json((folder_of(name) / RECORD).read_bytes())
    except (OSError, ValidationError):
        return None


def is_name(name: str) -> bool:
    """True for names that a pulled model may have: a row's, or a repository's id."""
    return name in shelf.rows() or REPOSITORY.fullmatch(name) is not None


def on_disk(name: str) -> bool:
    """True where a row with all it needs, or a repository, is on this machine."""
    row = shelf.rows().get(name)
    if row is None:
        return is_name(name) and record_of(name) is not None
    own = row.repository is None or record_of(name) is not None
    return own and all(on_disk(needed) for needed in row.needs)


def located(name: str) -> Path:
    """Return the folder of a pulled model; InputError that says how it is pulled where it is not here."""
    if record_of(name) is not None:
        return folder_of(name)
    raise missing(name)


def missing(name: str) -> InputError:
    """Return the error for a model that could be pulled and is not here."""
    row = shelf.rows().get(name)
    size = "" if row is None or row.disk_gb is None else f" ({row.disk_gb:g} GB)"
    return InputError("model", name, f"is not on this machine yet: `reverie models pull {name}` fetches it{size}.")


def repositories() -> Iterator[str]:
    """Yield the ids of repositories that were pulled and are no rows, in order."""
    folders = sorted(models_folder().glob("*--*")) if models_folder().is_dir() else []
    names = (folder.name.replace("--", "/", 1) for folder in folders)
    yield from (name for name in names if name not in shelf.rows() and record_of(name) is not None)


def network_of(folder: Path) -> str | None:
    """Return the class of a folder's main network as its index names it, None where it names none."""
    try:
        index = json.loads((folder / INDEX).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return main_network(index)


def main_network(index: object) -> str | None:
    """Return the class of the main network that an index names, None where it names none."""
    if not isinstance(index, dict):
        return None
    named = (index.get(role) for role in MAIN)
    return next((kind[1] for kind in named if isinstance(kind, list) and len(kind) == 2 and kind[1]), None)


def backend_of(folder: Path) -> str:
    """Return the backend for a folder: for unknown ones that of image models, which says what is wrong."""
    return NETWORKS.get(network_of(folder) or "", "diffusers_image")
