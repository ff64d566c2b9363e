"""A whole model from the hub: everything is fetched and checked aside, and only then has its name."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from reverie.core import shelf
from reverie.core.errors import InputError, MachineError
from reverie.core.places import models_folder
from reverie.core.pulled import INDEX, NETWORKS, RECORD, REPOSITORY, Pulled, folder_of, main_network, record_of
from reverie.core.registry import targets
from reverie.hub.choosing import named_files, parts_files
from reverie.hub.fetching import PAUSES, checked, fetch
from reverie.hub.licences import Ask, Terms, accept
from reverie.hub.wire import OFFLINE, Hub, Listing, RemoteFile
from reverie.models.tensors import read_header

ASIDE = ".pulling"
"""Where models are until they are whole; on the same disk, so that a folder gets its name at once."""

SPARE = 256 * 2**20
"""Bytes that stay free on the disk."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a model is: `done` of `total` bytes, at work on `file`."""

    name: str
    file: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Pull:
    """How models are pulled: from which hub, who accepts licences, who is told how far it is.

    `free` says how many bytes a folder's disk has left; `hub` is None where nothing may be asked.
    """

    hub: Hub | None
    ask: Ask
    told: Callable[[Progress], None]
    update: bool = False
    pauses: Sequence[float] = PAUSES
    free: Callable[[Path], int] = field(default=lambda folder: shutil.disk_usage(folder).free)

    def __call__(self, name: str, revision: str | None = None) -> list[Pulled]:
        """Have a row, with all it needs, or a repository on this machine; return what is recorded of each.

        Nothing is asked of the hub where it is here already. Raises InputError for what can't be had or run,
        NotAccepted, and MachineError for faults of network, disk and data; none leaves half a model behind.
        """
        row = shelf.rows().get(name) or (shelf.row_of(name) if revision is None else None)
        if row is not None and row.hindrance is not None:
            raise InputError("model", row.name, f"can't be run yet: {row.hindrance}, so it is not pulled.")
        if row is None and REPOSITORY.fullmatch(name) is None:
            near = get_close_matches(name, shelf.rows()) or ["a name that `reverie models` lists"]
            raise InputError("model", name, f'is neither on the shelf nor "owner/name": use {" or ".join(near)}.')
        if row is None or not row.needs:
            return [self._one(name if row is None else row.name, row, revision)]
        return [record for needed in row.needs for record in self(needed)]

    def _one(self, name: str, row: shelf.Row | None, revision: str | None) -> Pulled:
        known = record_of(name)
        if known is not None and not self.update:
            if revision is not None and revision != known.revision and not known.commit.startswith(revision):
                raise InputError(
                    "model", name, f"is here at commit {known.commit[:12]}: add --update to have {revision} instead."
                )
            return known
        if self.hub is None:
            raise MachineError(OFFLINE)
        repository = (row.repository if row else None) or name
        listing = self.hub.listing(repository, revision or (row.revision if row else "main"))
        if known is not None and known.commit == listing.commit:
            return known
        files = self._files(self.hub, listing, row)
        self._accepted(self.hub, listing, row)
        with _aside(name) as folder:
            reused(folder, name, listing, files)
            self._room(name, folder, files)
            digests = self._fetched(self.hub, name, listing, files, folder)
            return _installed(name, folder, _record(listing, row, files, digests))

    def _files(self, hub: Hub, listing: Listing, row: shelf.Row | None) -> tuple[RemoteFile, ...]:
        if row is not None and row.files:
            return named_files(listing, row.files)
        if not any(file.path == INDEX for file in listing.files):
            raise InputError("model", listing.repository, f"is no model in diffusers' format: it has no {INDEX}.")
        index = _index(hub, listing)
        network = main_network(index)
        if NETWORKS.get(network or "") not in targets("backends"):
            kind = network or index.get("_class_name") or "of an unknown class"
            raise InputError("model", listing.repository, f"is {kind}, which nothing in this version can run.")
        return parts_files(listing, index, "fp16" if row is None else row.variant)

    def _accepted(self, hub: Hub, listing: Listing, row: shelf.Row | None) -> None:
        licence = (row.licence if row else None) or listing.licence
        told = listing.licence
        if shelf.restricts(licence) or (told is not None and shelf.restricts(told)):
            page = (row.licence_url if row else None) or f"{hub.endpoint}/{listing.repository}"
            accept(Terms(listing.repository, licence, page), self.ask)

    def _room(self, name: str, folder: Path, files: Sequence[RemoteFile]) -> None:
        missing = sum(max(0, file.size - _here(folder / file.path)) for file in files)
        free = self.free(folder)
        if missing and missing + SPARE > free:
            raise MachineError(
                f"{name} needs {_gb(missing + SPARE)} GB on the disk of {models_folder()}, {_gb(free)} GB are left: "
                "make room, or set REVERIE_MODELS to a folder on another disk."
            )

    def _fetched(
        self, hub: Hub, name: str, listing: Listing, files: Sequence[RemoteFile], folder: Path
    ) -> dict[str, str]:
        digests, before, total = {}, 0, sum(file.size for file in files)
        for file in files:
            target, path, begun = folder / file.path, file.path, before
            self.told(Progress(name, path, begun, total))

            def told(here: int, path: str = path, begun: int = begun) -> None:
                self.told(Progress(name, path, begun + here, total))

            digests[path] = (
                checked(target, listing.repository, file)
                if target.is_file()
                else fetch(hub, listing, file, target, told, self.pauses)
            )
            if path.endswith(".safetensors"):
                _sound(target)
            before += file.size
        self.told(Progress(name, "", total, total))
        return digests


def reused(folder: Path, name: str, listing: Listing, files: Sequence[RemoteFile]) -> None:
    """Clear what an earlier pull of another commit left aside, and link files that are the same in what is here."""
    note = folder / RECORD
    if not note.is_file() or note.read_text("utf-8") != listing.commit:
        shutil.rmtree(folder)
        folder.mkdir()
        note.write_text(listing.commit, "utf-8")
    known = record_of(name)
    for file in files:
        old, new = folder_of(name) / file.path, folder / file.path
        same = known is not None and file.sha256 is not None and known.files.get(file.path) == file.sha256
        if same and old.is_file() and not new.exists():
            new.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(old, new)
            except OSError:
                shutil.copyfile(old, new)


def remove(name: str) -> int:
    """Take a pulled model away, and what an unfinished pull of it left; return how many bytes that were."""
    row = shelf.rows().get(name)
    if row is not None and row.needs:
        raise InputError("model", name, f"has no files of its own: remove {' or '.join(row.needs)}.")
    place, aside = folder_of(name), _folder_aside(name)
    found = [folder for folder in (place, aside) if folder.is_dir()]
    if not found:
        raise InputError("model", name, "is not on this machine: `reverie models` lists what is.")
    size = sum(file.stat().st_size for folder in found for file in folder.rglob("*") if file.is_file())
    for folder in found:
        gone = models_folder() / ASIDE / f"{folder.name}.gone"
        gone.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(gone, ignore_errors=True)
        os.replace(folder, gone)
        shutil.rmtree(gone)
    return size


@contextmanager
def _aside(name: str) -> Iterator[Path]:
    from filelock import FileLock, Timeout

    folder = _folder_aside(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(f"{folder.name}.lock"))
        lock.acquire(timeout=0)
    except Timeout:
        raise MachineError(f"{name} is being pulled already: wait for that to end.") from None
    except OSError as error:
        raise MachineError(f"{folder} can't be written to ({error.strerror}): set REVERIE_MODELS to another.") from None
    try:
        yield folder
    finally:
        lock.release()


def _folder_aside(name: str) -> Path:
    return models_folder() / ASIDE / folder_of(name).name


def _installed(name: str, folder: Path, record: Pulled) -> Pulled:
    (folder / RECORD).write_text(record.model_dump_json(indent=2), "utf-8")
    place = folder_of(name)
    old = folder.with_name(f"{folder.name}.old")
    if place.is_dir():
        shutil.rmtree(old, ignore_errors=True)
        os.replace(place, old)
    os.replace(folder, place)
    shutil.rmtree(old, ignore_errors=True)
    return record


def _record(listing: Listing, row: shelf.Row | None, files: Sequence[RemoteFile], digests: Mapping[str, str]) -> Pulled:
    return Pulled(
        repository=listing.repository,
        revision=listing.revision,
        commit=listing.commit,
        licence=(row.licence if row else None) or listing.licence,
        size=sum(file.size for file in files),
        files=digests,
        at=datetime.now(UTC),
    )


def _index(hub: Hub, listing: Listing) -> dict[str, Any]:
    try:
        index = json.loads(hub.read(listing, INDEX))
    except (ValueError, RecursionError):
        index = None
    if not isinstance(index, dict):
        raise InputError("model", listing.repository, f"has an {INDEX} that is no JSON object.")
    return index


def _sound(path: Path) -> None:
    try:
        read_header(path)
    except InputError:
        path.unlink()
        raise


def _here(path: Path) -> int:
    part = path.with_name(f"{path.name}.part")
    return next((found.stat().st_size for found in (path, part) if found.is_file()), 0)


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f}"
