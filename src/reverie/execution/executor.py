"""Where sessions run: this machine, one copy of the weights, live sessions as many as it can show."""

from __future__ import annotations

from functools import cache

from reverie.core.errors import Busy
from reverie.core.protocols import Handle, Tick
from reverie.core.spec import RenderSpec
from reverie.execution.capacity import Capacity
from reverie.execution.film import Film
from reverie.execution.live import Device, OnEvent, Performance
from reverie.execution.residency import Residency


class Executor:
    """Starts sessions on one device."""

    def __init__(self) -> None:
        self.device = Device(Residency(), Capacity())

    def submit(self, spec: RenderSpec, tick: Tick, on_event: OnEvent) -> Handle:
        """Begin a session and return its handle at once; beside a live one, as soon as it is known that there is room.

        Raises Busy where a live session could not be shown in real time.
        """
        if not spec.live:
            return Film(spec, tick, on_event, self.device.residency)
        alone = self.device.capacity.empty
        self.device.capacity.refuse(spec)
        performance = Performance(spec, tick, on_event, self.device)
        if not alone:
            performance.admitted.wait()
            if isinstance(performance.error, Busy):
                raise performance.error
        return performance


@cache
def this_machine() -> Executor:
    """Return the executor of this process, which has the machine: there is one, made when it is first needed."""
    return Executor()
