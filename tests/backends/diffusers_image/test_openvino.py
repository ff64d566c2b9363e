from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reverie.backends.diffusers_image import DiffusersImage
from reverie.backends.diffusers_image.generation import DiffusersGeneration
from reverie.backends.diffusers_image.graphs import export
from reverie.backends.diffusers_image.painting import Guide, Order
from reverie.backends.diffusers_image.schedule import plan
from reverie.core.errors import InputError, NotFinite
from reverie.core.frame import Image, Images, Motion
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.models.checkpoint import open_checkpoint
from tests import checkpoints

pytest.importorskip("openvino")

KINDS: dict[str, Callable[[Path], Path]] = {
    "ours": checkpoints.save_ours,
    "turbo": checkpoints.save_turbo,
    "xl": checkpoints.save_xl,
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("models")
    return {name: save(root / name) for name, save in KINDS.items()}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def begin(folder: Path, cache: Path | str, **options: Any) -> DiffusersGeneration:
    return started_by(backend_of(folder, cache, **options))


def backend_of(folder: Path, cache: Path | str, **options: Any) -> DiffusersImage:
    given = {"model": str(folder), "runtime": "openvino", "num_inference_steps": 2, "threads": 1, "cache": str(cache)}
    return DiffusersImage(DiffusersImage.Options(**{**given, **options}))


def started_by(backend: DiffusersImage, negative: str = "") -> DiffusersGeneration:
    keys = (Keyframe(prompt="a reef", negative_prompt=negative, guidance_scale=3.0),)
    scene = Scene(keyframes=keys, backend=ComponentSpec(name="diffusers_image"))
    return backend.start(RenderSpec(width=48, height=32, scenes=(scene,)), scene, quiet)


def quiet(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
    """Show nothing."""


def film(run: DiffusersGeneration, frames: int = 3, negative: str = "") -> list[Images]:
    small = np.random.default_rng(0).integers(0, 255, (4, 6, 3), np.uint8)
    shown: list[Images] = [np.kron(small, np.ones((8, 8, 1), np.uint8))[None]]
    for index in range(frames):
        prompts = (("a coral reef", 1 - index / 4), ("a city at night", index / 4))
        cond = Conditioning(prompts, negative, 3.0, 0.6, index, shown[-1], motion=Motion(1.5))
        shown.append(run.step(cond, quiet))
    return shown[1:]


def worst(one: list[Images], other: list[Images]) -> tuple[float, float]:
    """The largest and the mean difference in levels of 255."""
    gaps = np.abs(np.stack(one).astype(int) - np.stack(other).astype(int))
    return float(gaps.max()), float(gaps.mean())


@pytest.fixture(scope="module")
def ours(models: dict[str, Path], cache: Path) -> list[Images]:
    """What our own kind paints; its graphs are in the cache from now on."""
    return film(begin(models["ours"], cache))


@pytest.fixture(scope="module", params=KINDS)
def backends(request: pytest.FixtureRequest, models: dict[str, Path], cache: Path) -> tuple[DiffusersImage, ...]:
    """The reference, and a model of a kind in full and in half precision: compiled once for all that they paint."""
    folder = models[request.param]
    reference = backend_of(folder, cache, runtime="torch", device="cpu", dtype="float32")
    return reference, backend_of(folder, cache, dtype="float32"), backend_of(folder, cache)


@pytest.mark.parametrize("negative", ["", "a storm"])
def test_pictures_are_those_of_the_reference(backends: tuple[DiffusersImage, ...], negative: str) -> None:
    reference, full, half = (film(started_by(backend, negative), 3, negative) for backend in backends)
    assert worst(full, reference)[0] <= 1
    assert worst(half, reference)[0] <= 8
    assert worst(half, reference)[1] <= 1.0


def test_the_same_spec_gives_the_same_bits_on_any_number_of_threads_used_twice(
    models: dict[str, Path], cache: Path
) -> None:
    for threads in (1, 2):
        first, again = (film(begin(models["ours"], cache, threads=threads)) for _ in range(2))
        assert worst(first, again)[0] == 0


def test_two_runs_of_one_backend_do_not_disturb_each_other(
    models: dict[str, Path], cache: Path, ours: list[Images]
) -> None:
    options = DiffusersImage.Options(
        model=str(models["ours"]), runtime="openvino", num_inference_steps=2, threads=1, cache=str(cache)
    )
    backend = DiffusersImage(options)
    scene = Scene(keyframes=(Keyframe(prompt="a reef"),), backend=ComponentSpec(name="diffusers_image"))
    spec = RenderSpec(width=48, height=32, scenes=(scene,))
    one, other = backend.start(spec, scene, quiet), backend.start(spec, scene, quiet)
    film(other, 1)
    assert worst(film(one), ours)[0] == 0


def test_what_is_cached_gives_the_same_bits_as_what_is_not(
    models: dict[str, Path], cache: Path, ours: list[Images]
) -> None:
    assert worst(film(begin(models["ours"], cache)), ours)[0] == 0
    assert worst(film(begin(models["ours"], "off")), ours)[0] == 0


WARM = """
import socket, sys
def refuse(*_): raise SystemExit("a socket was opened")
socket.socket.connect = refuse
from reverie.backends.diffusers_image import DiffusersImage
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
options = DiffusersImage.Options(model=sys.argv[1], cache=sys.argv[2], device="cpu", threads=1, num_inference_steps=1)
scene = Scene(keyframes=(Keyframe(prompt="a reef"),), backend=ComponentSpec(name="diffusers_image"))
backend = DiffusersImage(options)
run = backend.start(RenderSpec(width=48, height=32, scenes=(scene,)), scene, lambda *_: None)
picture = run.step(Conditioning((("a reef", 1.0),)), lambda *_: None)
print(backend.environment["runtime"], picture.shape, sorted({"torch", "transformers", "diffusers"} & set(sys.modules)))
"""


def started(model: Path, cache: Path) -> str:
    root = Path(__file__).resolve().parents[3]
    surroundings = {**os.environ, "PYTHONPATH": str(root / "src")}
    command = [sys.executable, "-c", WARM, str(model), str(cache)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=surroundings)
    assert done.stderr == ""
    return done.stdout.strip()


def test_a_first_start_opens_no_socket_and_a_second_needs_no_torch(models: dict[str, Path], tmp_path: Path) -> None:
    assert started(models["ours"], tmp_path).startswith("openvino (1, 32, 48, 3)")
    assert started(models["ours"], tmp_path) == "openvino (1, 32, 48, 3) []"


def test_a_damaged_cache_is_made_again(
    models: dict[str, Path], cache: Path, ours: list[Images], tmp_path: Path
) -> None:
    kept = export.fingerprint(open_checkpoint(models["ours"]))
    shutil.copytree(cache / kept, tmp_path / kept)
    (tmp_path / kept / "denoiser.xml").write_text("<nothing/>")
    assert worst(film(begin(models["ours"], tmp_path)), ours)[0] == 0
    (tmp_path / kept / "denoiser.bin").unlink()
    assert worst(film(begin(models["ours"], tmp_path)), ours)[0] == 0


def test_a_cache_that_can_not_be_written_is_done_without(
    models: dict[str, Path], ours: list[Images], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert worst(film(begin(models["ours"], tmp_path / "file" / "cache")), ours)[0] == 0


def test_another_model_has_another_place_in_the_cache(models: dict[str, Path], tmp_path: Path) -> None:
    prints = {export.fingerprint(open_checkpoint(folder)) for folder in models.values()}
    folder = Path(shutil.copytree(models["ours"], tmp_path / "model"))
    prints.add(export.fingerprint(open_checkpoint(folder)))
    assert len(prints) == len(models)
    path = folder / "scheduler/scheduler_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "beta_end": 0.03}))
    assert export.fingerprint(open_checkpoint(folder)) not in prints


def test_a_cache_keeps_the_models_used_last(tmp_path: Path) -> None:
    for number in range(export.KEPT + 2):
        (tmp_path / str(number)).mkdir()
        os.utime(tmp_path / str(number), (number, number))
    export._prune(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [str(number) for number in range(2, export.KEPT + 2)]


def test_the_cache_is_where_the_system_keeps_such_things(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert export.cache_folder("auto") == tmp_path / "reverie" / "openvino"
    assert export.cache_folder("off") is None
    assert export.cache_folder(str(tmp_path)) == tmp_path


def test_numbers_that_are_no_picture_are_told(models: dict[str, Path], cache: Path) -> None:
    run = begin(models["ours"], cache)
    steps = plan(run._studio.facts.noise, 1, 1.0)
    states = np.zeros((1, 12, 16), np.float32)
    noise = np.full((1, 4, 16, 24), np.nan, np.float32)
    with pytest.raises(NotFinite):
        run._canvases.at(run._canvases.whole.size).paint(
            Order(None, noise, steps, Guide("key", states, scale=3.0)), lambda _: None
        )


@pytest.fixture
def strange(models: dict[str, Path], tmp_path: Path) -> Path:
    """A model with a part that is not rewritten: its attention is between groups of channels normed once more."""
    folder = Path(shutil.copytree(models["turbo"], tmp_path / "strange"))
    path = folder / "unet/config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "center_input_sample": True}))
    return folder


def test_a_model_that_only_torch_runs_goes_to_torch(strange: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="runtime: 'openvino' can't run this model's network: use torch"):
        begin(strange, tmp_path)
    assert film(begin(strange, tmp_path, runtime="auto", device="cpu", dtype="float32"))[0].shape == (1, 32, 48, 3)


def test_the_environment_names_the_runtime(models: dict[str, Path], cache: Path) -> None:
    options = DiffusersImage.Options(model=str(models["ours"]), cache=str(cache), device="cpu", threads=1)
    backend = DiffusersImage(options)
    scene = Scene(keyframes=(Keyframe(prompt="a reef"),), backend=ComponentSpec(name="diffusers_image"))
    backend.start(RenderSpec(width=48, height=32, scenes=(scene,)), scene, quiet).close()
    assert backend.environment["runtime"] == "openvino"
    assert backend.environment["dtype"] in {"float32", "bfloat16"}
    assert backend.environment["model_threads"] == 1
