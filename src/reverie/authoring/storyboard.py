"""Storyboards as files, YAML or JSON: the short form that people write, or the whole document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reverie.authoring.film import Find, Note, film_spec, there, unheard
from reverie.authoring.wishes import built
from reverie.core.errors import InputError
from reverie.core.spec import MOST_SCENES, RenderSpec

SUFFIXES = (".yaml", ".yml", ".json")
LARGEST = {".json": 16 * 2**20, ".yaml": 2 * 2**20, ".yml": 2 * 2**20}
"""Bytes; a longer file is no storyboard, and reading it would take minutes."""

FILES = ("image", "clip")


def film_of(
    path: Path, wishes: Mapping[str, Any] | None = None, *, find: Find = there, note: Note = unheard
) -> RenderSpec:
    """Return the spec of the film that a storyboard's file describes; `wishes` go before what it says.

    Files that it names lie beside it. Raises InputError where it can't be read, says what can't be, or is a whole
    document, of which nothing can be wished for.
    """
    said = read_storyboard(path)
    if not is_document(said):
        return film_spec(_placed(said, path.parent), find=find, note=note, **(wishes or {}))
    asked = sorted(name for name, value in (wishes or {}).items() if value is not None)
    if asked:
        raise InputError(asked[0], (wishes or {})[asked[0]], f"can't be chosen: {path.name} is a whole document.")
    return built(RenderSpec, **said)


def is_document(said: Mapping[str, Any]) -> bool:
    """True for a whole document: its scenes have keyframes, where the short form has prompts."""
    scenes = said.get("scenes")
    return isinstance(scenes, list | tuple) and any(
        isinstance(scene, dict) and "keyframes" in scene for scene in scenes
    )


def read_storyboard(path: Path) -> dict[str, Any]:
    """Return what a storyboard's file says, unchecked but for its number of scenes; InputError where it says nothing.

    A list is a list of scenes.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError("storyboard", str(path), f"is no storyboard: use one of {', '.join(SUFFIXES)}.")
    said = _json(_text(path), path) if suffix == ".json" else _yaml(_text(path), path)
    if isinstance(said, list):
        said = {"scenes": said}
    if not isinstance(said, dict) or not all(isinstance(key, str) for key in said):
        raise InputError("storyboard", str(path), "says nothing of a film: begin it with a list of scenes.")
    scenes = said.get("scenes")
    if isinstance(scenes, list) and len(scenes) > MOST_SCENES:
        raise InputError("scenes", len(scenes), f"are too many for one film: use {MOST_SCENES} or fewer.")
    return said


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise InputError("storyboard", str(path), "is not there: give a YAML or JSON file, or prompts in quotes.")
        if path.stat().st_size > LARGEST[path.suffix.lower()]:
            raise InputError("storyboard", str(path), "is too large for a storyboard: give a shorter one.")
        return path.read_text("utf-8-sig")
    except (OSError, ValueError):
        raise InputError("storyboard", str(path), "cannot be read as text: give a YAML or JSON file.") from None


def _json(text: str, path: Path) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, "JSON", str(error)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError("a key is there twice")
    return said


def _yaml(text: str, path: Path) -> Any:
    import yaml

    try:
        # Aliases could make a short text enormous, and no storyboard needs them.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise _unreadable(path, "YAML", "it refers to itself by an alias")
        if _twice(yaml.compose(text, Loader=yaml.SafeLoader)):
            raise _unreadable(path, "YAML", "a key is there twice")
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _unreadable(path, "YAML", str(error)) from None


def _twice(node: Any) -> bool:
    """True where a mapping of a YAML text, or one inside it, has a key twice."""
    if node is None or isinstance(node.value, str):
        return False
    pairs = [pair for pair in node.value if isinstance(pair, tuple)]
    keys = [str(key.value) for key, _ in pairs]
    inner = [value for _, value in pairs] if pairs else node.value
    return len(set(keys)) < len(keys) or any(_twice(value) for value in inner)


def _unreadable(path: Path, kind: str, why: str) -> InputError:
    return InputError("storyboard", str(path), f"is no valid {kind} ({' '.join(why.split())[:100]}): mend it.")


def _placed(said: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the same with the names of files that lie beside the storyboard made into paths."""
    scenes = said.get("scenes")
    placed = dict(said)
    if isinstance(scenes, list | tuple):
        placed["scenes"] = [_beside(scene, FILES, folder) for scene in scenes]
    return dict(_beside(placed, ("extend", "sound", "upscale"), folder))


def _beside(said: Any, names: tuple[str, ...], folder: Path) -> Any:
    if not isinstance(said, dict):
        return said
    found = {}
    for name in names:
        value = said.get(name)
        if isinstance(value, str) and "\0" not in value and (folder / value).is_file():
            found[name] = str(folder / value)
        elif name == "sound" and isinstance(value, dict):
            found[name] = _beside(value, ("input",), folder)
    return {**said, **found}
