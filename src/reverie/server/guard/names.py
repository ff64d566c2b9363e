"""By which names this server may be called: Host and Origin, read strictly and never resolved."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

_AUTHORITY = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?")
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#@\\]+)")
_USUAL_PORTS = {"http": 80, "https": 443}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Authority(NamedTuple):
    """A name and a port, None where none was said; the name is in lower case, IPv6 in brackets."""

    name: str
    port: int | None


def authority(text: str) -> Authority | None:
    """Read `name` or `name:port`, None where it is anything else."""
    match = _AUTHORITY.fullmatch(text)
    if match is None or (match["port"] and not 0 < int(match["port"]) < 65536):
        return None
    return Authority(match["name"].lower(), int(match["port"]) if match["port"] else None)


def same_origin(origin: str, host: Authority) -> bool:
    """True where a page of `origin` came from the very name and port it now calls; "null" never did."""
    match = _ORIGIN.fullmatch(origin.lower())
    caller = match and authority(match["authority"])
    if not match or not caller:
        return False
    usual = _USUAL_PORTS[match["scheme"]]
    return caller.name == host.name and (caller.port or usual) == (host.port or usual)


def literal(name: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a name spells out, None where it is a name; IPv4 in IPv6 is the IPv4 it means."""
    try:
        address = ip_address(name.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_loopback(host: str) -> bool:
    """True where a server bound to `host` is reached from this machine only."""
    address = literal(host)
    return host.lower() == "localhost" if address is None else address.is_loopback
