"""A service of OpenAI's shape on this machine, that paints, refuses, waits for company and counts."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zlib import crc32

import numpy as np

from reverie.core.frame import Image
from reverie.media.picture import encode_png

KEY = "sk-a-secret"
USAGE = {
    "input_tokens": 10,
    "output_tokens": 1000,
    "total_tokens": 1010,
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 0},
}
COST = (10 * 5 + 1000 * 30) / 1_000_000


class Shop(ThreadingHTTPServer):
    """Answers with a picture of the size that is asked for, after the `refusals` that it has in store.

    `company` is met before an answer is given; words in `unwanted` are refused; `plain` pictures are of one colour.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.heard: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.refusals: list[tuple[int, dict[str, str], Any]] = []
        self.usage: Any = USAGE
        self.company: threading.Barrier | threading.Event | None = None
        self.unwanted: set[str] = set()
        self.plain = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Think nothing of who goes away."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def words(self) -> list[str]:
        """What was asked for, in the order it came."""
        return [body["prompt"] for _, body, _ in self.heard]


def painting(prompt: str, width: int, height: int) -> Image:
    """Return the picture that the shop paints for a prompt."""
    random = np.random.default_rng(crc32(prompt.encode()))
    return np.kron(random.integers(0, 255, (height // 16, width // 16, 3), np.uint8), np.ones((16, 16, 1), np.uint8))


class Counter(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.heard.append((self.path, body, dict(self.headers.items())))
        if self.server.refusals:
            status, headers, said = self.server.refusals.pop(0)
            self._answer(status, headers, said)
            return
        if self.server.company is not None:
            self.server.company.wait(20)
        if body["prompt"] in self.server.unwanted:
            self._answer(400, {}, {"error": {"message": "unsafe", "code": "moderation_blocked"}})
            return
        width, height = (int(side) for side in body["size"].split("x"))
        plain = np.full((height, width, 3), (30, 120, 200), np.uint8)
        picture = encode_png(plain if self.server.plain else painting(body["prompt"], width, height))
        said = {"created": 1, "data": [{"b64_json": base64.b64encode(picture).decode()}], "usage": self.server.usage}
        self._answer(200, {}, said)

    def _answer(self, status: int, headers: dict[str, str], said: Any) -> None:
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def opened() -> Iterator[Shop]:
    """Open a shop for as long as the block lasts."""
    found = Shop()
    thread = threading.Thread(target=found.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield found
    found.shutdown()
    found.server_close()
    thread.join()
