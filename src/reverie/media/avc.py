"""H.264's parameter sets, as far as it takes to put a second encoder's pictures behind the first one's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_START = re.compile(rb"\x00\x00\x00?\x01")
_SPS, _PPS, _MOST = 7, 8, 32


@dataclass(frozen=True, slots=True)
class Headers:
    """A stream's parameter sets. `prefixed` tells that its packets give lengths instead of start codes."""

    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]
    prefixed: bool
    profile: bytes = b""

    def free(self) -> int | None:
        """Return a number that no parameter set has, None where all are taken or too many to be listed."""
        taken = {_number(unit[4:]) for unit in self.sps} | {_number(unit[1:]) for unit in self.pps}
        return next((number for number in range(_MOST) if number not in taken), None)

    def with_others(self, other: Headers) -> bytes:
        """Return extradata that hold these sets and another stream's, in this stream's own form."""
        sps, pps = (*self.sps, *other.sps), (*self.pps, *other.pps)
        if not self.prefixed:
            return b"".join(b"\0\0\0\1" + unit for unit in (*sps, *pps))
        listed = b"".join(len(unit).to_bytes(2) + unit for unit in sps)
        pictured = b"".join(len(unit).to_bytes(2) + unit for unit in pps)
        return b"\1" + self.profile + b"\xff" + bytes([0xE0 | len(sps)]) + listed + bytes([len(pps)]) + pictured


def read_headers(extradata: bytes) -> Headers | None:
    """Return the parameter sets in a stream's extradata, None where they are not in a form that can be added to."""
    if extradata[:1] == b"\1":
        return _listed(extradata)
    units = split(extradata)
    sps, pps = (tuple(unit for unit in units if unit[0] & 31 == kind) for kind in (_SPS, _PPS))
    return Headers(sps, pps, prefixed=False) if sps and pps else None


def _listed(extradata: bytes) -> Headers | None:
    if len(extradata) < 7 or extradata[4] & 3 != 3:
        return None
    place, found = 6, list[bytes]()
    count, groups = extradata[5] & 31, list[tuple[bytes, ...]]()
    for _ in range(2):
        for _ in range(count):
            length = int.from_bytes(extradata[place : place + 2])
            found.append(extradata[place + 2 : place + 2 + length])
            place += 2 + length
        groups.append(tuple(found))
        found = []
        if len(groups) == 1:
            if place >= len(extradata):
                return None
            count, place = extradata[place], place + 1
    if not all(groups) or not all(unit for group in groups for unit in group):
        return None
    return Headers(groups[0], groups[1], prefixed=True, profile=extradata[1:4])


def split(stream: bytes) -> list[bytes]:
    """Return the units between start codes."""
    return [unit.rstrip(b"\0") for unit in _START.split(stream) if unit.rstrip(b"\0")]


def with_lengths(units: Iterable[bytes]) -> bytes:
    """Return units, each behind its length in four bytes."""
    return b"".join(len(unit).to_bytes(4) + unit for unit in units)


def pictures(packet: bytes) -> Sequence[bytes]:
    """Return a packet's units less its parameter sets, which stand in the extradata."""
    return [unit for unit in split(packet) if unit[0] & 31 not in (_SPS, _PPS)]


def _number(bits: bytes) -> int:
    """Return the first number of a unit, written as Exp-Golomb code does: n zeros, a one, n more bits."""
    value = int.from_bytes(bits[:8].ljust(8, b"\0"))
    zeros = 64 - value.bit_length()
    return (value >> (63 - 2 * zeros)) - 1 if zeros < 16 else _MOST
