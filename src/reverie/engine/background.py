"""Work beside the show: a thread that leaves the processor to whoever paints frames."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from threading import Thread, get_native_id

GIVEN_UP = 5
"""Steps by which the thread is nicer than the show: beside a busy thread of it, it gets a quarter of a core.

Not the last of all: on a machine that is full of other programs the show would wait for a seed for seconds.
"""


def step_back() -> None:
    """Lower the calling thread's priority where the system has one for threads (Linux); elsewhere nothing is done."""
    if sys.platform != "linux":
        return
    with suppress(OSError):
        mine = get_native_id()
        os.setpriority(os.PRIO_PROCESS, mine, os.getpriority(os.PRIO_PROCESS, mine) + GIVEN_UP)


def on_one_thread() -> None:
    """Let torch, where it is here, do the calling thread's work in that thread alone; others keep what they have."""
    torch = sys.modules.get("torch")
    usual = 1 if torch is None else torch.get_num_threads()
    if torch is None or usual == 1:
        return
    torch.set_num_threads(1)
    # Said in one thread it is also what threads to come begin with: those are to begin as before.
    restoring = Thread(target=torch.set_num_threads, args=(usual,))
    restoring.start()
    restoring.join()
