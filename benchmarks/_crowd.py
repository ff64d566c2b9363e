"""Viewers by raw sockets, in a process of their own: they read without decoding, or never read at all.

python benchmarks/_crowd.py ADDRESS JOB COUNT read|stall
"""

from __future__ import annotations

import selectors
import socket
import sys

from reverie.server.viewer.address import Address

PIECE = 2**18


def entered(address: Address, job: str) -> socket.socket:
    """Return a socket that has asked for a job's stream."""
    found = socket.create_connection((address.name, address.port))
    found.sendall(f"GET /api/jobs/{job}/preview.mjpeg HTTP/1.1\r\nHost: {address.authority}\r\n\r\n".encode())
    return found


def main() -> int:
    """Say `ready` when all are in, then read until the input ends; those that stall only stay."""
    address, job, count, manner = Address.read(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    crowd = [entered(address, job) for _ in range(count)]
    with selectors.DefaultSelector() as waiting:
        waiting.register(sys.stdin, selectors.EVENT_READ)
        for viewer in crowd if manner == "read" else []:
            waiting.register(viewer, selectors.EVENT_READ)
        print("ready", flush=True)
        while True:
            for key, _ in waiting.select():
                if key.fileobj is sys.stdin:
                    return 0
                if isinstance(key.fileobj, socket.socket) and not key.fileobj.recv(PIECE):
                    waiting.unregister(key.fileobj)


if __name__ == "__main__":
    sys.exit(main())
