"""Films made worse on purpose, each in one way that grows from the first frame to the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import Image

Film = Sequence[Image]
Worse = Callable[[Image, float], npt.NDArray[np.floating]]


def _grown(worse: Worse) -> Callable[[Film], list[Image]]:
    def made(film: Film) -> list[Image]:
        shares = np.linspace(0.0, 1.0, len(film))
        return [
            np.clip(worse(image, float(share)), 0, 255).astype(np.uint8)
            for image, share in zip(film, shares, strict=True)
        ]

    return made


def _gaudy(image: Image, share: float) -> npt.NDArray[np.floating]:
    grey = image.mean(axis=2, keepdims=True)
    return np.asarray(grey + (image - grey) * (1 + 0.6 * share))


def _blurred(image: Image, share: float) -> npt.NDArray[np.floating]:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.1 + 6 * share), np.float64)


def _noisy(image: Image, share: float) -> npt.NDArray[np.floating]:
    return image + np.random.default_rng(int(1e6 * share)).normal(0, 25 * share, image.shape)


def _frozen(film: Film) -> list[Image]:
    half = len(film) // 2
    return [*film[:half], *([film[half]] * (len(film) - half))]


def _flickering(film: Film) -> list[Image]:
    return [np.clip(image.astype(int) + (6 if n % 2 else -6), 0, 255).astype(np.uint8) for n, image in enumerate(film)]


DEGRADATIONS: dict[str, tuple[Callable[[Film], list[Image]], str]] = {
    "saturation": (_grown(_gaudy), "saturation"),
    "grey": (_grown(lambda image, share: 128 + (image - 128.0) * (1 - 0.92 * share)), "contrast"),
    "blur": (_grown(_blurred), "detail"),
    "noise": (_grown(_noisy), "noise"),
    "exposure": (_grown(lambda image, share: image * (1 + 0.4 * share)), "luma"),
    "warmth": (_grown(lambda image, share: image * np.array([1 + 0.3 * share, 1.0, 1 - 0.3 * share])), "colours"),
    "flicker": (_flickering, "flicker"),
    "freeze": (_frozen, "frozen"),
    "loop": (lambda film: [film[n % 12] for n in range(len(film))], "echo"),
    "black": (lambda film: [*film[:-20], *([np.zeros_like(film[0])] * 20)], "dull"),
}
"""Each by name: what makes it, and the gate that it has to trip."""
