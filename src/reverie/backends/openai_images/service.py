"""One question to the service and its answer: tried again where that can help, never sent on to another address."""

from __future__ import annotations

import base64
import binascii
import email.utils
import json
import os
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from reverie.core.errors import InputError, MachineError

ADDRESS = "https://api.openai.com/v1"
KEY, BASE = "OPENAI_API_KEY", "OPENAI_BASE_URL"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

MOST_ANSWER = 64 * 2**20
AGAIN = frozenset({408, 409, 429, 500, 502, 503, 504})
"""Answers after which trying again can help."""

SPENT = "insufficient_quota"
FIRST_WAIT, LONGEST_WAIT, MOST_TOLD = 0.5, 30.0, 120.0
"""Seconds: between the first tries, between later ones, and the most that the service may ask for."""

SLICE = 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    """A picture file, and what the service says it used."""

    picture: bytes
    usage: Mapping[str, Any]


class Refused(MachineError):
    """The service painted nothing."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: what is sent has a key with it."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where pictures come from, and the key to it; `tries` is how often a question is asked at most."""

    address: str
    key: str
    tries: int = 5
    seconds: float = 180.0

    @classmethod
    def configured(cls, tries: int = 5, seconds: float = 180.0) -> Service:
        """Return the service that the environment names; MachineError where it names none that may be used."""
        key, address = os.environ.get(KEY, "").strip(), os.environ.get(BASE, "").strip() or ADDRESS
        if not key:
            raise MachineError(f"openai-images is off: set {KEY} to a key of the service to have it paint.")
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise MachineError(f"{BASE}: '{address}' would send the key unencrypted: use an https address.")
        return cls(address.rstrip("/"), key, tries, seconds)

    def ask(self, question: Mapping[str, Any], waiting: Callable[[], None]) -> Answer:
        """Return what is painted; `waiting` is called while a pause lasts, and may raise to end it.

        Raises InputError where the service does not accept the words, Refused where it paints nothing for another
        reason, however often it is asked.
        """
        for number in range(1, self.tries + 1):
            try:
                return _understood(self._answered(question))
            except urllib.error.HTTPError as error:
                said = _complaint(error)
                if error.code not in AGAIN or said.get("code") == SPENT or number == self.tries:
                    raise _refusal(error.code, said) from None
                pause = _told(error.headers.get("retry-after"))
            except (OSError, HTTPException) as error:
                if number == self.tries:
                    raise Refused(f"openai-images: the service can't be reached ({_why(error)}): try later.") from None
                pause = None
            _wait(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (number - 1)) * random.uniform(0.75, 1.25), pause, waiting)
        raise Refused("openai-images: it was not asked at all: allow at least one try.")

    def _answered(self, question: Mapping[str, Any]) -> bytes:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.address}/images/generations", json.dumps(question).encode(), headers, method="POST"
        )
        opener = urllib.request.build_opener(_Stay)
        with opener.open(request, timeout=self.seconds) as response:
            data: bytes = response.read(MOST_ANSWER + 1)
        if len(data) > MOST_ANSWER:
            raise Refused(f"openai-images: the answer is over {MOST_ANSWER >> 20} MB: ask for a smaller size.")
        return data


def _understood(data: bytes) -> Answer:
    try:
        said = json.loads(data)
        picture = base64.b64decode(said["data"][0]["b64_json"], validate=True)
    except (ValueError, KeyError, IndexError, TypeError, binascii.Error):
        raise Refused("openai-images: the answer holds no picture: ask for another model.") from None
    usage = said.get("usage")
    return Answer(picture, usage if isinstance(usage, dict) else {})


def _complaint(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        said = json.loads(error.read(2**16))
        found = said.get("error", said)
        return found if isinstance(found, dict) else {"message": str(found)}
    except (ValueError, AttributeError, OSError, HTTPException):
        return {}


def _refusal(code: int, said: Mapping[str, Any]) -> Exception:
    words = str(said.get("message") or "it says no more")[:300].rstrip(".")
    if code in (401, 403):
        return Refused(f"openai-images: the service does not accept the key in {KEY} ({words}): set another.")
    if code in (400, 422):
        return InputError("prompt", said.get("code") or code, f"is not accepted by the service ({words}): change it.")
    if said.get("code") == SPENT or code == 402:
        return Refused(f"openai-images: the account has nothing left ({words}): fill it up, or use another model.")
    return Refused(f"openai-images: the service answers {code} again and again ({words}): try later.")


def _told(header: str | None) -> float | None:
    """Return for how many seconds the service asks to be left alone, by a number or a date; None where it doesn't."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(header)
        return max(0.0, moment.timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _wait(usual: float, told: float | None, waiting: Callable[[], None]) -> None:
    if told is not None and told > MOST_TOLD:
        raise Refused(f"openai-images: the service asks to be left alone for {told:.0f} s: try then.")
    end = time.monotonic() + (usual if told is None else told)
    waiting()
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(SLICE, left))
        waiting()


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(reason)[:120] or type(error).__name__
