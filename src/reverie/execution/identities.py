"""What is behind the names in a spec: the content of its input files, the weights of its models."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from reverie.core import catalogue, pulled
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.models.shipped import WEIGHTS

_PIECE = 2**20
_LARGE = 256 * 2**20
"""Bytes from which on a file inside a folder is known by its size and date: hashing weights takes longer than using
them."""


def names_in(spec: RenderSpec) -> list[str]:
    """Return every text in a spec that may name a file or a model, sorted: the options of its components, its sound."""
    found = {text for component in _components(spec) for text in _texts(component.options)}
    if spec.sound is not None and spec.sound.input is not None:
        found.add(spec.sound.input)
    return sorted(found)


def identities(spec: RenderSpec) -> dict[str, str]:
    """Return the hash of what each name in a spec that is a file or a folder here stands for."""
    found = {name: Path(name) if _there(name) else _shipped(name) for name in names_in(spec)}
    return {name: _identity(path) for name, path in found.items() if path is not None}


def _shipped(name: str) -> Path | None:
    """Return the folder of weights that come with the package or were pulled, None where none have that name."""
    if pulled.is_name(name):
        return pulled.folder_of(name) if pulled.record_of(name) is not None else None
    folder = WEIGHTS / name
    return folder if name in catalogue.MODELS and folder.is_dir() else None


def _components(spec: RenderSpec) -> Iterator[ComponentSpec]:
    yield from (*spec.correctors, *spec.filters)
    if spec.vitality.backend is not None:
        yield spec.vitality.backend
    for scene in spec.scenes:
        yield from (scene.source, scene.backend)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for item in value.values() for text in _texts(item))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in _texts(item))


def _there(name: str) -> bool:
    try:
        return bool(name) and (os.path.isfile(name) or os.path.isdir(name))
    except ValueError:
        return False


def _identity(path: Path) -> str:
    if path.is_file():
        return content_hash(path)
    told = sha256()
    for inner in sorted(path.rglob("*")):
        if inner.is_file():
            facts = inner.stat()
            large = facts.st_size >= _LARGE
            mark = f"{facts.st_size} {facts.st_mtime_ns}" if large else content_hash(inner)
            told.update(f"{inner.relative_to(path)}\0{mark}\0".encode())
    return told.hexdigest()


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    told = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            told.update(piece)
    return told.hexdigest()
