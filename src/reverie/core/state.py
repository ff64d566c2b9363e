"""What a run knows, put down so that it goes on elsewhere as if nothing had been: to the last bit, and without code."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from reverie.core.protocols import Resumable, State

_TREE = "tree.json"
_MARK = "$"


def held(run: Any) -> State:
    """Return what a plugin's run knows; nothing where it has nothing to tell."""
    return run.state() if isinstance(run, Resumable) else {}


def handed(run: Any, state: State) -> None:
    """Give a plugin's run what one before it knew; TypeError where it can't take it."""
    if isinstance(run, Resumable):
        run.restore(state)
    elif state:
        raise TypeError(f"{type(run).__name__} can't go on from a state")


def told(thing: object, names: Iterable[str]) -> dict[str, Any]:
    """Return some attributes of a thing by name; each must be what `save` can write."""
    return {name: getattr(thing, name) for name in names}


def retold(thing: object, names: Iterable[str], state: State) -> None:
    """Set the attributes that `told` was asked for."""
    for name in names:
        setattr(thing, name, state[name])


def save(state: State, path: Path) -> None:
    """Write a state: None, bool, int, float, str, Fraction, tuples, lists, mappings and arrays; TypeError for others.

    An array that is in several places is written once, and is one array again afterwards.
    """
    arrays: dict[int, tuple[str, np.ndarray[Any, Any]]] = {}
    tree = _packed(state, arrays)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr(_TREE, json.dumps(tree))
        for name, array in arrays.values():
            with file.open(name, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array, order="C"), allow_pickle=False)


def load(path: Path) -> dict[str, Any]:
    """Return the state that `save` wrote; its arrays are new ones."""
    with zipfile.ZipFile(path) as file:
        arrays = dict[str, Any]()
        for name in file.namelist():
            if name != _TREE:
                with file.open(name) as member:
                    arrays[name] = np.lib.format.read_array(member, allow_pickle=False)
        tree: dict[str, Any] = _unpacked(json.loads(file.read(_TREE)), arrays)
    return tree


def _packed(value: Any, arrays: dict[int, tuple[str, np.ndarray[Any, Any]]]) -> Any:
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, np.generic)):
        return value
    if isinstance(value, np.ndarray | np.generic):
        kind = "array" if isinstance(value, np.ndarray) else "number"
        name, _ = arrays.setdefault(id(value), (f"{len(arrays)}.npy", np.asarray(value)))
        return {_MARK: kind, "is": name}
    if isinstance(value, Fraction):
        return {_MARK: "fraction", "is": str(value)}
    if isinstance(value, Mapping):
        return {_MARK: "mapping", "is": [[_packed(key, arrays), _packed(each, arrays)] for key, each in value.items()]}
    if isinstance(value, tuple | list):
        return {_MARK: type(value).__name__, "is": [_packed(each, arrays) for each in value]}
    raise TypeError(f"a state can't hold a {type(value).__name__}")


def _unpacked(value: Any, arrays: Mapping[str, Any]) -> Any:
    return _FORMS[value[_MARK]](value["is"], arrays) if isinstance(value, dict) else value


_FORMS: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "array": lambda name, arrays: arrays[name],
    "number": lambda name, arrays: arrays[name][()],
    "fraction": lambda text, _: Fraction(text),
    "mapping": lambda pairs, arrays: {_unpacked(key, arrays): _unpacked(each, arrays) for key, each in pairs},
    "tuple": lambda parts, arrays: tuple(_unpacked(each, arrays) for each in parts),
    "list": lambda parts, arrays: [_unpacked(each, arrays) for each in parts],
}
