"""Graphics cards, told of by a library that stands in for NVIDIA's."""

from __future__ import annotations

from typing import Any

from reverie.server.gpus import Gpu, Nvml

BROKEN, BLIND = 1, 2
"""Cards that can't be asked for their memory, or for their use and temperature."""


class Library:
    """Writes through pointers as the real one does; 0 is success."""

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        count._obj.value = 3
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index: int, card: Any) -> int:
        card._obj.value = index + 1
        return 0

    def nvmlDeviceGetName(self, card: Any, name: Any, size: int) -> int:
        name.value = f"Card {card.value - 1}".encode()
        return 0

    def nvmlDeviceGetMemoryInfo(self, card: Any, memory: Any) -> int:
        memory._obj.total, memory._obj.used = 80 * 2**30, 5 * 2**30
        return int(card.value - 1 == BROKEN)

    def nvmlDeviceGetUtilizationRates(self, card: Any, use: Any) -> int:
        use._obj.gpu = 40
        return int(card.value - 1 == BLIND)

    def nvmlDeviceGetTemperature(self, card: Any, sensor: int, heat: Any) -> int:
        heat._obj.value = 61
        return int(card.value - 1 == BLIND)


class Driverless(Library):
    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        return 9


def test_cards_are_measured_as_far_as_they_can_be() -> None:
    size = {"memory_total": 80 * 2**30, "memory_used": 5 * 2**30}
    assert Nvml(Library()).gpus() == [
        Gpu(name="Card 0", percent=40, temperature=61, **size),
        Gpu(name="Card 2", percent=None, temperature=None, **size),
    ]


def test_without_a_driver_there_are_none() -> None:
    assert Nvml(Driverless()).gpus() == []
