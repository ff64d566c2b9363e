"""The text encoder's first lesson: captions that say an attribute can be told apart."""

from __future__ import annotations

from pathlib import Path

import torch

from reverie.worlds.world import TABLES
from tests.training.caches import save_pictures
from training.build import TOKENS, build_text_encoder
from training.presets import PRESETS
from training.words import TOLD, Telling, attributes, lesson


def telling(vocabulary: int = 40) -> Telling:
    torch.manual_seed(0)
    return Telling(build_text_encoder(PRESETS["smoke"], vocabulary, 1, 1))


def test_every_attribute_has_an_index_in_its_table(tmp_path: Path) -> None:
    pictures = save_pictures(tmp_path)
    found = attributes(pictures)
    assert set(found) == set(TOLD)
    for name, values in found.items():
        assert [list(TABLES[name])[index] for index in values] == [getattr(world, name) for world in pictures.worlds]


def test_it_learns_which_word_means_which_attribute() -> None:
    model = telling()
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    kinds = torch.tensor([0, 1, 2, 3])
    tokens = (kinds + 10)[:, None].expand(-1, TOKENS)
    answers = dict.fromkeys(TOLD, kinds)
    before = lesson(model, tokens, answers)
    for _ in range(40):
        lesson(model, tokens, answers)[0].backward()
        optimizer.step()
        optimizer.zero_grad()
    loss, right = lesson(model, tokens, answers)
    assert before[1] < 1.0
    assert float(loss.detach()) < float(before[0].detach()) / 2
    assert right == 1.0
