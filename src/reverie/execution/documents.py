"""Specs and reports as JSON files: read with every fault named, written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reverie.core.errors import InputError, MachineError
from reverie.core.registry import from_validation
from reverie.core.report import Report
from reverie.core.spec import RenderSpec

LARGEST_SPEC = 16 * 2**20
"""Bytes; a longer file is no spec."""


def read_work(path: Path) -> RenderSpec:
    """Return the spec of a work: of a spec file, or of a film that carries it; InputError where it is neither."""
    # Path.exists raises for a name that is too long; this one says that it is not there.
    if not os.path.exists(path):
        raise InputError("work", str(path), "is not there: give a spec that --save-spec wrote, or a film.")
    if path.suffix.lower() == ".json":
        return read_spec(path)
    from reverie.media.video import SPEC_KEY, read_metadata

    text = read_metadata(path).get(SPEC_KEY)
    if text is None:
        raise InputError("work", str(path), "carries no spec: give a film that Reverie made, or a spec.")
    return parse_spec(text, str(path))


def read_spec(path: Path) -> RenderSpec:
    """Return the spec in a JSON file; InputError where it is missing, no JSON, or not a spec."""
    try:
        if path.stat().st_size > LARGEST_SPEC:
            raise InputError("spec", str(path), "is too large for a spec: give the file that --save-spec wrote.")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError("spec", str(path), "cannot be read as text: give a spec or a film of Reverie's.") from None
    return parse_spec(text, str(path))


def parse_spec(text: str, name: str) -> RenderSpec:
    """Return the spec that JSON text holds; InputError names the first fault."""
    try:
        values = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise InputError("spec", name, f"is no valid JSON ({str(error)[:80]}): save it again.") from None
    try:
        return RenderSpec.model_validate(values)
    except ValidationError as error:
        raise from_validation(error) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key is there twice")
    return values


def spec_json(spec: RenderSpec) -> str:
    """Return a spec as JSON that `read_spec` turns into the same spec."""
    return spec.model_dump_json(indent=2) + "\n"


def report_json(report: Report) -> str:
    """Return a report as strict JSON: no NaN, every field by its name, the spec as it would be saved."""
    values = {field.name: _plain(getattr(report, field.name)) for field in fields(report) if field.name != "spec"}
    values["spec"] = report.spec.model_dump(mode="json")
    return json.dumps(values, indent=2, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def write_whole(path: Path, text: str, field: str) -> None:
    """Write a text file under its name only when all of it is on disk; MachineError where it can't be.

    A device such as `/dev/stdout` is written to as it is.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, "utf-8")
        else:
            _write_and_rename(path, text)
    except OSError as error:
        raise MachineError(f"{field}: '{path}' cannot be written ({error.strerror}): choose another place.") from None


def _write_and_rename(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
