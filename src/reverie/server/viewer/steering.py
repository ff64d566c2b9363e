"""Somebody at the prompt: a wish now and then, and the time from sending it to holding the frame it is in."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reverie.core.errors import MachineError
from reverie.server.viewer.watch import Watch

EVERY = (0.7, 1.3)
"""Seconds between two wishes, at random, so that none falls in step with the frames."""

SECONDS = 5.0
"""After so long a wish counts as unanswered."""

Wish = Callable[[Mapping[str, Any], float], int]
"""Sends a keyframe and returns the frame that its receipt names."""


@dataclass
class Steering:
    """What became of the wishes: seconds from sending to holding, and how many were never seen."""

    granted: list[float] = field(default_factory=list)
    unanswered: int = 0


def steered(watch: Watch, wish: Wish, seconds: float, seed: int = 0) -> Steering:
    """Wish for one strength after another for some seconds; MachineError where the stream ends before."""
    dice, found, end = random.Random(seed), Steering(), time.monotonic() + seconds
    while time.monotonic() < end and not watch.over:
        time.sleep(min(dice.uniform(*EVERY), max(0.0, end - time.monotonic())))
        sent = time.time()
        try:
            frame = wish({"strength": round(dice.uniform(0.45, 0.55), 3)}, SECONDS)
        except MachineError:
            found.unanswered += 1
            continue
        held = watch.held(frame, SECONDS)
        if held is None:
            found.unanswered += 1
        else:
            found.granted.append(held - sent)
    if watch.over:
        raise MachineError("The stream ended while it was measured.")
    return found
