"""Where a server is, and a line to it that stays open, so that what is measured is no handshake."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from reverie.core.errors import InputError, MachineError

SECONDS = 60.0


@dataclass(frozen=True)
class Address:
    """A server's scheme, name and port, and the token that opens it, if it needs one."""

    scheme: str
    name: str
    port: int
    token: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, text: str, token: str | None = None) -> Address:
        """Read `http://name:port`; InputError where it is no such thing."""
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InputError("--url", text, "is no address of a server: give one such as http://127.0.0.1:8000.")
        usual = 443 if parts.scheme == "https" else 80
        return cls(parts.scheme, parts.hostname, parts.port or usual, token)

    @property
    def authority(self) -> str:
        """Name and port as an address has them."""
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """What opens it."""
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    def open(self) -> http.client.HTTPConnection:
        """Return a line that is not used yet."""
        if self.scheme == "https":
            return http.client.HTTPSConnection(self.name, self.port, timeout=SECONDS, context=_trusting())
        return http.client.HTTPConnection(self.name, self.port, timeout=SECONDS)


class Line:
    """One line to a server for JSON, one request after another."""

    def __init__(self, address: Address) -> None:
        self._address, self._line = address, address.open()

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return what is answered; MachineError with the server's own words where it refuses."""
        headers = dict(self._address.headers)
        if body is not None:
            headers["content-type"] = "application/json"
        sent = json.dumps(body).encode() if body is not None else None
        try:
            try:
                status, said = self._asked(method, path, sent, headers)
            except (http.client.RemoteDisconnected, ConnectionError):
                # A line that rested for long was hung up on: that is no answer either way.
                self._line.close()
                status, said = self._asked(method, path, sent, headers)
        except (OSError, http.client.HTTPException) as error:
            self._line.close()
            raise MachineError(f"The server at {self._address.authority} did not answer ({error}).") from None
        if status >= 300:
            raise MachineError(f"{method} {path}: {_words(said)}")
        return json.loads(said) if said else None

    def _asked(self, method: str, path: str, sent: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self._line.request(method, path, sent, dict(headers))
        answer = self._line.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        """Hang up."""
        self._line.close()


def _words(said: bytes) -> str:
    try:
        return str(json.loads(said)["message"])
    except (ValueError, KeyError, TypeError):
        return said[:200].decode("utf-8", "replace")


def _trusting() -> ssl.SSLContext:
    """A studio's certificate is mostly its own; what is sent here is worth no more than pictures."""
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    return trust
