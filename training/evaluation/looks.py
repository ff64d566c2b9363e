"""How pictures look beside renders: sharpness, colour, depth of tone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from reverie.core.frame import Image


def laplacian_variance(image: Image) -> float:
    """Return the variance of the 4-neighbour Laplacian of luma, in squared 8-bit levels."""
    luma = image @ np.array([0.299, 0.587, 0.114])
    inner = luma[1:-1, 1:-1]
    return float((luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * inner).var())


def colourfulness(image: Image) -> float:
    """Return Hasler & Suesstrunk's (2003) measure of colourfulness."""
    red, green, blue = (image[..., channel].astype(float) for channel in range(3))
    first, second = red - green, 0.5 * (red + green) - blue
    return float(np.hypot(first.std(), second.std()) + 0.3 * np.hypot(first.mean(), second.mean()))


def look(made: Sequence[Image], real: Sequence[Image]) -> dict[str, float]:
    """Return means over pictures, each as a ratio to the renders'."""
    measures: dict[str, Callable[[Image], float]] = {
        "laplacian_variance": laplacian_variance,
        "colourfulness": colourfulness,
        "deviation": lambda image: float(image.std()),
    }
    ratios = {
        name: float(np.mean([f(a) for a in made]) / np.mean([f(b) for b in real])) for name, f in measures.items()
    }
    lowest = min(float(a.std()) / max(float(b.std()), 1e-6) for a, b in zip(made, real, strict=True))
    return {**ratios, "lowest_deviation": lowest}
