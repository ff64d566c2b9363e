"""A hub of our own over HTTP, in the shapes that huggingface_hub asks for, with faults that can be switched on."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

LARGE = 2048
"""Bytes from which on a file is one of Git LFS, with a sha256 and on another address."""


@dataclass
class Repository:
    """What one repository has at one commit."""

    files: dict[str, bytes]
    licence: str | None = "mit"
    gated: bool = False

    @property
    def commit(self) -> str:
        told = "".join(f"{path}{sha256(content).hexdigest()}" for path, content in sorted(self.files.items()))
        return sha1(told.encode()).hexdigest()


@dataclass
class Faults:
    """What goes wrong: `cut` closes the line after so many bytes of each answer, `cuts` times; `damaged` files."""

    cut: int = 0
    cuts: int = 0
    short: bool = False
    damaged: set[str] = field(default_factory=set)
    ignores_ranges: bool = False
    status: int = 0


class FakeHub:
    """Repositories by their id, requests by what they asked, and faults."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.faults = Faults()
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.address = self.elsewhere = ""

    def add(self, name: str, folder: Path | Mapping[str, bytes], licence: str | None = "mit") -> Repository:
        files = (
            dict(folder)
            if isinstance(folder, Mapping)
            else {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
        )
        self.repositories[name] = Repository(files, licence)
        return self.repositories[name]

    def asked(self, part: str) -> int:
        return sum(part in path for _, path, _ in self.requests)


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.hub.requests.append((self.command, path, {key.lower(): value for key, value in self.headers.items()}))
        for pattern, answer in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found:
                answer(self, **found.groupdict())
                return
        self._refuse(404, "")

    do_HEAD = do_GET

    def listing(self, name: str, revision: str | None) -> None:
        repository = self._allowed(name)
        if repository is None:
            return
        if revision not in {None, "main", repository.commit}:
            self._refuse(404, "RevisionNotFound")
            return
        siblings = [_sibling(path, content) for path, content in repository.files.items()]
        card = {} if repository.licence is None else {"cardData": {"license": repository.licence}}
        told = {"id": name, "modelId": name, "sha": repository.commit, "siblings": siblings, **card}
        self._send(json.dumps(told).encode(), {"Content-Type": "application/json"})

    def resolve(self, name: str, revision: str, path: str) -> None:
        repository = self._allowed(name)
        if repository is None:
            return
        if path not in repository.files:
            self._refuse(404, "EntryNotFound")
            return
        content = repository.files[path]
        headers = {"X-Repo-Commit": repository.commit, "ETag": f'"{sha1(content).hexdigest()}"'}
        if len(content) >= LARGE:
            linked = {"X-Linked-Etag": f'"{sha256(content).hexdigest()}"', "X-Linked-Size": str(len(content))}
            place = f"{self.hub.elsewhere}/cdn/{name}/{path}"
            self._send(b"", {**headers, **linked, "Location": place}, 302)
            return
        self._send(content, headers, path=path)

    def stored(self, name: str, path: str) -> None:
        self._send(self.hub.repositories[name].files[path], {}, path=path)

    def _allowed(self, name: str) -> Repository | None:
        repository = self.hub.repositories.get(name)
        if self.hub.faults.status:
            self._refuse(self.hub.faults.status, "")
        elif repository is None:
            self._refuse(401, "RepoNotFound")
        elif repository.gated and "authorization" not in self.hub.requests[-1][2]:
            self._refuse(401, "GatedRepo")
        else:
            return repository
        return None

    def _refuse(self, status: int, code: str) -> None:
        self._send(b"{}", {"X-Error-Code": code} if code else {}, status)

    def _send(self, content: bytes, headers: Mapping[str, str], status: int = 200, path: str = "") -> None:
        faults = self.hub.faults
        if path in faults.damaged:
            content = content[:-1] + bytes([content[-1] ^ 1])
        whole = len(content)
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and path and not faults.ignores_ranges:
            begin = int(asked[1])
            status, content = 206, content[begin:]
            headers = {**headers, "Content-Range": f"bytes {begin}-{whole - 1}/{whole}"}
        cut = bool(path) and faults.cuts > 0 and len(content) > faults.cut
        said = faults.cut if cut and faults.short else len(content)
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(said)}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if cut:
            faults.cuts -= 1
            self.wfile.write(content[: faults.cut])
            self.close_connection = True
            return
        self.wfile.write(content)


_ROUTES: Any = (
    (r"/api/models/(?P<name>[^/]+/[^/]+)(?:/revision/(?P<revision>[^/]+))?", _Handler.listing),
    (r"/(?P<name>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)", _Handler.resolve),
    (r"/cdn/(?P<name>[^/]+/[^/]+)/(?P<path>.+)", _Handler.stored),
)


def _sibling(path: str, content: bytes) -> dict[str, Any]:
    blob = sha1(b"blob %d\0" % len(content) + content).hexdigest()
    plain = {"rfilename": path, "size": len(content), "blobId": blob}
    if len(content) < LARGE:
        return plain
    return {**plain, "lfs": {"size": len(content), "sha256": sha256(content).hexdigest(), "pointerSize": 130}}


@contextmanager
def serving() -> Iterator[FakeHub]:
    """A hub on this machine for as long as the block lasts."""
    hub = FakeHub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    port = server.server_address[1]
    hub.address, hub.elsewhere = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
