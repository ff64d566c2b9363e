from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors.numpy import save, save_file

from reverie.core.errors import InputError
from reverie.models.tensors import check_finite, read_header


def written(folder: Path, header: dict[str, Any] | bytes, body: bytes = b"", length: int | None = None) -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    file = folder / "weights.safetensors"
    file.write_bytes((len(text) if length is None else length).to_bytes(8, "little") + text + body)
    return file


def entry(shape: list[Any], begin: int, end: int, kind: str = "F32") -> dict[str, Any]:
    return {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}


def test_a_sound_file_tells_its_tensors(tmp_path: Path) -> None:
    file = tmp_path / "weights.safetensors"
    save_file({"a": np.zeros((2, 3), np.float32), "b": np.ones(4, np.float16)}, file, {"format": "pt"})
    found = read_header(file)
    assert {name: (tensor.shape, tensor.kind) for name, tensor in found.items()} == {
        "a": ((2, 3), "F32"),
        "b": ((4,), "F16"),
    }
    for tensor in found.values():
        check_finite(tensor)


BROKEN: dict[str, tuple[Any, bytes, int | None, str]] = {
    "length beyond the file": ({"a": entry([2], 0, 8)}, bytes(8), 2**63, "claims 9223372036854775808 bytes"),
    "not JSON": (b"{]", b"", None, "not JSON"),
    "deeply nested": (b"[" * 100_000, b"", None, "not JSON"),
    "not UTF-8": (b'{"\xff": 1}', b"", None, "not JSON"),
    "a list": (b"[]", b"", None, "not a table"),
    "no facts": ({"a": 3}, b"", None, "tensor a is of kind None"),
    "unknown kind": ({"a": entry([2], 0, 8, "F33")}, bytes(8), None, "tensor a is of kind 'F33'"),
    "kind that is no text": ({"a": {**entry([2], 0, 8), "dtype": ["F32"]}}, bytes(8), None, "tensor a is of kind"),
    "negative shape": ({"a": entry([-2], 0, 8)}, bytes(8), None, "tensor a has no shape"),
    "shape of bools": ({"a": entry([True, 2], 0, 8)}, bytes(8), None, "tensor a has no shape"),
    "overflowing shape": ({"a": entry([2**40, 2**40], 0, 8)}, bytes(8), None, "tensor a of shape"),
    "backwards": ({"a": entry([2], 8, 0)}, bytes(8), None, "tensor a has no shape or place"),
    "overlap": ({"a": entry([2], 0, 8), "b": entry([2], 0, 8)}, bytes(8), None, "tensor b overlaps"),
    "gap": ({"a": entry([1], 0, 4), "b": entry([1], 8, 12)}, bytes(12), None, "before tensor b"),
    "gap at the front": ({"a": entry([1], 4, 8)}, bytes(8), None, "before tensor a"),
    "cut short": ({"a": entry([4], 0, 16)}, bytes(8), None, "cut short"),
    "trailing bytes": ({"a": entry([2], 0, 8)}, bytes(16), None, "before the file's end"),
    "no tensors, but bytes": ({}, bytes(3), None, "before the file's end"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(case: str, tmp_path: Path) -> None:
    header, body, length, said = BROKEN[case]
    with pytest.raises(InputError, match=r"weights\.safetensors") as caught:
        read_header(written(tmp_path, header, body, length))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.safetensors").write_bytes(b"")
    with pytest.raises(InputError, match="header claims 0 bytes of 0"):
        read_header(tmp_path / "weights.safetensors")


def test_a_name_with_underscores_is_only_a_name(tmp_path: Path) -> None:
    header = {"x.__class__.__base__": entry([2], 0, 8), "__metadata__": {"a": "b"}}
    assert list(read_header(written(tmp_path, header, bytes(8)))) == ["x.__class__.__base__"]


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_refused_by_name(
    kind: type[np.floating[Any]], value: float, tmp_path: Path
) -> None:
    weights = np.ones(1000, kind)
    weights[-1] = value
    save_file({"fine": np.ones(3, kind), "middle.weight": weights}, tmp_path / "w.safetensors")
    tensors = read_header(tmp_path / "w.safetensors")
    check_finite(tensors["fine"])
    with pytest.raises(InputError, match=r"w\.safetensors.*tensor middle\.weight holds NaN or infinity"):
        check_finite(tensors["middle.weight"])


def test_bfloat16_is_looked_at_too(tmp_path: Path) -> None:
    for bits, sound in ((0x3F80, True), (0x7F80, False), (0xFFC0, False), (0x7F7F, True)):
        body = np.array([0x3F80, bits], "<u2").tobytes()
        tensor = read_header(written(tmp_path, {"a": entry([2], 0, 4, "BF16")}, body))["a"]
        if sound:
            check_finite(tensor)
        else:
            with pytest.raises(InputError, match="NaN or infinity"):
                check_finite(tensor)


@given(
    st.dictionaries(st.text("abc.", min_size=1), arrays.arrays(np.float32, arrays.array_shapes(max_side=5)), max_size=5)
)
def test_whatever_the_library_writes_is_read(tmp_path_factory: pytest.TempPathFactory, weights: dict[str, Any]) -> None:
    file = tmp_path_factory.mktemp("any") / "w.safetensors"
    file.write_bytes(save(weights))
    assert {name: tensor.shape for name, tensor in read_header(file).items()} == {
        name: value.shape for name, value in weights.items()
    }


@given(st.binary(max_size=200))
def test_noise_is_refused_or_empty_but_never_anything_else(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "w.safetensors"
    file.write_bytes(noise)
    try:
        read_header(file)
    except InputError as error:
        said = str(error)
    else:
        said = "get the model again."
    assert said.endswith("get the model again.")
