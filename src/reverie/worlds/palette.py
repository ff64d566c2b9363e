"""Eight colour moods, and the ramps every family paints with."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from reverie.worlds.world import Hue

Colour = tuple[float, float, float]


def colour(hexadecimal: str) -> Colour:
    """Turn "#rrggbb" into three numbers in 0..1."""
    digits = hexadecimal.lstrip("#")
    return tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))  # type: ignore[return-value]


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """`a` at share 0, `b` at share 1."""
    return tuple(p + (q - p) * share for p, q in zip(a, b, strict=True))  # type: ignore[return-value]


def scale(a: Colour, factor: float) -> Colour:
    """Brighter or darker."""
    return tuple(p * factor for p in a)  # type: ignore[return-value]


def luminance(a: Colour) -> float:
    """Rec. 709 luma of a colour, 0..1."""
    return 0.2126 * a[0] + 0.7152 * a[1] + 0.0722 * a[2]


@dataclass(frozen=True)
class Palette:
    """A mood: five steps from dark to light, and two accents that stand against them.

    shadow, deep, body, bright, glow: the tonal ladder. accent: the warm or strong counter-colour (sun, flowers,
    windows);
    spark: a second counter-colour for small things. zenith: the hue the sky turns to overhead. hold: how strongly the
    final picture is pulled to the ladder, 0..1.
    """

    shadow: Colour
    deep: Colour
    body: Colour
    bright: Colour
    glow: Colour
    accent: Colour
    spark: Colour
    zenith: Colour
    hold: float

    @property
    def ladder(self) -> tuple[Colour, ...]:
        """The tonal ladder, dark to light."""
        return self.shadow, self.deep, self.body, self.bright, self.glow

    def tone(self, level: float) -> Colour:
        """Colour of the ladder at `level`: 0 shadow, 1 glow."""
        place = min(max(level, 0.0), 1.0) * 4
        low = min(int(place), 3)
        return mix(self.ladder[low], self.ladder[low + 1], place - low)

    def overhead(self, level: float) -> Colour:
        """The tone at `level`, turned towards the zenith's hue at equal brightness."""
        tone = self.tone(level)
        factor = luminance(tone) / max(luminance(self.zenith), 1e-3)
        turned = tuple(min(part, 1.0) for part in scale(self.zenith, factor))
        return mix(tone, turned, 0.6)  # type: ignore[arg-type]

    def local(self, hexadecimal: str, keep: float = 0.4) -> Colour:
        """A thing's own colour (grass, bark, sand) as this mood shows it: `keep` of it, the rest the ladder's tone."""
        own = colour(hexadecimal)
        return mix(self.tone(luminance(own) * 0.9 + 0.08), own, keep * (1 - 0.6 * self.hold))


def _palette(ladder: str, others: str, hold: float) -> Palette:
    """Five steps of the ladder; accent, spark and zenith; hold."""
    shadow, deep, body, bright, glow = map(colour, ladder.split())
    accent, spark, zenith = map(colour, others.split())
    return Palette(shadow, deep, body, bright, glow, accent, spark, zenith, hold)


PALETTES: dict[Hue, Palette] = {
    Hue.EMBER: _palette("14060f 611022 d33a17 ff9038 ffeab8", "ffd23c ff4f7b 5a1668", 0.15),
    Hue.GOLD: _palette("17100a 5e3a10 bf8420 f7ca58 fff6d6", "ff8a26 5fb5ac 3c6f7a", 0.18),
    Hue.EMERALD: _palette("031220 07443f 14915a 86db86 f1ffd6", "ffdb57 35e3d0 0d5a86", 0.17),
    Hue.AZURE: _palette("070f30 12397f 2585da 8fd6f7 fff8ec", "ffb04a ff6f86 1b3fb0", 0.12),
    Hue.VIOLET: _palette("0b0830 321676 8440d4 d29af4 ffe9f4", "ffbe5c 4fd4ff 2036a8", 0.17),
    Hue.ROSE: _palette("220a24 7d1c55 f0598a ffb3b0 fff2e2", "ffdc8f 8ee4e6 8a4fb8", 0.17),
    Hue.ELECTRIC: _palette("06031b 2e0a72 e01ea6 2fd8f4 e9fcff", "f7ff5e ff46c0 2a10b0", 0.2),
    Hue.SILVER: _palette("080a0f 2a313b 78828f c6ced6 fbfcfd", "f3ead6 b9cbe0 55606e", 0.85),
}


def ramp(level: Tensor, steps: tuple[Colour, ...]) -> Tensor:
    """Colour of each level in 0..1 along evenly spaced steps: (H, W) to (3, H, W)."""
    table = torch.tensor(steps, dtype=torch.float32, device=level.device)
    place = level.clamp(0, 1) * (len(steps) - 1)
    # How far each step has been climbed, 0..1; one product with the steps' differences then gives the colour.
    climbed = torch.stack([(place - k).clamp(0, 1) for k in range(len(steps) - 1)])
    painted = (table[1:] - table[:-1]).T @ climbed.reshape(len(steps) - 1, -1)
    return (painted + table[0][:, None]).reshape(3, *level.shape)
