"""A trial from end to end: a real server, a real client, every transport; that it measures, not what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reverie.core.errors import InputError, MachineError
from reverie.server.viewer.address import Address, Line
from reverie.server.viewer.own import own_server
from reverie.server.viewer.trial import WAYS, measured, performed, sparked, stamping

WISHES = {"prompt": "a reef", "model": "placeholder", "size": "192x128"}


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    with own_server() as found:
        yield found


@pytest.mark.parametrize("transport", WAYS)
def test_every_frame_is_read_and_every_wish_is_seen(address: Address, transport: str) -> None:
    with performed(address, WISHES) as job:
        found = measured(address, job, transport, 3.0)
    assert found.frames > 5
    assert found.unread == 0
    assert found.steered >= 1
    assert found.unanswered == 0
    assert found.late == 0
    assert found.age.p50 > 0


def test_sparks_are_lived_through(address: Address) -> None:
    with performed(address, WISHES) as job:
        found = sparked(address, job, 1, 1.0)
    assert found.lit == 1
    assert 0 < found.median <= 1000
    assert found.longest > 0


def test_a_trial_ends_what_it_began(address: Address) -> None:
    line = Line(address)
    assert {job["state"] for job in line.ask("GET", "/api/jobs")["items"]} <= {"cancelled"}
    line.close()


def test_what_the_server_refuses_is_said_in_its_words(address: Address) -> None:
    with pytest.raises(MachineError, match="is no model"), performed(address, {**WISHES, "model": "none"}):
        pass
    with pytest.raises(InputError, match="transport"):
        measured(address, "0" * 16, "pigeon", 1.0)


def test_a_frame_is_stamped_before_it_waits() -> None:
    names = [one["name"] for one in stamping([{"name": "interpolate"}, {"name": "buffer"}, {"name": "pace"}])]
    assert names == ["interpolate", "stamp", "buffer", "pace"]
    assert [one["name"] for one in stamping([])] == ["stamp"]
