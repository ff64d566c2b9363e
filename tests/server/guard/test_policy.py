from __future__ import annotations

import pytest

from reverie.core.errors import InputError
from reverie.server.guard import Guard

SECRET = b"s" * 32


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_on_loopback_anybody_here_may_steer_unless_a_token_was_chosen(host: str) -> None:
    assert Guard.at(host, secret=SECRET).open_door
    assert not Guard.at(host, secret=SECRET, token="a-token-of-my-own").open_door


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "studio.local", ""])
def test_beyond_loopback_nobody_comes_in_without_a_token(host: str) -> None:
    guard = Guard.at(host, secret=SECRET)
    assert not guard.open_door
    assert len(guard.keys.steer) >= 32


def test_a_name_for_others_means_that_others_come() -> None:
    guard = Guard.at("127.0.0.1", secret=SECRET, names=["studio.example.org"])
    assert not guard.open_door
    assert guard.beyond == "studio.example.org"


@pytest.mark.parametrize("name", ["", "a b", "http://a", "a:80", "a/b", "*"])
def test_a_name_that_cannot_be_read_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="allow-host"):
        Guard.at("127.0.0.1", secret=SECRET, names=[name])


def test_a_weak_token_is_refused() -> None:
    with pytest.raises(InputError, match="token"):
        Guard.at("0.0.0.0", secret=SECRET, token="short")
