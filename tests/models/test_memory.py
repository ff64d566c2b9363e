"""The bank finds a place again, and the network settles between what was and what is."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from reverie.models.memory import CELL, LOOKS, Memory, Moment, Recorded, looks


@pytest.fixture(scope="module")
def network() -> Memory:
    torch.manual_seed(0)
    return Memory((8, 8, 8), key_width=8).eval().requires_grad_(False)


def patches(seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, 16, 24, generator=generator)
    return torch.nn.functional.interpolate(coarse, scale_factor=4, mode="bicubic").clamp(0, 1)


def test_a_place_is_found_again_where_it_was(network: Memory) -> None:
    source, shown = patches(1), patches(2)
    recalled = network.recall(source, network.record(source, shown))
    assert recalled.shape == (1, LOOKS, 64 // CELL, 96 // CELL)
    alone = Memory((8, 8, 8), key_width=8).eval().requires_grad_(False)
    alone.load_state_dict(network.state_dict())
    alone.sharpness.fill_(8.0)
    assert torch.allclose(alone.recall(source, network.record(source, shown)), looks(shown), atol=0.02)


def test_a_place_that_moved_is_found_where_it_went(network: Memory) -> None:
    sharp = Memory((8, 8, 8), key_width=8).eval().requires_grad_(False)
    sharp.load_state_dict(network.state_dict())
    sharp.sharpness.fill_(8.0)
    source, shown = patches(1), patches(2)
    recalled = sharp.recall(source.roll(CELL, 3), sharp.record(source, shown))
    # The outermost places see the border, which did not move with them.
    assert torch.allclose(recalled[..., 1:-1, 2:-1], looks(shown).roll(1, 3)[..., 1:-1, 2:-1], atol=0.05)


def test_untaught_it_takes_half_of_each_where_there_is_a_past(network: Memory) -> None:
    painted = 0.8 * patches(3)
    before, unseen = painted + 0.1, torch.zeros(1, 1, 64, 96)
    still = torch.zeros_like(painted)
    alone = network(Moment(painted, before, painted, still, unseen), looks(painted))
    assert torch.allclose(alone, painted, atol=1e-5)
    both = network(Moment(painted, before, painted, still, unseen + 1), looks(painted))
    assert torch.allclose(both, painted + 0.05, atol=1e-4)


def test_detail_never_grows_beyond_the_painters(network: Memory) -> None:
    painted, before = patches(3), patches(4)
    eager = Memory((8, 8, 8), key_width=8).eval().requires_grad_(False)
    eager.load_state_dict(network.state_dict())
    assert eager.leave.bias is not None
    eager.leave.bias[-1] = 5.0
    flat = torch.full_like(painted, 0.5)
    seen = torch.ones(1, 1, 64, 96)
    calm = eager(Moment(flat, before, painted, torch.zeros_like(painted), seen), looks(flat))
    assert looks(calm)[:, 3:].max() < 0.6 * looks(before)[:, 3:].mean()
    rich = eager(Moment(painted, painted, painted, torch.zeros_like(painted), seen), looks(painted))
    assert looks(rich)[:, 3:].mean() < 1.1 * looks(painted)[:, 3:].mean()


def test_a_bank_keeps_its_size(network: Memory) -> None:
    one = network.record(patches(1), patches(2))
    places = one.keys.shape[1]
    bank = one.joined(network.record(patches(3), patches(4)), 2 * places).joined(one, 2 * places)
    assert bank.keys.shape[1] == bank.looks.shape[1] == 2 * places
    assert torch.equal(bank.looks[:, places:], one.looks)


def test_looks_are_colours_and_how_much_happens() -> None:
    flat = torch.full((1, 3, CELL, CELL), 0.4)
    assert torch.allclose(looks(flat)[0, :3, 0, 0], torch.tensor(0.4))
    assert looks(flat)[0, 3:].abs().max() < 1e-5
    assert looks(patches(1))[0, 3:].min() > 1e-3


def test_fewer_places_than_are_asked_for_are_enough(network: Memory) -> None:
    small = torch.rand(1, 3, CELL, CELL)
    recalled = network.recall(small, network.record(small, small))
    assert torch.allclose(recalled, looks(small), atol=1e-5)
    assert isinstance(network.record(small, small), Recorded)
