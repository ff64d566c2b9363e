"""`reverie` in a process that hears of every socket: python -m tests.server.watchful serve …"""

from __future__ import annotations

import sys
from ipaddress import ip_address

HEARD = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
ASKED = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def inside(address: object) -> bool:
    """True for this machine's own: loopback, and sockets that are files."""
    if not isinstance(address, tuple):
        return True
    try:
        return ip_address(str(address[0]).partition("%")[0]).is_loopback
    except ValueError:
        return address[0] in {"localhost", None}


def hear(event: str, arguments: tuple[object, ...]) -> None:
    """Say where a socket goes that leaves this machine."""
    if event in HEARD and not inside(arguments[1]):
        print(f"OUTSIDE {event} {arguments[1]}", file=sys.stderr, flush=True)
    elif event in ASKED and not inside((arguments[0],)):
        print(f"OUTSIDE {event} {arguments[0]!r}", file=sys.stderr, flush=True)


def main() -> int:
    from reverie.cli import main as reverie

    sys.addaudithook(hear)
    return reverie(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
