"""What lets one in: the token that steers, the one that watches, and tickets that expire, all by HMAC.

A ticket is `kind.job.expires.signature`; it says itself what it is for, so that nothing needs to be stored, and one
that was changed in any place is none.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from enum import IntEnum

from reverie.core.errors import InputError

MOST_SECONDS = 31 * 86_400
"""How long a ticket may last."""

_TOKEN = re.compile(r"[A-Za-z0-9_~-]{16,200}")
_ANY = "-"


class Access(IntEnum):
    """What somebody may do, more including less: see one performance's pictures, see all an audience sees, steer."""

    NONE = 0
    PREVIEW = 1
    WATCH = 2
    STEER = 3


@dataclass(frozen=True)
class Pass:
    """What a caller may do; `job` is the one performance that a preview is of, `expires` in seconds since 1970."""

    access: Access
    job: str | None = None
    expires: int | None = None

    def opens(self, needs: Access, job: str | None) -> bool:
        """True where this lets one through a door that needs `needs` and belongs to `job`."""
        return self.access >= needs and (self.access is not Access.PREVIEW or (job is not None and job == self.job))


NOBODY, ANYBODY = Pass(Access.NONE), Pass(Access.STEER)


@dataclass(frozen=True)
class Keys:
    """A studio's two tokens and the key it signs tickets with; none of them is ever shown by `repr`."""

    steer: str = field(repr=False)
    watch: str = field(repr=False)
    signing: bytes = field(repr=False)

    @classmethod
    def made(cls, secret: bytes, token: str | None = None) -> Keys:
        """Derive them from the studio's secret; `token` steers in place of a derived one, and changing it changes all.

        Raises InputError where the token is short or holds signs that an address would have to write another way.
        """
        if token is not None and not _TOKEN.fullmatch(token):
            fix = "must be 16 to 200 letters, digits, - or _: leave it out and one is made."
            raise InputError("token", "…", fix)
        root = _mac(secret, token or "")
        return cls(token or text(_mac(root, "steer")), text(_mac(root, "watch")), _mac(root, "tickets"))

    def admit(self, credential: str, now: float) -> Pass | None:
        """Return what a token or ticket lets one do at `now`, None where it is neither, or its time is over."""
        given = credential.encode("utf-8", "replace")
        steers = hmac.compare_digest(given, self.steer.encode())
        watches = hmac.compare_digest(given, self.watch.encode())
        if steers or watches:
            return Pass(Access.STEER if steers else Access.WATCH)
        return self._redeemed(credential, now)

    def ticket(self, access: Access, job: str | None, expires: int) -> str:
        """Sign a ticket to watch, or to see one job's pictures, until `expires`."""
        said = f"{access.name.lower()}.{job or _ANY}.{expires}"
        return f"{said}.{text(_mac(self.signing, said)[:16])}"

    def _redeemed(self, credential: str, now: float) -> Pass | None:
        said, _, signature = credential.rpartition(".")
        expected = text(_mac(self.signing, said)[:16])
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
            return None
        kind, job, until = said.split(".")
        if int(until) <= now:
            return None
        return Pass(Access[kind.upper()], None if job == _ANY else job, int(until))


def _mac(key: bytes, said: str) -> bytes:
    return hmac.digest(key, said.encode("utf-8", "replace"), "sha256")


def text(code: bytes) -> str:
    """Write bytes as letters, digits, - and _."""
    return urlsafe_b64encode(code).decode().rstrip("=")
