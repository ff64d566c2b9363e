from __future__ import annotations

import pytest

from reverie.core.errors import InputError
from reverie.server.viewer.address import Address


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("https://studio.example.org", "studio.example.org:443"),
        ("http://[::1]:9", "[::1]:9"),
    ],
)
def test_an_address_is_read(text: str, authority: str) -> None:
    assert Address.read(text).authority == authority


@pytest.mark.parametrize("text", ["", "127.0.0.1:8000", "ftp://a", "http://"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--url"):
        Address.read(text)


def test_a_token_opens_and_is_not_shown() -> None:
    address = Address.read("http://127.0.0.1", "a-token-of-my-own")
    assert address.headers == {"authorization": "Bearer a-token-of-my-own"}
    assert "a-token" not in repr(address)
