"""The cache of latents has every picture at every size, and captions of which some leave nothing out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional
from transformers import CLIPTokenizer

from reverie.worlds.parser import parse
from reverie.worlds.world import random_world
from tests.training.caches import save_pictures
from training.build import TOKENS, build_autoencoder
from training.latents import CAPTIONS, FULL, encode, evenness, spoken, tokenise
from training.presets import PRESETS
from training.prompts import JUDGED
from training.tokenizer import learn, write


@pytest.mark.parametrize("side", [16, 32])
def test_every_picture_is_encoded_at_the_size_asked_for(tmp_path: Path, side: int) -> None:
    torch.manual_seed(0)
    cache, path = save_pictures(tmp_path, count=5), tmp_path / "latents.npy"
    encode(build_autoencoder(PRESETS["smoke"]), cache, side, path, "cpu", batch=2)
    latents = np.load(path)
    assert latents.shape == (5, PRESETS["smoke"].latent_channels, side // 4, side // 4)
    assert latents.dtype == np.float16
    assert (latents.std((1, 2, 3)) > 0).all()


def test_an_autoencoder_that_says_nothing_is_refused(tmp_path: Path) -> None:
    model = build_autoencoder(PRESETS["smoke"])
    for parameter in model.encoder.parameters():
        parameter.data.zero_()
    with pytest.raises(ValueError, match="pictures 0 to 2"):
        encode(model, save_pictures(tmp_path, count=5), 32, tmp_path / "latents.npy", "cpu", batch=2)


def test_some_captions_leave_nothing_out() -> None:
    world = random_world(11)
    texts = spoken(world)
    assert len(texts) == CAPTIONS
    for text in texts[-FULL:]:
        assert set(JUDGED) <= set(parse(text, 0).said)


def test_captions_become_tokens_in_the_order_of_the_pictures(tmp_path: Path) -> None:
    write(tmp_path / "tokenizer", *learn(captions=200, size=700))
    tokenizer = CLIPTokenizer.from_pretrained(tmp_path / "tokenizer")
    cache = save_pictures(tmp_path, count=3)
    tokenise(tokenizer, cache, tmp_path)
    tokens = np.load(tmp_path / "tokens.npy")
    assert tokens.shape == (3, CAPTIONS, TOKENS)
    assert tokens.dtype == np.int16
    shown = [tokenizer.decode(row, skip_special_tokens=True) for row in tokens[2]]
    again = [
        tokenizer.decode(tokenizer(text, truncation=True)["input_ids"], skip_special_tokens=True)
        for text in spoken(cache.worlds[2])
    ]
    assert shown == again
    assert set(np.load(tmp_path / "empty.npy")[1:]) == {tokenizer.eos_token_id}


def test_evenness_sees_a_common_pattern_and_a_channel_that_hardly_varies() -> None:
    white = torch.randn(64, 4, 12, 12, generator=torch.Generator().manual_seed(0))
    fair = evenness(white)
    assert fair["pattern"] < 0.05
    assert fair["spread"] > 0.9
    framed = evenness(white + functional.pad(torch.zeros(1, 4, 8, 8), (2, 2, 2, 2), value=5.0))
    assert framed["pattern"] > 0.5
    assert framed["spread"] == pytest.approx(fair["spread"], abs=0.01)
    assert evenness(white * torch.tensor([1.0, 1.0, 1.0, 0.05])[:, None, None])["spread"] < 0.1
