from __future__ import annotations

import pytest

from reverie.server.guard.beyond import best, found_at


@pytest.mark.parametrize(
    ("addresses", "chosen"),
    [
        ([], None),
        (["127.0.0.1", "169.254.3.4"], None),
        (["127.0.0.1", "9.9.9.9", "192.168.1.4"], "192.168.1.4"),
        (["9.9.9.9"], "9.9.9.9"),
        (["not an address", "10.0.0.2", "192.168.1.4"], "10.0.0.2"),
    ],
)
def test_neighbours_are_given_the_address_they_reach(addresses: list[str], chosen: str | None) -> None:
    assert best(addresses) == chosen


def test_this_machine_has_one_or_none() -> None:
    found = found_at()
    assert found is None or found.count(".") == 3
