"""Plugins by name, imported on first use; outside packages add theirs through entry points.

An outside package declares, say, `[project.entry-points."reverie.backends"] mine = "package.module:Class"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pydantic import BaseModel, ValidationError

from reverie.core.errors import InputError
from reverie.core.spec import ComponentSpec

BUILT_IN: dict[str, dict[str, str]] = {
    "backends": {
        "diffusers_image": "reverie.backends.diffusers_image:DiffusersImage",
        "patched": "reverie.backends.patched:Patched",
        "openai_images": "reverie.backends.openai_images:OpenAIImages",
        "skyreels": "reverie.backends.skyreels:SkyReels",
        "placeholder": "reverie.backends.placeholder:Placeholder",
        "worlds": "reverie.backends.worlds:Worlds",
    },
    "sources": {
        "blank": "reverie.sources.blank:Blank",
        "feedback": "reverie.sources.feedback:Feedback",
        "image": "reverie.sources.image:Image",
        "journey": "reverie.sources.journey:Journey",
        "kept": "reverie.sources.kept:Kept",
        "mailbox": "reverie.sources.mailbox:Mailbox",
        "tail": "reverie.sources.tail:Tail",
        "video": "reverie.sources.video:Video",
    },
    "correctors": {
        "colour": "reverie.correctors.colour:Colour",
        "detail": "reverie.correctors.detail:Detail",
        "limit": "reverie.correctors.limit:Limit",
        "memory": "reverie.correctors.memory:Memory",
        "tone": "reverie.correctors.tone:Tone",
    },
    "filters": {
        "interpolate": "reverie.filters.interpolate:Interpolate",
        "resize": "reverie.filters.resize:Resize",
        "stamp": "reverie.filters.stamp:StampFrames",
        "title": "reverie.filters.title:Title",
        "upscale": "reverie.filters.upscale:Upscale",
    },
    "sinks": {
        "file": "reverie.sinks.file:File",
    },
}


@cache
def targets(kind: str) -> dict[str, str]:
    """Return every registered plugin of a kind as name → `module:Class`, our own winning over outside ones."""
    outside = {entry.name: entry.value for entry in entry_points(group=f"reverie.{kind}")}
    return {**outside, **BUILT_IN[kind]}


def resolve(kind: str, name: str) -> Any:
    """Import and return a plugin class; InputError with the nearest names where there is none."""
    known = targets(kind)
    if name not in known:
        near = get_close_matches(name, known) or sorted(known)
        raise InputError(kind, name, f"is not known: use {' or '.join(near)}.")
    module, _, attribute = known[name].partition(":")
    return getattr(import_module(module), attribute)


def options_of(kind: str, component: ComponentSpec) -> BaseModel:
    """Validate a component's options against its plugin's own model; InputError names the bad one."""
    plugin = resolve(kind, component.name)
    try:
        options: BaseModel = plugin.Options.model_validate(component.options)
    except ValidationError as error:
        raise from_validation(error, f"{kind}.{component.name}") from None
    return options


def create(kind: str, component: ComponentSpec) -> Any:
    """Make the plugin a component names, with its options."""
    return resolve(kind, component.name)(options_of(kind, component))


_FIXES = {
    "extra_forbidden": "there is no such setting, so take it out",
    "missing": "this field is needed, so add it",
    "greater_than": "use more than {gt}",
    "greater_than_equal": "use {ge} or more",
    "less_than": "use less than {lt}",
    "less_than_equal": "use {le} or less",
    "finite_number": "use a finite number",
    "float_type": "use a number",
    "float_parsing": "use a number",
    "int_type": "use a whole number",
    "int_parsing": "use a whole number",
    "int_from_float": "use a whole number",
    "bool_type": "use true or false",
    "bool_parsing": "use true or false",
    "string_type": "use text",
    "string_unicode": "use text in valid Unicode",
    "string_too_short": "use at least {min_length} character",
    "string_too_long": "use at most {max_length} characters",
    "too_short": "give at least {min_length}",
    "too_long": "give at most {max_length}",
    "literal_error": "use {expected}",
    "tuple_type": "use a list",
    "model_type": "use an object with named fields",
    "dict_type": "use an object with named fields",
}


def from_validation(error: ValidationError, prefix: str = "") -> InputError:
    """Turn pydantic's first complaint into one sentence that names field, value and fix."""
    return complaint(error.errors(include_url=False)[0], prefix)


def complaint(details: Mapping[str, Any], prefix: str = "") -> InputError:
    """Turn one of pydantic's error details into one sentence that names field, value and fix."""
    path = ".".join(str(part) for part in details["loc"])
    name = ".".join(part for part in (prefix, path) if part) or "spec"
    fix = _fix(details["type"], details["msg"], details.get("ctx") or {})
    return InputError(name, details.get("input"), f"is not accepted: {fix}.")


def _fix(kind: str, message: str, limits: Mapping[str, Any]) -> str:
    if kind not in _FIXES:
        message = message.removeprefix("Value error, ")
        return f"{message[:1].lower()}{message[1:]}"
    shown = {name: f"{limit:g}" if isinstance(limit, float) else limit for name, limit in limits.items()}
    return _FIXES[kind].format(**shown)
