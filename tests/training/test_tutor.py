"""The tutor tells what latents show, at any size, and its blame has a slope to learn from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from reverie.worlds.world import TABLES
from tests.training.caches import save_pictures
from training.prompts import JUDGED
from training.tutor import Answers, Tutor


@pytest.fixture(scope="module")
def tutor() -> Tutor:
    torch.manual_seed(0)
    return Tutor(4, width=8)


@pytest.mark.parametrize("side", [8, 16, 20])
def test_latents_of_any_size_are_told(tutor: Tutor, side: int) -> None:
    said = tutor(torch.randn(3, 4, side, side))
    assert {name: tuple(logits.shape) for name, logits in said.items()} == {
        name: (3, len(TABLES[name])) for name in JUDGED
    }


def test_blame_teaches_the_latents(tutor: Tutor) -> None:
    latents = torch.randn(2, 4, 8, 8, requires_grad=True)
    answers = {name: torch.tensor([0, 1]) for name in JUDGED}
    before = tutor.blame(latents, answers)
    (slope,) = torch.autograd.grad(before, latents)
    after = tutor.blame(latents - 20.0 * slope, answers)
    assert float(after.detach()) < float(before.detach())


def test_answers_are_of_the_rows_asked_for(tmp_path: Path) -> None:
    pictures = save_pictures(tmp_path)
    found = Answers(tmp_path, "cpu").of(torch.tensor([7, 2]))
    for name in JUDGED:
        told = [list(TABLES[name])[index] for index in found[name]]
        assert told == [getattr(pictures.worlds[row], name) for row in (7, 2)]
