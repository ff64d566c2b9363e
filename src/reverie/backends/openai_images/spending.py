"""What pictures cost, and the limit that is not crossed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from reverie.core.errors import MachineError
from reverie.core.protocols import State

MILLION = 1_000_000
PATCH = 16
"""Pixels a side of what is counted as one token of a picture before its price is known."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars a million tokens, as published for gpt-image-2.5 and 2.6: words in, pictures in, pictures out."""

    text: float = 5.0
    image: float = 8.0
    out: float = 30.0

    def of(self, usage: Mapping[str, Any]) -> float | None:
        """Return what an answer cost in dollars, None where it does not say what it used."""
        out = usage.get("output_tokens")
        if not isinstance(out, int):
            return None
        details = usage.get("input_tokens_details")
        told = details if isinstance(details, Mapping) else {"text_tokens": usage.get("input_tokens")}
        words, pictures = (told.get(name) for name in ("text_tokens", "image_tokens"))
        read = self.text * (words if isinstance(words, int) else 0)
        seen = self.image * (pictures if isinstance(pictures, int) else 0)
        return (read + seen + self.out * out) / MILLION

    def guess(self, prompt: str, width: int, height: int) -> float:
        """Return about what a picture will cost: rather too much than too little."""
        return (self.text * len(prompt) + self.out * width * height / PATCH**2) / MILLION


class Purse:
    """What has been spent, and the most that may be; shared by all that paint with one backend."""

    def __init__(self, most: float) -> None:
        self._most, self._lock = most, Lock()
        self.spent, self.pictures = 0.0, 0
        self._last = 0.0

    @property
    def priced(self) -> bool:
        """True when it is known what a picture costs."""
        return self._last > 0

    def reserve(self, guess: float) -> float:
        """Put aside what the next picture will cost; MachineError where that is more than is left."""
        with self._lock:
            wanted = max(guess, self._last) if self._last == 0 else self._last
            if self.spent + wanted > self._most:
                raise MachineError(
                    f"openai-images: ${self.spent:.2f} of ${self._most:.2f} are spent, and the next picture costs "
                    f"about ${wanted:.2f}: raise most_dollars, or paint fewer pictures a second."
                )
            self.spent += wanted
            return wanted

    def settle(self, reserved: float, cost: float | None) -> None:
        """Take what a picture really cost for what was put aside; None where nobody said."""
        with self._lock:
            real = reserved if cost is None else cost
            self.spent += real - reserved
            self.pictures += 1
            self._last = real

    def state(self) -> State:
        """Return what was spent so far."""
        with self._lock:
            return {"spent": self.spent, "pictures": self.pictures, "last": self._last}

    def recall(self, state: State) -> None:
        """Count what was spent before as spent, unless more is known here already."""
        with self._lock:
            if state["spent"] > self.spent:
                self.spent, self.pictures, self._last = state["spent"], state["pictures"], state["last"]

    def give_back(self, reserved: float) -> None:
        """Put back what was not spent: nothing was painted."""
        with self._lock:
            self.spent -= reserved
