"""What a built page is known by: a hash of everything it is built from."""

from __future__ import annotations

import hashlib
from pathlib import Path

BUILT_FROM = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "public", "src")
"""What the build reads; nothing else in this folder changes a page."""


def page_key(web: Path) -> str:
    """Return the hash of a page's sources, the same on every system; "" where there are none."""
    found = hashlib.sha256()
    files = sorted(file for name in BUILT_FROM for file in files_of(web / name))
    for file in files:
        content = file.read_bytes().replace(b"\r\n", b"\n")
        found.update(f"{file.relative_to(web).as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest() if files else ""


def files_of(path: Path) -> list[Path]:
    """Return a file, or all files in a folder; tests are no part of a page."""
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*") if file.is_file() and ".test." not in file.name]
