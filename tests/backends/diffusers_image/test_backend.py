from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image as Picture
from pydantic import ValidationError

from reverie.backends.diffusers_image import DiffusersImage
from reverie.backends.diffusers_image.generation import DiffusersGeneration
from reverie.backends.diffusers_image.noise import EvolvingNoise
from reverie.core.errors import Cancelled, InputError, MachineError, NotFinite
from reverie.core.frame import STILL, Image, Images, Motion
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from tests import checkpoints

KINDS: dict[str, Callable[[Path], Path]] = {
    "ours": checkpoints.save_ours,
    "lcm": checkpoints.save_lcm,
    "turbo": checkpoints.save_turbo,
    "xl": checkpoints.save_xl,
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("models")
    return {name: save(root / name) for name, save in KINDS.items()}


def backend(folder: Path, **options: Any) -> DiffusersImage:
    given = {"model": str(folder), "runtime": "torch", "device": "cpu", "dtype": "float32", "threads": 1, **options}
    return DiffusersImage(DiffusersImage.Options(**given))


def begin(made: DiffusersImage, width: int = 48, height: int = 32) -> DiffusersGeneration:
    scene = Scene(keyframes=(Keyframe(prompt="a reef"),), backend=ComponentSpec(name="diffusers_image"))
    return made.start(RenderSpec(width=width, height=height, scenes=(scene,)), scene, quiet)


def quiet(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
    """Show nothing."""


def told(**changes: Any) -> Conditioning:
    return replace(Conditioning((("a coral reef", 1.0),), strength=0.6, guidance_scale=3.0, seed=1), **changes)


def picture(width: int = 48, height: int = 32, seed: int = 0) -> Images:
    small = np.random.default_rng(seed).integers(0, 255, (height // 8, width // 8, 3), np.uint8)
    return np.kron(small, np.ones((8, 8, 1), np.uint8))[None]


def differ(one: Images, other: Images) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_paints_from_words_and_from_pictures(models: dict[str, Path], kind: str) -> None:
    run = begin(backend(models[kind], num_inference_steps=2))
    from_words = run.step(told(), quiet)
    assert from_words.shape == (1, 32, 48, 3)
    assert from_words.dtype == np.uint8
    assert from_words.std() > 1
    start = picture()
    faint, strong = (run.step(told(frames=start, strength=strength), quiet) for strength in (0.1, 1.0))
    assert differ(faint, strong) > 0.1
    assert run.num_frames == 1


@pytest.mark.parametrize("kind", ["ours", "lcm", "turbo"])
@pytest.mark.parametrize("steps", [1, 3, 8])
@pytest.mark.parametrize("strength", [0.1, 0.5, 1.0])
def test_steps_are_evaluations_whatever_the_strength(
    models: dict[str, Path], kind: str, steps: int, strength: float
) -> None:
    made = backend(models[kind], num_inference_steps=steps)
    run = begin(made)
    calls: list[Any] = []
    runtime: Any = made._runtime
    runtime.network.unet.register_forward_hook(lambda *_: calls.append(1))
    run.step(told(frames=picture(), strength=strength, guidance_scale=7.0, negative_prompt="a storm"), quiet)
    assert len(calls) == steps


def library(folder: Path, kind: str) -> Any:
    import diffusers

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nothing = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
        made = getattr(diffusers, kind).from_pretrained(folder, torch_dtype=torch.float32, **nothing)
    made.set_progress_bar_config(disable=True)
    return made


def test_pictures_from_words_are_those_of_the_library(models: dict[str, Path]) -> None:
    noise = EvolvingNoise((4, 16, 24), 0.2).next(1, 1, STILL)
    expected = library(models["lcm"], "LatentConsistencyModelPipeline")(
        "a coral reef",
        height=32,
        width=48,
        guidance_scale=3.0,
        timesteps=[999],
        latents=torch.from_numpy(noise.copy()),
        output_type="np",
    ).images
    ours = begin(backend(models["lcm"], num_inference_steps=1)).step(told(), quiet)
    assert np.abs(ours / 255.0 - expected).max() < 0.6 / 255


@pytest.mark.parametrize("kind", ["ours", "lcm"])
def test_repainted_pictures_are_those_of_the_library(models: dict[str, Path], kind: str) -> None:
    start = picture()
    theirs = library(models[kind], "LatentConsistencyModelImg2ImgPipeline")
    noise = torch.randn((1, 4, 16, 24), generator=torch.Generator().manual_seed(7))
    if kind == "lcm":  # its autoencoder draws from a distribution where ours takes the middle
        theirs.vae.encode = Middle(theirs.vae.encode)
    expected = theirs(
        "a coral reef",
        Picture.fromarray(start[0]),
        num_inference_steps=1,
        strength=0.6,
        guidance_scale=3.0,
        generator=torch.Generator().manual_seed(7),
        output_type="np",
    ).images
    made = backend(models[kind], num_inference_steps=1)
    run = begin(made)
    run._noise = Given(noise.numpy())  # type: ignore[assignment]
    assert np.abs(run.step(told(frames=start), quiet) / 255.0 - expected).max() < 0.6 / 255


class Given:
    """Noise from elsewhere."""

    def __init__(self, noise: Any) -> None:
        self.noise = noise

    def next(self, count: int, seed: int, moved: Motion, *, anew: bool = False) -> Any:
        return self.noise


class Middle:
    """An encoder whose distribution gives its mode for every draw."""

    def __init__(self, encode: Any) -> None:
        self.encode = encode

    def __call__(self, *args: Any) -> Any:
        encoded = self.encode(*args)
        mode = encoded.latent_dist.mode()
        encoded.latent_dist.sample = lambda _=None: mode
        return encoded


def test_the_same_seeds_give_the_same_bits_and_others_do_not(models: dict[str, Path]) -> None:
    made = backend(models["ours"], num_inference_steps=2)

    def film(seed: int) -> list[Images]:
        run, frames, shown = begin(made), picture(), []
        for index in range(3):
            frames = run.step(told(frames=frames, seed=seed + index, motion=Motion(1.6)), quiet)
            shown.append(frames)
        return shown

    first, again, other = film(1), film(1), film(100)
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert not np.array_equal(first[-1], other[-1])


@pytest.mark.parametrize("kind", ["ours", "lcm", "turbo", "xl"])
def test_guidance_prompt_and_negative_prompt_are_heard(models: dict[str, Path], kind: str) -> None:
    made = backend(models[kind], num_inference_steps=1)

    def painted(**changes: Any) -> Images:
        return begin(made).step(told(**changes), quiet)

    plain = painted()
    for change in (
        {"guidance_scale": 9.0},
        {"prompts": (("a city at night", 1.0),)},
        {"prompts": (("a coral reef", 0.5), ("a city at night", 0.5))},
        {"negative_prompt": "a storm"},
    ):
        assert differ(plain, painted(**change)) > 0, change


def test_turbo_without_guidance_evaluates_one_picture_at_a_time(models: dict[str, Path]) -> None:
    made = backend(models["turbo"])
    run = begin(made)
    batches: list[int] = []
    runtime: Any = made._runtime
    runtime.network.unet.register_forward_pre_hook(lambda _, args: batches.append(len(args[0])))
    run.step(told(guidance_scale=1.0, negative_prompt="a storm"), quiet)
    run.step(told(guidance_scale=2.0), quiet)
    assert batches == [1, 2]


def test_a_picture_rolled_again_has_noise_of_its_own(models: dict[str, Path]) -> None:
    made = backend(models["ours"], num_inference_steps=1, renewal=0.05)
    run, frames, last = begin(made), picture(), picture()[0]
    run.step(told(frames=frames, last_image=last, seed=1), quiet)
    again = run.step(told(frames=frames, last_image=last, seed=2), quiet)
    alone = begin(made).step(told(frames=frames, last_image=last, seed=2), quiet)
    assert np.array_equal(again, alone)
    next_one = run.step(told(frames=frames.copy(), last_image=again[0], seed=3), quiet)
    assert not np.array_equal(next_one, begin(made).step(told(frames=frames, seed=3), quiet))


def test_strength_nothing_keeps_the_picture(models: dict[str, Path]) -> None:
    start = picture()
    assert np.array_equal(begin(backend(models["ours"])).step(told(frames=start, strength=0.0), quiet), start)


def test_a_picture_of_another_size_is_fitted(models: dict[str, Path]) -> None:
    run = begin(backend(models["ours"]))
    assert run.step(told(frames=picture(96, 96)), quiet).shape == (1, 32, 48, 3)


def test_all_prompts_of_a_scene_are_read_before_it_begins(models: dict[str, Path]) -> None:
    made = backend(models["ours"])
    keys = (Keyframe(prompt="a reef"), Keyframe(time=2, prompt="a city", blend=1.0, negative_prompt="a storm"))
    scene = Scene(keyframes=keys, backend=ComponentSpec(name="diffusers_image"))
    made.start(RenderSpec(width=48, height=32, scenes=(scene,)), scene, quiet)
    prompter: Any = made._prompter
    assert set(prompter._known) == {"a reef", "a city", "a storm"}


def test_numbers_that_are_no_picture_are_told(models: dict[str, Path]) -> None:
    made = backend(models["ours"])
    run = begin(made)
    runtime: Any = made._runtime
    runtime.network.unet.register_forward_hook(lambda *_: (torch.full((1, 4, 16, 24), torch.nan),))
    with pytest.raises(NotFinite):
        run.step(told(), quiet)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "ran out of memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "ran out of memory"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate"), "ran out of memory"),
        (RuntimeError("expected scalar type\nHalf but found Float"), "could not paint: expected scalar type Half"),
    ],
)
def test_faults_of_the_machine_are_one_sentence(models: dict[str, Path], error: Exception, said: str) -> None:
    made = backend(models["ours"])
    run = begin(made)

    def fail(*_: Any) -> None:
        raise error

    runtime: Any = made._runtime
    runtime.network.unet.register_forward_pre_hook(fail)
    with pytest.raises(MachineError, match=said) as caught:
        run.step(told(), quiet)
    assert "\n" not in str(caught.value)


def test_work_stops_when_told_to(models: dict[str, Path]) -> None:
    run = begin(backend(models["ours"], num_inference_steps=4))
    seen: list[float] = []

    def stop(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
        seen.append(done)
        if done >= 0.5:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        run.step(told(), stop)
    assert seen == [0.0, 0.25, 0.5]


def test_what_a_prompt_leaves_open_is_added_and_told(models: dict[str, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(models["ours"], tmp_path / "model"))
    (folder / "habits.json").write_text('[{"add": "in oil", "unless": ["oil", "ink"]}]')
    run, plain = begin(backend(folder)), begin(backend(folder, complete_prompt=False))
    painted = run.step(told(prompts=(("a reef", 1.0),)), quiet)
    assert np.array_equal(painted, plain.step(told(prompts=(("a reef, in oil", 1.0),)), quiet))
    run.step(told(prompts=(("a storm in ink", 1.0),)), quiet)
    assert [event.reason for event in run.events()] == ["Prompt: 'a reef' leaves open how, so 'in oil' is added."]
    assert plain.events() == []


def test_words_not_learnt_are_told_once(models: dict[str, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(models["ours"], tmp_path / "model"))
    (folder / "vocabulary.json").write_text(json.dumps(list(checkpoints.WORDS)))
    run = begin(backend(folder))
    for text in ("a corral reef", "a corral city", " ".join(["storm"] * 30)):
        run.step(told(prompts=((text, 1.0),)), quiet)
    said = [event.reason for event in run.events()]
    assert said[0] == "Prompt: the model has not learnt 'corral', try coral."
    assert "longer than the model hears" in said[1]
    assert len(said) == 2
    assert run.events() == []


def test_sizes_and_steps_outside_the_card_are_refused_before_anything_is_loaded(models: dict[str, Path]) -> None:
    made = backend(models["ours"])
    with pytest.raises(InputError, match="width: 49 is not a multiple of 4"):
        begin(made, 49)
    with pytest.raises(InputError, match="height"):
        begin(made, 48, 4096)
    assert made.environment == {}


def test_options_are_checked(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [
        {"num_inference_steps": 0},
        {"num_inference_steps": 9},
        {"device": "tpu"},
        {"dtype": "int8"},
        {"runtime": "onnx"},
        {"threads": 0},
        {"renewal": 1.5},
        {"unknown": 1},
        {"model": ""},
    ]
    for options in wrong:
        with pytest.raises(ValidationError):
            DiffusersImage.Options(**options)
    with pytest.raises(InputError, match="is no folder"):
        backend(tmp_path / "nowhere")


def test_devices_that_are_not_there_are_said(models: dict[str, Path]) -> None:
    if not torch.cuda.is_available():
        with pytest.raises(MachineError, match="cuda is not there for this build of torch: use --device cpu"):
            begin(backend(models["ours"], device="cuda"))
    with pytest.raises(InputError, match="runtime"):
        begin(backend(models["ours"], device="mps", runtime="openvino"))


def test_the_environment_names_runtime_device_and_precision(models: dict[str, Path]) -> None:
    made = backend(models["ours"])
    begin(made).close()
    assert made.environment["runtime"] == "torch"
    assert made.environment["device"] == "cpu"
    assert made.environment["dtype"] == "float32"
    assert made.environment["model_threads"] == 1


def test_half_precision_stays_near(models: dict[str, Path]) -> None:
    start = picture()
    full = begin(backend(models["ours"])).step(told(frames=start), quiet)
    half = begin(backend(models["ours"], dtype="bfloat16")).step(told(frames=start), quiet)
    assert differ(full, half) < 1.0


def test_a_picture_of_fewer_pixels_or_steps_has_the_films_size_and_goes_on_from_the_same_noise(
    models: dict[str, Path],
) -> None:
    made, start = backend(models["ours"], num_inference_steps=2), picture(96, 64)
    whole, other = begin(made, 96, 64), begin(made, 96, 64)
    small = told(frames=start, options={"num_inference_steps": 1, "width": 64, "height": 32})
    other.ready(small.options)  # nothing is known yet of what it would paint
    first, less, again = (run.step(told(frames=start), quiet) for run in (whole, other, whole))
    assert np.array_equal(first, less)
    other.ready(small.options)
    seen = other.step(small, quiet)
    assert seen.shape == (1, 64, 96, 3)
    assert differ(seen, first) > 0.1
    back = told(frames=start, seed=4)
    for run in (whole, other):
        run.step(told(frames=start, seed=3), quiet)
    assert np.array_equal(whole.step(back, quiet), other.step(back, quiet))
    assert again.shape == first.shape


def test_nothing_is_painted_larger_than_the_film(models: dict[str, Path]) -> None:
    run, start = begin(backend(models["ours"])), picture()
    large = told(frames=start, options={"width": 480, "height": 320})
    assert run.step(large, quiet).shape == (1, 32, 48, 3)
