"""Where results go: names made from prompts, and what happens where a file is there already."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

from reverie.core.errors import Cancelled, InputError

LONGEST = 48


def film_name(prompt: str, seed: int, suffix: str = ".mp4") -> Path:
    """Return a file name in the current folder made of a prompt and a seed, such as `a-coral-reef-at-dusk-7.mp4`."""
    return Path(f"{slug(prompt)}-{seed}{suffix}")


def slug(prompt: str) -> str:
    """Return up to 48 characters of a prompt as lower-case ASCII words joined by dashes; "dream" where none is left."""
    plain = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
    words = "".join(character if character.isalnum() else " " for character in plain).split()
    name = "-".join(words)
    return (name if len(name) <= LONGEST else name[: LONGEST + 1].rpartition("-")[0] or name[:LONGEST]) or "dream"


def interactive() -> bool:
    """True where a person can be asked: both what they type and what they read is a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def permitted(path: Path, field: str, overwrite: bool, ask: Callable[[str], str] | None = None) -> Path:
    """Return `path` where it may be written; ask on a terminal where it exists, else InputError.

    Devices, such as `/dev/stdout`, are there to be written to. `ask` reads an answer to a question; left out, a person
    at the terminal is asked, if there is one.
    """
    if overwrite or not (path.is_file() or path.is_dir() or path.is_symlink()):
        return path
    if ask is None and interactive():
        ask = _asked
    if ask is None:
        raise InputError(field, str(path), "exists already: choose another name or add --overwrite.")
    if ask(f"{path} exists already. Overwrite it? [y/N] ").strip().lower() not in {"y", "yes"}:
        raise Cancelled(f"{path} is as it was; nothing was rendered.")
    return path


def _asked(question: str) -> str:
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()
