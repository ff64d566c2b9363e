from __future__ import annotations

import warnings
from itertools import pairwise, product
from math import sqrt
from typing import Any

import numpy as np
import pytest
import torch

from reverie.backends.diffusers_image.schedule import NoiseFacts, levels, plan, read_facts, timesteps
from reverie.core.errors import InputError

STRENGTHS = [tenth / 10 for tenth in range(1, 11)]
OURS = {"beta_schedule": "linear", "beta_start": 1e-4, "beta_end": 0.02, "prediction_type": "v_prediction"}
HUB = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "prediction_type": "epsilon"}


@pytest.mark.parametrize(("steps", "strength"), list(product(range(1, 9), STRENGTHS)))
def test_every_pair_gives_exactly_that_many_descending_from_the_strength(steps: int, strength: float) -> None:
    times = timesteps(steps, strength)
    assert len(times) == len(plan(read_facts("LCMScheduler", OURS), steps, strength)) == steps
    assert times[0] == round(1000 * strength) - 1
    assert all(before > after for before, after in pairwise(times))
    assert times[-1] >= 0


def test_a_strength_near_nothing_still_gives_as_many_as_asked() -> None:
    assert timesteps(8, 0.0) == (7, 6, 5, 4, 3, 2, 1, 0)
    assert [step.timestep for step in plan(read_facts("LCMScheduler", OURS), 8, 0.001)] == [7, 6, 5, 4, 3, 2, 1, 0]


def test_at_full_strength_timesteps_are_those_that_turbo_was_trained_at() -> None:
    assert timesteps(1, 1.0) == (999,)
    assert timesteps(4, 1.0) == (999, 749, 499, 249)


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction", "sample"])
@pytest.mark.parametrize("base", [OURS, HUB])
def test_a_run_through_the_steps_is_the_library_s_for_the_same_timesteps(prediction: str, base: dict[str, Any]) -> None:
    from diffusers import LCMScheduler

    config = {**base, "prediction_type": prediction}
    for steps, strength in product((1, 2, 4, 8), (0.1, 0.5, 1.0)):
        ours = plan(read_facts("LCMScheduler", config), steps, strength)
        theirs = LCMScheduler(**config)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs.set_timesteps(timesteps=[step.timestep for step in ours])
        generator = torch.Generator().manual_seed(3)
        z, n = torch.randn(2, 1, 4, 8, 8, generator=generator)
        x = ours[0].signal * z + ours[0].spread * n
        assert torch.allclose(x, theirs.add_noise(z, n, torch.tensor([ours[0].timestep])), atol=1e-5)
        reference = x
        for step in ours:
            output = torch.randn(x.shape, generator=generator)
            state = generator.get_state()
            reference = theirs.step(output, step.timestep, reference, generator=generator, return_dict=False)[0]
            noise = torch.randn(x.shape, generator=torch.Generator().set_state(state)) if step.renew else 0.0
            x = step.keep * x + step.take * output + step.renew * noise
            assert torch.allclose(x, reference, rtol=2e-4, atol=2e-4), (steps, strength, step)


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
def test_models_that_keep_their_noise_go_the_library_s_way_without_fresh_noise(prediction: str) -> None:
    from diffusers import DDIMScheduler

    config = {**HUB, "prediction_type": prediction, "clip_sample": False}
    ours = plan(read_facts("EulerDiscreteScheduler", config), 4, 1.0)
    theirs = DDIMScheduler(**config, timestep_spacing="trailing")
    theirs.set_timesteps(4)
    assert theirs.timesteps.tolist() == [step.timestep for step in ours]
    generator = torch.Generator().manual_seed(5)
    x = reference = torch.randn(1, 4, 8, 8, generator=generator)
    for step in ours:
        output = torch.randn(x.shape, generator=generator)
        reference = theirs.step(output, step.timestep, reference, return_dict=False)[0]
        x = step.keep * x + step.take * output
        assert step.renew == 0.0
        assert torch.allclose(x, reference, rtol=1e-3, atol=1e-3)


SCHEDULES: dict[str, dict[str, Any]] = {
    "ours": OURS,
    "the hub's": HUB,
    "cosine": {"beta_schedule": "squaredcos_cap_v2"},
    "given": {
        "beta_schedule": "nothing",
        "trained_betas": list(np.linspace(0.01, 0.02, 50)),
        "num_train_timesteps": 50,
    },
    "without signal at the end": {**HUB, "rescale_betas_zero_snr": True},
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_noise_levels_are_the_library_s(name: str) -> None:
    from diffusers import DDIMScheduler

    theirs = DDIMScheduler(**SCHEDULES[name]).alphas_cumprod.double().numpy()
    np.testing.assert_allclose(read_facts("DDIMScheduler", SCHEDULES[name]).alphas, theirs, rtol=2e-3, atol=1e-6)


def test_picture_and_noise_shares_make_one() -> None:
    facts = read_facts("LCMScheduler", OURS)
    for time in (0, 10, 500, 999):
        signal, spread = levels(facts, time)
        assert signal**2 + spread**2 == pytest.approx(1.0)
    assert levels(NoiseFacts(np.zeros(10), "epsilon", None), 9)[0] > 0


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction", "sample"])
def test_the_truth_about_the_noise_gives_the_picture_back(prediction: str) -> None:
    step = plan(read_facts("DDIMScheduler", {**HUB, "prediction_type": prediction}), 1, 0.6)[0]
    z, n = 0.7, -1.3
    truth = {"epsilon": n, "v_prediction": step.signal * n - step.spread * z, "sample": z}[prediction]
    x = step.signal * z + step.spread * n
    assert step.keep * x + step.take * truth == pytest.approx(z)


def test_what_can_not_be_understood_is_refused() -> None:
    with pytest.raises(InputError, match="prediction_type"):
        read_facts("LCMScheduler", {**OURS, "prediction_type": "flow_prediction"})
    with pytest.raises(InputError, match="beta_schedule"):
        read_facts("FlowMatchEulerDiscreteScheduler", {"shift": 3.0})
    assert sqrt(read_facts("LCMScheduler", OURS).alphas[599]) == pytest.approx(0.161, abs=0.02)
