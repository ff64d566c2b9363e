from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from reverie.backends.diffusers_image.words import (
    REMEMBERED,
    Embedding,
    Ids,
    Prompter,
    Tokenizer,
    Vocabulary,
    tokenizers_of,
)
from reverie.core.errors import InputError
from reverie.models.checkpoint import Part, open_checkpoint
from tests import checkpoints

TEXTS = [
    "a coral reef at dusk",
    "The CITY, in oil! 3.5 storms isn't naïve  中文 ﬁ \n x\u2019s",
    "<|endoftext|> a reef <|startoftext|>",
    " ".join(["reef"] * 80),
    "",
    "   ",
    "it's we've I'm you'll he'd don't",
    "🌊 wave\u200d, 100% é e\u0301 ① ² ½",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    checkpoints.save_tokenizer(folder, 77)
    return folder


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    config = json.loads((folder / "tokenizer_config.json").read_text())
    return Tokenizer(Part("tokenizer", "CLIPTokenizer", folder, config), 77)


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_are_those_of_the_library(folder: Path, tokenizer: Tokenizer, text: str) -> None:
    from transformers import CLIPTokenizer

    theirs = CLIPTokenizer.from_pretrained(folder)
    expected = theirs(text, padding="max_length", truncation=True, max_length=77).input_ids
    assert tokenizer(text)[0].tolist() == [expected]


def test_a_text_too_long_is_told(tokenizer: Tokenizer) -> None:
    assert not tokenizer(" ".join(["reef"] * 75))[1]
    assert tokenizer(" ".join(["reef"] * 76))[1]


def test_broken_files_are_refused(tmp_path: Path) -> None:
    folder = checkpoints.save_ours(tmp_path / "model")
    (folder / "tokenizer/merges.txt").write_text("one two three\n")
    with pytest.raises(InputError, match=r"merges\.txt"):
        tokenizers_of(open_checkpoint(folder))
    (folder / "tokenizer/merges.txt").write_text("qq zz\n")
    with pytest.raises(InputError, match=r"merges\.txt"):
        tokenizers_of(open_checkpoint(folder))
    (folder / "tokenizer/vocab.json").write_text("[]")
    with pytest.raises(InputError, match=r"vocab\.json"):
        tokenizers_of(open_checkpoint(folder))
    shutil.rmtree(folder / "tokenizer")
    with pytest.raises(InputError, match="tokenizer"):
        open_checkpoint(folder)


class Counting:
    """An encoder that counts its work, and gives every text a vector of its own."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, ids: Sequence[Ids]) -> Embedding:
        self.calls += 1
        states = ids[0][0].astype(np.float32)[:, None]
        return Embedding(states, states[:, 0])


def test_prompts_are_mixed_by_weight_and_read_once(tokenizer: Tokenizer) -> None:
    count = Counting()
    prompter = Prompter([tokenizer], count)
    one, other = prompter.embed("a reef"), prompter.embed("a city")
    mixed = prompter.mixed((("a reef", 0.25), ("a city", 0.75), ("a storm", 0.0)))
    assert np.allclose(mixed.states, 0.25 * one.states + 0.75 * other.states)
    assert mixed.pooled is not None
    assert one.pooled is not None
    assert other.pooled is not None
    assert np.allclose(mixed.pooled, 0.25 * one.pooled + 0.75 * other.pooled)
    assert prompter.mixed((("a reef", 1.0),)) is one
    assert count.calls == 2


def test_what_is_remembered_has_an_end(tokenizer: Tokenizer) -> None:
    count = Counting()
    prompter = Prompter([tokenizer], count)
    for number in range(REMEMBERED + 1):
        prompter.embed(f"storm {number}")
    prompter.embed(f"storm {REMEMBERED}")
    assert count.calls == REMEMBERED + 1
    prompter.embed("storm 0")
    assert count.calls == REMEMBERED + 2


def test_words_not_learnt_are_named_with_near_ones() -> None:
    vocabulary = Vocabulary(["reef", "coral", "dusk", "Castle"])
    assert vocabulary.unknown("a coral reef at dusk with the castle") == {}
    assert vocabulary.unknown("A corral of reeves at 10 pm, zebra") == {
        "corral": ["coral"],
        "reeves": ["reef"],
        "zebra": [],
    }


def test_a_vocabulary_lies_beside_the_model(tmp_path: Path) -> None:
    assert Vocabulary.beside(tmp_path) is None
    (tmp_path / "vocabulary.json").write_text('["reef"]')
    known = Vocabulary.beside(tmp_path)
    assert known is not None
    assert known.unknown("reef city") == {"city": []}
    for text in ("{}", "[1]", "["):
        (tmp_path / "vocabulary.json").write_text(text)
        with pytest.raises(InputError, match=r"vocabulary\.json"):
            Vocabulary.beside(tmp_path)
