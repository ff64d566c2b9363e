"""Which of a repository's files are fetched: settings, words and safetensors of the parts that its index names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from typing import Any

from reverie.core.errors import InputError
from reverie.core.pulled import INDEX
from reverie.hub.wire import Listing, RemoteFile
from reverie.models.checkpoint import PICKLED, STEMS

ALONGSIDE = (INDEX, "LICENSE*", "LICENCE*")
"""Files beside the parts; code, pictures and whole models in one file are left where they are."""

SETTINGS = ("*.json", "*.txt", "*.model")
_SHARD = re.compile(r"-\d{5}-of-\d{5}")
_INDEX = re.compile(r"(?P<stem>[^.]+)\.safetensors\.index(?:\.(?P<variant>[^.]+))?\.json")
UNUSED = frozenset({"safety_checker", "feature_extractor"})
"""Parts that no backend of ours loads."""

_USUAL = ("", "fp16", "bf16")


def named_files(listing: Listing, names: Sequence[str]) -> tuple[RemoteFile, ...]:
    """Return the files of the given names; InputError for one that is not there or not safetensors."""
    found = {file.path: file for file in listing.files}
    for name in names:
        if name not in found:
            raise InputError("model", listing.repository, f"has no {name}: its maker took it away or renamed it.")
        if not name.endswith(".safetensors"):
            raise InputError("model", listing.repository, f"offers {name}, which is no safetensors file.")
    return tuple(found[name] for name in names)


def parts_files(listing: Listing, index: Mapping[str, Any], variant: str) -> tuple[RemoteFile, ...]:
    """Return the files of every part that an index names, weights in one precision: `variant` where there is one.

    InputError for a part that has pickled weights only.
    """
    chosen = [file for file in listing.files if any(fnmatch(file.path, name) for name in ALONGSIDE)]
    for role in sorted(_roles(index)):
        inside = [file for file in listing.files if file.path.rpartition("/")[0] == role]
        chosen += _part(listing.repository, role, inside, variant)
    return tuple(chosen)


def _roles(index: Mapping[str, Any]) -> Iterator[str]:
    for role, kind in index.items():
        pair = isinstance(kind, list) and len(kind) == 2 and all(isinstance(word, str) for word in kind)
        if pair and not role.startswith("_") and role not in UNUSED:
            yield role


def _part(repository: str, role: str, inside: Sequence[RemoteFile], variant: str) -> Iterator[RemoteFile]:
    weights = {file: _precision(_name(file)) for file in inside if file.path.endswith(".safetensors")}
    there = {precision for precision in weights.values() if precision is not None}
    taken = next((one for one in (variant, *_USUAL) if one in there), None)
    pickled = [file for file in inside if any(fnmatch(_name(file), pattern) for pattern in PICKLED)]
    if taken is None and pickled:
        fix = f"has only pickled weights for its {role} ({_name(pickled[0])}), which could run any program: "
        raise InputError("model", repository, fix + "take a repository with safetensors.")
    for file in inside:
        index = _INDEX.fullmatch(_name(file))
        if index is not None:
            wanted = index["stem"] in STEMS and (index["variant"] or "") == taken
        elif file in weights:
            wanted = taken is not None and weights[file] == taken
        else:
            wanted = any(fnmatch(_name(file), pattern) for pattern in SETTINGS)
        if wanted:
            yield file


def _name(file: RemoteFile) -> str:
    return file.path.rpartition("/")[2]


def _precision(name: str) -> str | None:
    """Return the precision that a file of weights says in its name, "" for none, None where it is no part's weights."""
    stem, _, rest = _SHARD.sub("", name.removesuffix(".safetensors")).partition(".")
    return rest if stem in STEMS else None
