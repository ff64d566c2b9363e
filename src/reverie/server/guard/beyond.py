"""At which address others find this machine: read from its own network cards, nobody is asked."""

from __future__ import annotations

import socket
from collections.abc import Iterable

import psutil  # type: ignore[import-untyped]

from reverie.server.guard.names import literal


def found_at() -> str | None:
    """Return this machine's IPv4 address in its network, None where it is in none."""
    cards = (address for card in psutil.net_if_addrs().values() for address in card)
    return best(address.address for address in cards if address.family == socket.AF_INET)


def best(addresses: Iterable[str]) -> str | None:
    """Return the first address that a neighbour can reach, one of a private network before any other."""
    read = [(text, address) for text in addresses if (address := literal(text)) is not None]
    reached = [(text, address) for text, address in read if not (address.is_loopback or address.is_link_local)]
    return next((text for text, _ in sorted(reached, key=lambda one: not one[1].is_private)), None)
