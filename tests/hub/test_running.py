"""The whole way: a small checkpoint of each kind is pulled from a hub of our own and paints, by name, and offline."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from reverie.cli import main
from reverie.core import catalogue, pulled, shelf
from reverie.core.errors import InputError
from reverie.core.places import MODELS
from reverie.hub.pulling import Pull
from reverie.hub.wire import Hub
from reverie.media.video import read_frames
from tests import checkpoints, video_checkpoints
from tests.hub.fake import FakeHub, serving

KINDS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "lcm-dreamshaper": ("SimianLuo/LCM_Dreamshaper_v7", checkpoints.save_deep_lcm),
    "sd-turbo": ("stabilityai/sd-turbo", checkpoints.save_turbo),
    "sdxl-turbo": ("stabilityai/sdxl-turbo", checkpoints.save_xl),
    "sd-1.5": ("stable-diffusion-v1-5/stable-diffusion-v1-5", checkpoints.save_plain),
}
LORA = "latent-consistency/lcm-lora-sdv1-5"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeHub]:
    root = tmp_path_factory.mktemp("hub")
    with serving() as server:
        for name, (repository, save) in KINDS.items():
            server.add(repository, save(root / name), "mit")
        server.add(LORA, checkpoints.save_lora(root / "lora" / "pytorch_lora_weights.safetensors").parent, "openrail++")
        yield server


@pytest.fixture(scope="module")
def models(hub: FakeHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that all three were pulled to, by the command."""
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MODELS, str(folder))
        patch.setenv("HF_ENDPOINT", hub.address)
        assert main(["models", "pull", *KINDS, "sd-1.5-lcm", "--accept-licence"]) == 0
        patch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
        hub.requests.clear()
        yield folder


def dream(folder: Path, name: str, *more: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The frames of a short film, `(frames, 64, 64, 3)`."""
    film = folder / f"{len(list(folder.iterdir()))}.mp4"
    usual = ("--size", "64x64", "--seconds", "0.2", "--fps", "10", "--steps", "2", "--seed", "3", "--runtime", "torch")
    prompt = () if more and not more[0].startswith("-") else ("a coral reef",)
    assert main(["dream", *prompt, *more, "--model", name, *usual, "-o", str(film), "--overwrite"]) == 0
    return np.stack([image for image, *_ in read_frames(film)])


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_dreams_by_name_the_same_twice_and_hears_what_is_said(
    models: Path, hub: FakeHub, tmp_path: Path, name: str
) -> None:
    first = dream(tmp_path, name)
    assert first.shape == (2, 64, 64, 3)
    assert first.std() > 1
    np.testing.assert_array_equal(first, dream(tmp_path, name))
    assert (first != dream(tmp_path, name, "a storm at night")).any()
    assert (first != dream(tmp_path, name, "--guidance-scale", "3")).any()
    assert hub.requests == []


def test_a_model_with_a_lora_is_painted_by_the_schedule_that_the_lora_is_for(models: Path, tmp_path: Path) -> None:
    from reverie.authoring import card_of
    from reverie.backends.diffusers_image import DiffusersImage

    with_lora = dream(tmp_path, "sd-1.5-lcm")
    assert (with_lora != dream(tmp_path, "sd-1.5")).any()
    np.testing.assert_array_equal(with_lora, dream(tmp_path, "sd-1.5-lcm"))
    card = card_of(catalogue.find("sd-1.5-lcm"))
    assert (card.id, card.default("num_inference_steps", 0), card.default("guidance_scale", 0)) == (
        "sd-1.5-lcm",
        4,
        1.5,
    )
    made = DiffusersImage(DiffusersImage.Options(model="sd-1.5-lcm"))
    assert made._facts.noise.boundary is not None


def test_what_is_here_is_listed_told_and_served(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert set(KINDS) < set(catalogue.names())
    assert catalogue.served("sd-turbo")
    assert not catalogue.served("sdxl")
    assert main(["models"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}
    assert "here" in lines["sd-turbo"]
    assert "here" not in lines["sdxl"]
    assert "not run yet" in lines["flux2-klein-4b"]
    assert main(["models", "info", "sd-turbo"]) == 0
    told = capsys.readouterr().out
    assert str(models / "sd-turbo") in told
    assert "1 to 8, 1 unless asked" in told


def test_a_row_knows_what_its_settings_do_not_say(models: Path) -> None:
    from reverie.authoring import card_of

    card = card_of(catalogue.find("lcm-dreamshaper"))
    assert [card.ranges[name].default for name in ("width", "height")] == [912, 512]
    assert (card.ranges["num_inference_steps"].default, card.ranges["guidance_scale"].default) == (4, 8)
    card.check({"width": 912, "height": 512})
    assert (card.id, card.license) == ("lcm-dreamshaper", "mit")


def test_sizes_that_the_network_does_not_halve_evenly_are_painted(models: Path, tmp_path: Path) -> None:
    film = tmp_path / "wide.mp4"
    wishes = ["--size", "72x40", "--seconds", "0.1", "--fps", "10", "--steps", "1", "--seed", "3", "--runtime", "torch"]
    assert main(["dream", "a reef", "--model", "lcm-dreamshaper", *wishes, "-o", str(film)]) == 0
    assert [image.shape for image, *_ in read_frames(film)] == [(40, 72, 3)]


def test_video_models_come_whole_and_are_run_by_their_own_backend(models: Path, hub: FakeHub, tmp_path: Path) -> None:
    from reverie.authoring import card_of

    saved = {
        "skyreels-v2-df-1.3b-540p": video_checkpoints.save_forced,
        "skyreels-v2-i2v-1.3b-540p": video_checkpoints.save_pictured,
    }
    for name, save in saved.items():
        repository = str(shelf.rows()[name].repository)
        added = hub.add(repository, save(tmp_path / name), "other")
        records = Pull(Hub(hub.address), lambda terms: True, lambda progress: None)(name)
        assert {file for file in added.files if file not in records[0].files} == set()
        component = catalogue.find(name)
        assert (component.name, component.options["model"]) == ("skyreels", name)
        card = card_of(component)
        assert (card.id, card.license, card.ranges["width"].default) == (name, "skywork-community-license", 960)
        assert catalogue.served(name)
    hub.requests.clear()


@pytest.mark.parametrize("command", [["dream", "a reef"], ["film", "a reef"], ["restyle", "x.mp4", "a reef"]])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sdxl", "model: 'sdxl' is not on this machine yet: `reverie models pull sdxl` fetches it (6.9 GB)."),
        ("wan2.1-t2v-1.3b", "model: 'wan2.1-t2v-1.3b' can't be run yet: no backend of ours runs Wan's transformer."),
        ("lcm-lora-sdxl", "model: 'lcm-lora-sdxl' is a LoRA and no model by itself"),
        ("some/body", "model: 'some/body' is no folder and was not pulled: `reverie models pull some/body` fetches"),
    ],
)
def test_a_model_that_is_not_here_is_told_in_a_sentence_and_never_fetched(
    models: Path,
    hub: FakeHub,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    name: str,
    said: str,
) -> None:
    if command[0] == "restyle":
        command = ["restyle", str(_clip(tmp_path)), "a reef"]
        capsys.readouterr()
    assert main([*command, "--model", name, "-o", str(tmp_path / "x.mp4")]) == 2
    err = capsys.readouterr().err
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert hub.requests == []


def _clip(folder: Path) -> Path:
    film = folder / "clip.mp4"
    if not film.exists():
        wishes = ["--model", "placeholder", "--size", "64x64", "--seconds", "0.2", "-o", str(film)]
        assert main(["dream", "x", *wishes]) == 0
    return film


def test_the_commands_say_what_is_wrong(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for words, code, said in (
        (["pull", "sdxl"], 1, "Nothing is asked of the hub: --offline or HF_HUB_OFFLINE is set"),
        (["pull", "sd-turbo"], 0, ""),
        (["remove", "sdxl"], 2, "model: 'sdxl' is not on this machine"),
        (["info", "sdlx"], 2, "model: 'sdlx' is neither a model nor a folder: use sdxl"),
        (["pull"], 2, "reverie models pull: the following arguments are required"),
    ):
        assert main(["models", *words]) == code
        assert capsys.readouterr().err.startswith(said)


def test_a_file_of_settings_says_where_models_lie(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(MODELS, "")
    (tmp_path / "reverie.toml").write_text(f'models = "{models}"\n')
    assert main(["models", "info", "sd-turbo"]) == 0
    assert str(models / "sd-turbo") in capsys.readouterr().out
    monkeypatch.setenv(MODELS, "")
    (tmp_path / "reverie.toml").write_text('data = "elsewhere"\n')
    assert main(["models", "info", "sd-turbo"]) == 0
    assert "no: `reverie models pull sd-turbo`" in capsys.readouterr().out


def test_a_pulled_model_is_told_by_its_content_so_that_scenes_are_painted_anew_when_it_changes(models: Path) -> None:
    from reverie.authoring import dream_spec
    from reverie.execution.identities import identities

    spec = dream_spec("a reef", model="sd-turbo", size="64x64")
    first = identities(spec)["sd-turbo"]
    record = models / "sd-turbo" / pulled.RECORD
    kept = record.read_text()
    record.write_text(json.dumps({**json.loads(kept), "commit": "0" * 40}))
    assert identities(spec)["sd-turbo"] != first
    record.write_text(kept)


def test_every_row_is_whole() -> None:
    rows = shelf.rows()
    assert len(rows) > 30
    for row in rows.values():
        assert (row.repository is None) == bool(row.needs)
        assert all(name in rows for name in row.needs)
        assert row.kind == "lora" or row.backend or row.lacks
    assert [name for name, row in rows.items() if row.lacks is None and row.hindrance is not None] == []


def test_whoever_names_a_lora_as_a_model_is_told(models: Path) -> None:
    with pytest.raises(InputError, match="is a LoRA"):
        catalogue.find("hyper-sdxl-4-steps")
