from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import get_native_id
from typing import TypeVar

import pytest

from reverie.engine.background import GIVEN_UP, on_one_thread, step_back

T = TypeVar("T")


def elsewhere(work: Callable[[], T]) -> T:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def nice() -> int:
    return os.getpriority(os.PRIO_PROCESS, get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux")
def test_a_thread_that_steps_back_steps_back_alone() -> None:
    before = nice()

    def work() -> int:
        step_back()
        return nice()

    assert elsewhere(work) == min(19, before + GIVEN_UP)
    assert nice() == before == elsewhere(nice)


def test_torch_stays_in_one_thread_there_and_nowhere_else() -> None:
    torch = pytest.importorskip("torch")
    usual = torch.get_num_threads()
    torch.set_num_threads(3)

    def work() -> int:
        on_one_thread()
        return int(torch.get_num_threads())

    try:
        assert elsewhere(work) == 1
        assert torch.get_num_threads() == 3
        assert elsewhere(torch.get_num_threads) == 3
    finally:
        torch.set_num_threads(usual)
