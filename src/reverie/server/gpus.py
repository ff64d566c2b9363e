"""Graphics cards as NVIDIA's own library tells of them, where there is one; nothing is loaded but that library."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pydantic import BaseModel

_LIBRARIES = {"win32": ("nvml.dll",), "linux": ("libnvidia-ml.so.1", "libnvidia-ml.so")}
_CELSIUS = 0
_NAME_BYTES = 96


class Gpu(BaseModel):
    """A card: memory in bytes, `percent` of its time that it computes, `temperature` in degrees Celsius."""

    name: str
    memory_total: int
    memory_used: int
    percent: float | None
    temperature: float | None


class _Memory(ctypes.Structure):
    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


class _Use(ctypes.Structure):
    _fields_ = (("gpu", ctypes.c_uint), ("memory", ctypes.c_uint))


def opened_library() -> Any:
    """Return NVIDIA's library, ready to be asked; None where there is none, or it finds no driver."""
    for name in _LIBRARIES.get(sys.platform, ()):
        with suppress(OSError, AttributeError):
            library = ctypes.CDLL(name)
            if library.nvmlInit_v2() == 0:
                return library
    return None


class Nvml:
    """NVIDIA's management library; `gpus` is empty where there is none."""

    def __init__(self, library: Any = None) -> None:
        self._library = opened_library() if library is None else library

    def gpus(self) -> list[Gpu]:
        """Measure every card."""
        library = self._library
        if library is None:
            return []
        count = ctypes.c_uint()
        if library.nvmlDeviceGetCount_v2(ctypes.byref(count)):
            return []
        return [gpu for index in range(count.value) for gpu in self._measured(library, index)]

    def _measured(self, library: Any, index: int) -> Iterator[Gpu]:
        card, memory, use, heat = ctypes.c_void_p(), _Memory(), _Use(), ctypes.c_uint()
        name = ctypes.create_string_buffer(_NAME_BYTES)
        if library.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(card)):
            return
        library.nvmlDeviceGetName(card, name, _NAME_BYTES)
        if library.nvmlDeviceGetMemoryInfo(card, ctypes.byref(memory)):
            return
        busy = None if library.nvmlDeviceGetUtilizationRates(card, ctypes.byref(use)) else float(use.gpu)
        warm = None if library.nvmlDeviceGetTemperature(card, _CELSIUS, ctypes.byref(heat)) else float(heat.value)
        yield Gpu(
            name=name.value.decode("utf-8", "replace"),
            memory_total=memory.total,
            memory_used=memory.used,
            percent=busy,
            temperature=warm,
        )
