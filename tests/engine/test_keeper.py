from __future__ import annotations

import pytest

from reverie.engine.keeper import DISTRUST, LONGEST, TRUST_BACK, Keeper

WIDE, NARROW = 5.0, 1.1


def begun() -> Keeper:
    keeper = Keeper(20)
    keeper.begin()
    keeper.planted(zoom=1.0)
    return keeper


def frames_until_trusted(keeper: Keeper, margin: float) -> int:
    frames = 0
    while keeper.active:
        keeper.observe(False, margin)
        frames += 1
    return frames


def test_it_rests_until_it_is_needed() -> None:
    keeper = Keeper(20)
    keeper.observe(True, 0.5)
    assert not keeper.active
    assert not keeper.wants_seed()
    assert keeper.hold == 0
    assert keeper.layers() == (None, None)


def test_the_repaint_is_trusted_again_bit_by_bit() -> None:
    keeper = begun()
    assert keeper.hold == DISTRUST
    assert TRUST_BACK <= frames_until_trusted(keeper, WIDE) <= TRUST_BACK + 1
    assert keeper.hold == 0


def test_near_to_dying_trust_comes_back_slowly() -> None:
    assert frames_until_trusted(begun(), NARROW) >= LONGEST * TRUST_BACK


def test_each_relapse_doubles_the_time_and_recovery_forgets_it() -> None:
    keeper = begun()
    for _ in range(TRUST_BACK // 2):
        keeper.observe(False, WIDE)
    keeper.observe(True, 0.5)
    assert keeper.hold == DISTRUST
    assert frames_until_trusted(keeper, WIDE) >= 2 * TRUST_BACK
    keeper.begin()
    assert frames_until_trusted(keeper, WIDE) <= TRUST_BACK + 1


@pytest.mark.parametrize(("zoom", "frames"), [(1.0, 20), (1.05, 8), (1 / 1.05, 8), (1.5, 4)])
def test_a_seed_is_kept_until_the_camera_has_enlarged_it(zoom: float, frames: int) -> None:
    keeper = begun()
    keeper.planted(zoom)
    for _ in range(frames):
        assert not keeper.wants_seed()
        keeper.observe(True, 0.5)
    assert keeper.wants_seed()


def test_one_seed_fades_into_the_next_and_grows_about_its_own_size() -> None:
    keeper = begun()
    shares, ages = [], []
    for _ in range(20):
        old, new = keeper.layers()
        assert new is not None
        shares.append(((old.weight if old else 0.0), new.weight))
        ages.append(new.age)
        keeper.observe(True, 0.5)
    assert all(old + new == pytest.approx(sum(shares[0])) for old, new in shares)
    assert shares[0][0] > shares[0][1]
    assert shares[-1][0] == 0
    assert ages == list(range(-10, 10))
