"""What is known of a model before its weights are loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reverie.core.errors import InputError

Input = Literal["text", "image", "video"]


@dataclass(frozen=True, slots=True)
class Range:
    """A setting's default and the limits outside of which it is refused; both ends belong to it."""

    default: float
    minimum: float
    maximum: float

    def check(self, name: str, value: float) -> None:
        """Raise InputError where `value` lies outside."""
        if not self.minimum <= value <= self.maximum:
            raise InputError(name, value, f"is outside this model's range: use {self.minimum:g} to {self.maximum:g}.")


@dataclass(frozen=True, slots=True)
class BackendCard:
    """Facts about a model: what goes in, what sizes it paints, what it needs, and its ranges.

    `size_multiple` is in pixels, `vram_gib` in GiB (0 = none), `network` is True where it needs one, `license` is an
    SPDX id, `ranges` has the default and the limits of `width`, `height`, `num_inference_steps`, `guidance_scale`
    and `strength` as far as the model has such a setting; `at_once` is how many pictures that do not depend on one
    another it paints at the same time (`core.protocols.Together`), and `num_frames` how many frames one step of it
    makes at most: more than one for video models, which remember by themselves.
    """

    id: str
    title: str
    inputs: frozenset[Input]
    size_multiple: int = 8
    vram_gib: float = 0.0
    network: bool = False
    license: str = "Apache-2.0"
    at_once: int = 1
    num_frames: int = 1
    ranges: Mapping[str, Range] = field(default_factory=dict)

    def default(self, name: str, otherwise: float) -> float:
        """Return the default of a setting, or `otherwise` where the model has no such setting."""
        return self.ranges[name].default if name in self.ranges else otherwise

    def check(self, settings: Mapping[str, float]) -> None:
        """Raise InputError for the first setting outside its range, or a size that is no multiple."""
        for name, value in settings.items():
            if name in self.ranges:
                self.ranges[name].check(name, value)
        for name in ("width", "height"):
            if name in settings and settings[name] % self.size_multiple:
                low = int(settings[name]) // self.size_multiple * self.size_multiple
                near = f"{low} or {low + self.size_multiple}" if low > 0 else f"{self.size_multiple}"
                raise InputError(name, settings[name], f"is not a multiple of {self.size_multiple}: use {near}.")
