"""How often an address showed a wrong token: after many it is told to wait, and never is a right one."""

from __future__ import annotations

from collections import OrderedDict

MOST, SECONDS = 20, 60.0
_ADDRESSES = 1024


class Tries:
    """Wrong tokens by address; the oldest addresses are forgotten, so that nothing grows."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wrong(self, address: str, now: float) -> int:
        """Count a wrong token and return for how many seconds the address is to wait, 0 where it may go on."""
        count, since = self._seen.pop(address, (0, now))
        if now - since >= SECONDS:
            count, since = 0, now
        self._seen[address] = (count + 1, since)
        if len(self._seen) > _ADDRESSES:
            self._seen.popitem(last=False)
        return 0 if count < MOST else max(1, round(SECONDS - (now - since)))
