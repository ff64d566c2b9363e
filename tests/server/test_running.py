"""Addresses that can't be had, certificates that are none: one sentence each, before anything is opened."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from reverie.core.errors import InputError
from reverie.server.running import bound, certificate


def test_a_free_port_is_found() -> None:
    with bound("127.0.0.1", 0) as listening:
        assert listening.getsockname()[1] > 0


def test_a_port_in_use_is_said_to_be_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"is in use: stop what listens there, or try --port {port + 1}"):
            bound("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port", "field"),
    [
        ("127.0.0.1", 70_000, "--port"),
        ("127.0.0.1", -1, "--port"),
        ("no.such.host.invalid", 0, "--host"),
        ("", 0, "--host"),
    ],
)
def test_what_is_no_address_is_refused(host: str, port: int, field: str) -> None:
    with pytest.raises(InputError) as refused:
        bound(host, port).close()
    assert refused.value.field == field


def test_what_is_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text("nonsense")
    for name in ("a.pem", "missing.pem"):
        with pytest.raises(InputError, match="give a certificate and its key"):
            certificate(tmp_path / name, tmp_path / name)
