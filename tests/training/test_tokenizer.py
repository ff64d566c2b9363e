"""The tokenizer: the hub's own class loads it, every caption fits, and every word of the grammar is one piece."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from transformers import CLIPTokenizer

from reverie.worlds.captions import caption, vocabulary
from reverie.worlds.world import random_world
from training.tokenizer import BEGIN, END, MAX_LENGTH, learn, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    write(folder, *learn(captions=8000, size=2048))
    return folder


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> CLIPTokenizer:
    return CLIPTokenizer.from_pretrained(folder)


def ids(tokenizer: CLIPTokenizer, text: str) -> list[int]:
    return list(tokenizer(text)["input_ids"])


def test_specials_come_first(tokenizer: CLIPTokenizer) -> None:
    assert (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id) == (0, 1, 1)
    assert (tokenizer.bos_token, tokenizer.eos_token) == (BEGIN, END)
    assert tokenizer.model_max_length == MAX_LENGTH
    assert ids(tokenizer, "") == [0, 1]


def test_letters_are_folded_and_text_comes_back(tokenizer: CLIPTokenizer) -> None:
    assert ids(tokenizer, "A Coral REEF") == ids(tokenizer, "a  coral reef")
    assert tokenizer.decode(ids(tokenizer, "a coral reef"), skip_special_tokens=True) == "a coral reef"


def test_words_of_the_grammar_are_one_piece(tokenizer: CLIPTokenizer) -> None:
    # The recipe reads 20,000 captions and has none left over; fewer are read here.
    split = [word for word in vocabulary() if len(ids(tokenizer, word)) != 3]
    assert len(split) <= 0.01 * len(vocabulary())


def test_captions_fit(tokenizer: CLIPTokenizer) -> None:
    lengths = [
        len(ids(tokenizer, caption(random_world(seed), random.Random(seed)))) for seed in range(10**6, 10**6 + 800)
    ]
    assert np.quantile(lengths, 0.99) <= MAX_LENGTH
    assert np.mean(lengths) < 14


@pytest.mark.parametrize("text", ["zyxwv", "télévision", "東京", "🎉", "1980s", "rock'n'roll", "\x00", "<>"])
def test_any_text_is_spelt_without_an_end_in_its_middle(tokenizer: CLIPTokenizer, text: str) -> None:
    inner = ids(tokenizer, text)[1:-1]
    assert inner
    assert not {0, 1} & set(inner)


def test_a_batch_is_padded_with_the_end(tokenizer: CLIPTokenizer) -> None:
    batch = tokenizer(["dunes", "a coral reef at dusk"], padding="max_length", truncation=True, return_tensors="np")
    assert batch["input_ids"].shape == (2, MAX_LENGTH)
    assert set(batch["input_ids"][0, 2:]) == {1}


def test_the_same_captions_give_the_same_pieces() -> None:
    assert learn(captions=200, size=700) == learn(captions=200, size=700)


def test_known_words_are_listed(folder: Path) -> None:
    known = json.loads((folder / "vocabulary.json").read_text())
    assert {"mountains", "mountain", "dusk", "watercolour", "the"} <= set(known)
    assert "dragon" not in known
    assert known == sorted(set(known))
