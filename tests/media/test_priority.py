"""An encoder makes itself real-time where it may, as root may: it is given back what it had, so that others run too."""

from __future__ import annotations

import os
import sys
from fractions import Fraction
from pathlib import Path
from threading import Event, Thread

import av
import pytest

from reverie.core.frame import Image
from reverie.media.encoding import CODECS, Encoding
from reverie.media.priority import as_before
from reverie.media.video import VideoWriter
from tests.media.films import film

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="this is how Linux schedules")


def ways() -> set[int]:
    return {os.sched_getscheduler(int(thread)) for thread in os.listdir("/proc/self/task")}


def test_a_film_in_av1_leaves_the_machine_to_others(tmp_path: Path) -> None:
    if CODECS["av1"].encoder not in av.codecs_available:
        pytest.skip("this build of FFmpeg has no encoder of AV1")
    before, pictures = ways(), list[Image](film(6))
    writer = VideoWriter(tmp_path / "a.mp4", 96, 64, Fraction(12), encoding=Encoding(codec="av1"))
    for picture in pictures:
        writer.write(picture)
        assert ways() == before
    writer.close()
    assert ways() == before


def test_threads_that_became_real_time_go_back_and_others_are_left_alone() -> None:
    mine, going, stopped = os.sched_getscheduler(0), Event(), Event()

    def work() -> None:
        going.set()
        stopped.wait()

    thread = Thread(target=work)
    with as_before():
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        except PermissionError:
            pytest.skip("only root may be real-time")
        thread.start()
        going.wait()
        assert ways() != {mine}
    assert ways() == {mine}
    stopped.set()
    thread.join()
