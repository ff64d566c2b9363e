from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.server.guard.names import Authority, authority, is_loopback, literal, same_origin

HERE = Authority("127.0.0.1", 8000)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("localhost", Authority("localhost", None)),
        ("LocalHost:8000", Authority("localhost", 8000)),
        ("[::1]:8000", Authority("[::1]", 8000)),
        ("studio.example.org:443", Authority("studio.example.org", 443)),
    ],
)
def test_a_host_is_read(text: str, read: Authority) -> None:
    assert authority(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "localhost/?x=",
        "a@b",
        "localhost:",
        "localhost:0",
        "localhost:99999",
        "::1",
        "[::1",
        "a b",
        "a,b",
        "a\n",
    ],
)
def test_what_is_no_host_is_none(text: str) -> None:
    assert authority(text) is None


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    read = authority(text)
    assert read is None or read.name == read.name.lower()


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "https://127.0.0.1:8000", "HTTP://127.0.0.1:8000"])
def test_a_page_of_the_same_name_and_port_is_ours(origin: str) -> None:
    assert same_origin(origin, HERE)


def test_a_usual_port_need_not_be_said() -> None:
    assert same_origin("https://studio.example.org", Authority("studio.example.org", None))
    assert same_origin("http://studio.example.org", Authority("studio.example.org", 80))
    assert not same_origin("http://studio.example.org", Authority("studio.example.org", 443))


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "file://",
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:8001",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:8000.evil.example",
        "http://127.0.0.1:8000@evil.example",
        "http://127.0.0.1:8000/",
        "http://[::1",
        "http://localhost:8000",
        "chrome-extension://127.0.0.1:8000",
    ],
)
def test_any_other_page_is_a_stranger(origin: str) -> None:
    assert not same_origin(origin, HERE)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_what_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_an_address_within_another_is_the_same() -> None:
    assert literal("[::ffff:192.168.1.4]") == literal("192.168.1.4")
    assert literal("studio.local") is None
