"""The memory's network as OpenVINO graphs, built from its weights by hand: neither torch nor its tracer is needed.

What it computes is `reverie.models.memory.Memory`, to the last bits that precision leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import openvino
from openvino import opset13 as ops

Weights = Mapping[str, npt.NDArray[np.float32]]
Shape = tuple[int, ...]

_EACH = (1, 3, 3, 3, 3, 1)
"""Channels of what the last layer says: trust, gain and shift of the new picture and of the old one, crispness."""


def keys_graph(weights: Weights, picture: Shape) -> Any:
    """Return the graph from a picture `(1, 3, H, W)` in 0..1 to its places' keys, `(1, places, width)` of length 1."""
    given = ops.parameter(picture, np.float32, name="picture")
    features = ops.subtract(given, _number(0.5))
    number = 0
    while f"keys.layers.{number}.weight" in weights:
        features = ops.swish(features) if number else features
        features = _convolved(weights, f"keys.layers.{number}", features, stride=2, padding=1)
        number += 1
    length = ops.sqrt(ops.reduce_sum(ops.multiply(features, features), _indices(1), keep_dims=True))
    keys = ops.divide(features, ops.maximum(length, _number(1e-12)))
    width = weights[f"keys.layers.{number - 1}.bias"].shape[0]
    laid = ops.transpose(ops.reshape(keys, _indices(1, width, -1), special_zero=False), _indices(0, 2, 1))
    return openvino.Model([laid], [given], "memory_keys")


def blend_graph(weights: Weights, told: Shape, remembered: Shape) -> Any:
    """Return the graph of `Memory.blend`; it gives its four answers as `(1, H, W, C)`."""
    given = ops.parameter(told, np.float32, name="told")
    known = ops.parameter(remembered, np.float32, name="remembered")
    trust, gain, shift, old_gain, old_shift, crispness = _split(_maps(weights, given, known, told[2:]), _EACH)
    seen = _split(given, (told[1] - 1, 1))[1]
    kept = ops.multiply(ops.sigmoid(trust), seen)
    left = ops.subtract(_number(1.0), kept)
    added = ops.add(ops.multiply(left, ops.tanh(shift)), ops.multiply(kept, ops.tanh(old_shift)))
    answers = (
        ops.multiply(left, _around_one(gain, 0.5)),
        ops.multiply(kept, _around_one(old_gain, 0.5)),
        ops.multiply(_number(0.25), added),
        _around_one(crispness, 1.0),
    )
    return openvino.Model([ops.transpose(one, _indices(0, 2, 3, 1)) for one in answers], [given, known], "memory_blend")


def _maps(weights: Weights, given: Any, known: Any, size: Shape) -> Any:
    fine = _convolved(weights, "enter", ops.concat([given, _wide(known, size)], 1))
    fine = _block(weights, "fine_in", fine)
    middle = _block(weights, "middle_in", _convolved(weights, "down", fine, stride=2))
    coarse = _convolved(weights, "lower", middle, stride=2)
    for number in range(2):
        coarse = _block(weights, f"coarse.{number}", coarse)
    middle = ops.add(middle, _twice(_convolved(weights, "rise", coarse, padding=0)))
    middle = _block(weights, "middle_out", middle)
    fine = ops.add(fine, _twice(_convolved(weights, "up", middle, padding=0)))
    return _convolved(weights, "leave", ops.swish(_block(weights, "fine_out", fine)))


def _block(weights: Weights, name: str, features: Any) -> Any:
    first = _convolved(weights, f"{name}.first", ops.swish(features))
    return ops.add(features, _convolved(weights, f"{name}.second", ops.swish(first)))


def _convolved(weights: Weights, name: str, features: Any, *, stride: int = 1, padding: int = 1) -> Any:
    kernel = ops.constant(weights[f"{name}.weight"])
    made = ops.convolution(features, kernel, [stride] * 2, [padding] * 2, [padding] * 2, [1, 1])
    return ops.add(made, ops.constant(weights[f"{name}.bias"].reshape(1, -1, 1, 1)))


def _wide(features: Any, size: Shape) -> Any:
    return _resized(features, size, "linear_onnx", "half_pixel")


def _twice(features: Any) -> Any:
    rows, columns = features.get_output_shape(0)[2:] if hasattr(features, "get_output_shape") else features.shape[2:]
    return _resized(features, (2 * rows, 2 * columns), "nearest", "asymmetric")


def _resized(features: Any, size: Shape, mode: str, places: str) -> Any:
    return ops.interpolate(
        features,
        _indices(*size),
        mode,
        "sizes",
        coordinate_transformation_mode=places,
        nearest_mode="floor",
        axes=_indices(2, 3),
    )


def _split(features: Any, channels: Shape) -> list[Any]:
    return list(ops.variadic_split(features, 1, np.array(channels, np.int64)).outputs())


def _around_one(features: Any, reach: float) -> Any:
    return ops.add(_number(1.0), ops.multiply(_number(reach), ops.tanh(features)))


def _number(value: float) -> Any:
    return ops.constant(np.float32(value))


def _indices(*values: int) -> Any:
    return ops.constant(np.array(values, np.int64))
