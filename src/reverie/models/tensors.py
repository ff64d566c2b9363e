"""What a safetensors file says it holds, believed only where the file bears it out; no weight is loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from reverie.core.errors import InputError

MAX_HEADER = 64 * 2**20
"""Bytes a header may have; the largest models stay under one hundredth of it."""

BYTES = {
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2,
    "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
}  # fmt: skip
"""Bytes an element takes, by the format's names."""

EXPONENTS: Mapping[str, tuple[npt.DTypeLike, int]] = {
    "F64": (np.uint64, 0x7FF0_0000_0000_0000),
    "F32": (np.uint32, 0x7F80_0000),
    "F16": (np.uint16, 0x7C00),
    "BF16": (np.uint16, 0x7F80),
}
"""The bits that are all set in NaN and infinity, by IEEE 754."""

_CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor's place: `begin` and `end` are bytes from the start of `file`."""

    name: str
    file: Path
    kind: str
    shape: tuple[int, ...]
    begin: int
    end: int


def read_header(file: Path) -> dict[str, Tensor]:
    """Return the tensors of a file by name.

    Raises InputError, naming the file and where possible the tensor, for a header that is not JSON, a kind or shape
    that can't be, and tensors that overlap, leave gaps or end anywhere but at the end of the file.
    """
    size = file.stat().st_size
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if size < 8 or length > min(size - 8, MAX_HEADER):
            raise broken(file, f"is broken: its header claims {length} bytes of {size}")
        header = _parsed(file, stream.read(length))
    tensors = {name: _tensor(file, name, facts, 8 + length) for name, facts in header.items() if name != "__metadata__"}
    _check_places(file, list(tensors.values()), 8 + length, size)
    return tensors


def check_finite(tensor: Tensor) -> None:
    """Raise InputError where a tensor holds NaN or infinity; tensors of whole numbers always pass."""
    if tensor.kind not in EXPONENTS or tensor.begin == tensor.end:
        return
    kind, exponent = EXPONENTS[tensor.kind]
    bits = np.memmap(tensor.file, np.uint8, "r", tensor.begin, (tensor.end - tensor.begin,))
    for start in range(0, bits.size, _CHUNK):
        words = np.frombuffer(bits[start : start + _CHUNK].tobytes(), kind)
        if ((words & words.dtype.type(exponent)) == exponent).any():
            raise broken(tensor.file, f"is broken: tensor {tensor.name} holds NaN or infinity")


def broken(file: Path, fault: str) -> InputError:
    """Return the error for a file of a model that can't be used; it is named with its folder."""
    return InputError("model", f"{file.parent.name}/{file.name}", f"{fault}; get the model again.")


def _parsed(file: Path, text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise broken(file, "is broken: its header is not JSON") from None
    if not isinstance(header, dict):
        raise broken(file, "is broken: its header is not a table of tensors")
    return header


def _tensor(file: Path, name: str, facts: Any, start: int) -> Tensor:
    facts = facts if isinstance(facts, dict) else {}
    kind, shape, offsets = facts.get("dtype"), facts.get("shape"), facts.get("data_offsets")
    if not isinstance(kind, str) or kind not in BYTES:
        raise broken(file, f"is broken: tensor {name} is of kind {kind!r}")
    if not _counts(shape) or not _counts(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise broken(file, f"is broken: tensor {name} has no shape or place")
    if prod(shape) * BYTES[kind] != offsets[1] - offsets[0]:
        raise broken(file, f"is broken: tensor {name} of shape {shape} does not fill its place")
    return Tensor(name, file, kind, tuple(shape), start + offsets[0], start + offsets[1])


def _counts(value: Any) -> bool:
    return isinstance(value, list) and all(type(item) is int and item >= 0 for item in value)


def _check_places(file: Path, tensors: list[Tensor], start: int, size: int) -> None:
    ordered = sorted(tensors, key=lambda tensor: (tensor.begin, tensor.end))
    for name, before, after in _seams(ordered, start, size):
        if after < before:
            raise broken(file, f"is broken: {name} overlaps what comes before, or the file is cut short")
        if after > before:
            raise broken(file, f"is broken: bytes that belong to no tensor lie before {name}")


def _seams(ordered: list[Tensor], start: int, size: int) -> Iterator[tuple[str, int, int]]:
    if not ordered:
        yield "the file's end", start, size
        return
    yield f"tensor {ordered[0].name}", start, ordered[0].begin
    for before, after in pairwise(ordered):
        yield f"tensor {after.name}", before.end, after.begin
    yield "the file's end", ordered[-1].end, size
