"""From steps and strength to the noise levels a picture goes through, and what is computed at each.

A picture z with noise n at timestep t is x = a z + s n, where a² is the scheduler's product of alphas and s² = 1 - a²
(Ho et al. 2020). Every prediction a network makes gives the clean picture and the noise as sums of x and the network's
output, so each step is `keep * x + take * output + renew * fresh noise`, whatever the scheduler is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from reverie.core.errors import InputError

SIGMA_DATA = 0.5
"""The constant of consistency models' boundary condition (Song et al. 2023, appendix C)."""

CONSISTENT = frozenset({"LCMScheduler"})
"""Schedulers of models that jump to the clean picture and are noised anew in between; others keep their own noise."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NoiseFacts:
    """What a scheduler's settings say of how a network was trained.

    `alphas` has the product of alphas by timestep; `prediction` is what the network's output is; `boundary` scales the
    timestep in a consistency model's boundary condition, None for other models.
    """

    alphas: Floats
    prediction: str
    boundary: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """One evaluation, where x = `signal` z + `spread` n; the next x is `keep` x + `take` output + `renew` noise.

    After the last step x is the clean picture.
    """

    timestep: int
    signal: float
    spread: float
    keep: float
    take: float
    renew: float


def read_facts(kind: str, config: Mapping[str, Any]) -> NoiseFacts:
    """Read a scheduler's settings; InputError where they describe another kind of noise than this module's."""
    prediction = config.get("prediction_type", "epsilon")
    if prediction not in PREDICTIONS:
        raise InputError("scheduler.prediction_type", prediction, f"is not known: it must be {', '.join(PREDICTIONS)}.")
    boundary = float(config.get("timestep_scaling", 10.0)) if kind in CONSISTENT else None
    return NoiseFacts(_alphas(config), prediction, boundary)


def timesteps(steps: int, strength: float, trained: int = 1000) -> tuple[int, ...]:
    """Return exactly `steps` timesteps, descending from `strength` (0 to 1) of the trained ones in even steps.

    Any pair gives as many as asked. At strength 1 they are what schedulers call trailing: 999, 749, 499, 249 for 4.
    """
    start = strength * trained
    evenly = (round(start * (steps - index) / steps) - 1 for index in range(steps))
    return tuple(max(timestep, steps - 1 - index) for index, timestep in enumerate(evenly))


def plan(facts: NoiseFacts, steps: int, strength: float) -> tuple[Step, ...]:
    """Return what to compute for a picture: `steps` evaluations from `strength` on."""
    trained = len(facts.alphas)
    times = timesteps(steps, min(max(strength, steps / trained), 1.0), trained)
    return tuple(_step(facts, time, after) for time, after in zip(times, (*times[1:], None), strict=True))


def _step(facts: NoiseFacts, time: int, after: int | None) -> Step:
    signal, spread = levels(facts, time)
    clean, noise = PREDICTIONS[facts.prediction](signal, spread)
    if facts.boundary is not None:
        skip, out = boundary(time, facts.boundary)
        clean = (out * clean[0] + skip, out * clean[1])
    if after is None:
        return Step(time, signal, spread, *clean, 0.0)
    signal_after, spread_after = levels(facts, after)
    if facts.boundary is not None:
        return Step(time, signal, spread, signal_after * clean[0], signal_after * clean[1], spread_after)
    keep, take = (signal_after * picture + spread_after * own for picture, own in zip(clean, noise, strict=True))
    return Step(time, signal, spread, keep, take, 0.0)


def levels(facts: NoiseFacts, time: int) -> tuple[float, float]:
    """Return the shares of picture and noise at a timestep; their squares sum to 1."""
    alpha = float(facts.alphas[time])
    # At a product of exactly zero a network that predicts noise says nothing of the picture.
    signal = max(sqrt(alpha), 1e-4)
    return signal, sqrt(1.0 - signal * signal)


def boundary(time: int, scaling: float) -> tuple[float, float]:
    """Return c_skip and c_out of a latent consistency model (Luo et al. 2023), which make it the identity at time 0."""
    scaled = time * scaling
    return SIGMA_DATA**2 / (scaled**2 + SIGMA_DATA**2), scaled / sqrt(scaled**2 + SIGMA_DATA**2)


Pair = tuple[float, float]


def _from_noise(a: float, s: float) -> tuple[Pair, Pair]:
    return (1 / a, -s / a), (0.0, 1.0)


def _from_velocity(a: float, s: float) -> tuple[Pair, Pair]:
    return (a, -s), (s, a)


def _from_picture(a: float, s: float) -> tuple[Pair, Pair]:
    return (0.0, 1.0), (1 / s, -a / s)


PREDICTIONS: Mapping[str, Callable[[float, float], tuple[Pair, Pair]]] = {
    "epsilon": _from_noise,
    "v_prediction": _from_velocity,
    "sample": _from_picture,
}
"""By what a network predicts: the weights of x and of its output in the clean picture, and in the noise."""


def _linear(start: float, end: float, count: int) -> Floats:
    return np.linspace(start, end, count)


def _scaled_linear(start: float, end: float, count: int) -> Floats:
    return np.square(np.linspace(sqrt(start), sqrt(end), count))


def _cosine(_start: float, _end: float, count: int) -> Floats:
    """Nichol and Dhariwal 2021, equation 17."""
    bars = np.square(np.cos((np.arange(count + 1) / count + 0.008) / 1.008 * np.pi / 2))
    return np.minimum(1 - bars[1:] / bars[:-1], 0.999)


BETAS: Mapping[str, Callable[[float, float, int], Floats]] = {
    "linear": _linear,
    "scaled_linear": _scaled_linear,
    "squaredcos_cap_v2": _cosine,
}


def _alphas(config: Mapping[str, Any]) -> Floats:
    name = str(config.get("beta_schedule"))
    if config.get("trained_betas") is not None:
        betas = np.asarray(config["trained_betas"], np.float64)
    elif name in BETAS:
        count = int(config.get("num_train_timesteps", 1000))
        betas = BETAS[name](float(config.get("beta_start", 1e-4)), float(config.get("beta_end", 0.02)), count)
    else:
        raise InputError("scheduler.beta_schedule", name, f"is not known: it must be {', '.join(BETAS)}.")
    alphas: Floats = np.cumprod(1.0 - betas, dtype=np.float64)
    return _without_signal_at_the_end(alphas) if config.get("rescale_betas_zero_snr") else alphas


def _without_signal_at_the_end(alphas: Floats) -> Floats:
    """Shift and scale so that the last timestep is pure noise (Lin et al. 2024, algorithm 1)."""
    roots = np.sqrt(alphas)
    return np.asarray(np.square((roots - roots[-1]) * roots[0] / (roots[0] - roots[-1])), np.float64)
