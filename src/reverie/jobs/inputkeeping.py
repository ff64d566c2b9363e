"""What came into a live session as one of its job's files: where it is written, and the film that shows it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.jobs.inputs import KEY

KEPT = "input.mkv"
"""The file's name in the job's folder."""


def keeps_input(spec: RenderSpec) -> bool:
    """True where a live spec asks for what comes in to be kept."""
    return spec.scenes[0].source.options.get("keep") is True


def keeping(spec: RenderSpec, path: Path) -> RenderSpec:
    """Return a live spec that keeps what comes in at a path."""
    source = spec.scenes[0].source
    return _with_source(spec, ComponentSpec(name=source.name, options={**source.options, "path": str(path)}))


def shown_again(spec: RenderSpec, job_id: str) -> RenderSpec:
    """Return a film over what a job kept of what came in."""
    options: dict[str, Any] = {"path": {KEY: f"{job_id}/{KEPT}"}}
    return _with_source(spec, ComponentSpec(name="kept", options=options))


def _with_source(spec: RenderSpec, source: ComponentSpec) -> RenderSpec:
    first = spec.scenes[0].model_copy(update={"source": source})
    return spec.model_copy(update={"scenes": (first, *spec.scenes[1:])})
