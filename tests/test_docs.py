"""The documents speak of what is there: links resolve, commands and options exist, paths and names too."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import start
from reverie import cli
from reverie.cli.app import COMMANDS
from reverie.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    {*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("training/*.md"), *ROOT.glob("examples/*.md")}
)
FOLDERS = ("src", "tests", "training", "benchmarks", "examples", "docs")
OURS = r"(?:python3 start\.py|uv run reverie|reverie)"

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", text_of(page), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get, as the usual hosts make them."""
    headings = re.findall(r"^#+\s+(.*?)\s*$", prose(page), re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)).lower() for heading in headings)
    return {re.sub(r"\s", "-", heading.strip()) for heading in plain}


def code(page: Path) -> Iterator[str]:
    """Every line of code of a page: blocks, indented or fenced, and words in backticks."""
    text = text_of(page)
    for block in re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from (line.strip() for line in block.splitlines())
    for line in re.findall(r"^ {4}(\S.*)$", text, re.MULTILINE):
        yield line.strip()
    yield from re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose(page))


def commands(page: Path) -> Iterator[list[str]]:
    """Every command of ours that a page names, without the program, `--torch` and what follows a comment or pipe."""
    for line in code(page):
        match = re.fullmatch(rf"(?:\$ |[A-Z_]+=\S+ )?{OURS} (.+)", line)
        if match and "…" not in match[1]:
            lexer = shlex.shlex(match[1], posix=True, punctuation_chars="|>&;")
            lexer.whitespace_split = True
            words = [word for word in lexer if word]
            stop = next((index for index, word in enumerate(words) if set(word) <= set("|>&;·")), len(words))
            yield start.torch_option(words[:stop])[1]


def helped(capsys: pytest.CaptureFixture[str], name: str) -> str:
    assert cli.main([name, "--help"]) == 0
    return capsys.readouterr().out


def test_there_are_pages() -> None:
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= {page.name for page in PAGES}


@pages
def test_links_resolve(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            assert target.startswith("https://"), f"{target} is neither a page of ours nor https"
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        if not linked.exists() or (anchor and anchor not in anchors(linked)):
            broken.append(target)
    assert broken == []


@pages
def test_pictures_are_there_and_small_enough_to_load(page: Path) -> None:
    sources = re.findall(r"<img[^>]*\bsrc=\"([^\"]+)\"", text_of(page))
    local = [page.parent / source for source in sources if not source.startswith("https://")]
    assert [str(path) for path in local if not path.is_file()] == []
    assert [str(path) for path in local if path.is_file() and path.stat().st_size > 8 * 2**20] == []


@pages
def test_commands_and_their_options_exist(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in commands(page):
        name, *rest = words or ["--help"]
        if name == "test" or name.startswith("-"):
            continue
        assert name in COMMANDS, f"there is no command {name}"
        offered = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", helped(capsys, name)))
        options = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
        assert options <= offered, f"reverie {name} has no {options - offered}"


@pages
def test_python_is_python_and_asks_only_for_what_there_is(page: Path) -> None:
    package = import_module("reverie")
    for block in re.findall(r"^```python\n(.*?)^```", text_of(page), re.MULTILINE | re.DOTALL):
        used = [ast.unparse(node) for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Attribute)]
        named = {name.split(".")[1] for name in used if re.fullmatch(r"reverie\.\w+", name)}
        assert {name for name in named if not hasattr(package, name)} == set()


@pages
def test_paths_exist(page: Path) -> None:
    named = {match for line in code(page) for match in re.findall(r"(?<![\w./-])[\w.-]+(?:/[\w.*-]+)+/?", line)}
    made = tuple(re.findall(r"^/(\S+)", (ROOT / ".gitignore").read_text(encoding="utf-8"), re.MULTILINE))
    ours = {path for path in named if path.split("/")[0] in FOLDERS and "*" not in path and not path.startswith(made)}
    assert {path for path in ours if not (ROOT / path).exists()} == set()


@pages
def test_modules_exist(page: Path) -> None:
    named = {
        match for line in code(page) for match in re.findall(r"(?<![\w./-])reverie(?:\.[a-z_]\w*)+(?![\w.]*\.\w)", line)
    }
    files = {name for name in named if name.rpartition(".")[2] in {"toml", "json", "mp4"}}
    groups = {f"reverie.{kind}" for kind in ("backends", "sources", "correctors", "filters", "sinks")}
    assert {name for name in named - files - groups if not is_there(name)} == set()


def is_there(name: str) -> bool:
    try:
        if find_spec(name):
            return True
    except ModuleNotFoundError:
        pass
    module, _, attribute = name.rpartition(".")
    return bool(module) and hasattr(import_module(module), attribute)


@pages
def test_variables_of_ours_exist(page: Path) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    settings = {PREFIX + name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"\bREVERIE_[A-Z_]+", text_of(page)))
    assert {name for name in named - settings if f'"{name}"' not in source} == set()


def test_every_public_name_of_the_package_is_described() -> None:
    package = import_module("reverie")
    undescribed = [name for name in package.__all__ if name != "__version__" and not getattr(package, name).__doc__]
    assert undescribed == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", text_of(folder / "README.md"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [name[:4] for name in listed] == [f"{number:04}" for number in range(1, len(listed) + 1)]
