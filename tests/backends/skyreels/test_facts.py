"""What a video model is, from its settings alone, and words for those that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reverie.backends.skyreels import SkyReels, SkyReelsOptions
from reverie.core import shelf
from reverie.core.errors import InputError
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Keyframe
from tests.video_checkpoints import save_forced, save_pictured

SCENE = Scene(keyframes=(Keyframe(prompt="a reef"),), duration=1.0, backend=ComponentSpec(name="skyreels"))
SPEC = RenderSpec(width=32, height=32, scenes=(SCENE,))


@pytest.mark.parametrize(
    ("kind", "inputs"), [("forced", {"text", "image", "video"}), ("pictured", {"text", "image"}), ("words", {"text"})]
)
def test_a_card_says_what_a_model_begins_with(models: dict[str, str], kind: str, inputs: set[str]) -> None:
    card = SkyReels.describe(SkyReelsOptions(model=models[kind]))
    assert card.inputs == inputs
    assert card.num_frames == 97
    assert card.size_multiple == 16


def test_every_row_of_the_shelf_has_lengths_that_fit() -> None:
    rows = [row for row in shelf.rows().values() if row.backend == "skyreels" and row.hindrance is None]
    assert len(rows) >= 8
    for row in rows:
        assert sum(SkyReels.spans(SkyReelsOptions(model=row.name), 400, continued=False)) == 400
        assert row.width is not None
        assert row.height is not None
        assert row.width % 16 == row.height % 16 == 0


def saved(tmp_path: Path, **index: object) -> str:
    folder = save_forced(tmp_path / "model")
    path = folder / "model_index.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **index}))
    return str(folder)


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ({"_class_name": "WanPipeline"}, "was saved by WanPipeline, where"),
        ({"_class_name": "SkyReelsV2ImageToVideoPipeline"}, "has a network of 16 channels, where its kind wants 36"),
        ({"transformer": ["diffusers", "FluxTransformer2DModel"]}, "has transformer FluxTransformer2DModel, where"),
        ({"vae": None}, "has no vae: use a SkyReels-V2 model"),
        ({"scheduler": ["diffusers", "DDIMScheduler"]}, "scheduler DDIMScheduler' can't be run"),
    ],
)
def test_what_is_no_such_model_is_told_in_words(index: dict[str, object], words: str, tmp_path: Path) -> None:
    model = saved(tmp_path, **index)
    with pytest.raises(InputError, match=words):
        SkyReels(SkyReelsOptions(model=model, device="cpu", dtype="float32"))._ready(SPEC, lambda *_: None)


def test_a_part_that_is_missing_is_told(tmp_path: Path) -> None:
    folder = save_pictured(tmp_path / "model")
    path = folder / "model_index.json"
    index = json.loads(path.read_text())
    del index["image_encoder"]
    path.write_text(json.dumps(index))
    with pytest.raises(InputError, match="has no image_encoder"):
        SkyReels(SkyReelsOptions(model=str(folder)))


def test_broken_weights_are_told_by_their_tensor(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = save_forced(tmp_path / "model")
    file = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    weights = load_file(file)
    weights.pop("proj_out.bias")
    save_file(weights, file, metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"does not fit its transformer: tensor proj_out\.bias is missing"):
        SkyReels(SkyReelsOptions(model=str(folder), device="cpu"))._ready(SPEC, lambda *_: None)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(InputError, match="is broken"):
        SkyReels(SkyReelsOptions(model=str(folder), device="cpu"))._ready(SPEC, lambda *_: None)
    file.rename(file.with_suffix(".bin"))
    with pytest.raises(InputError, match="is pickled and could run any program"):
        SkyReels(SkyReelsOptions(model=str(folder), device="cpu"))._ready(SPEC, lambda *_: None)
