"""The rules of the house that no other tool holds: sizes, names, queues, what may be imported where."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "reverie"
OURS = ("src", "tests", "training", "benchmarks", "examples", "docs")

MOST_LINES, MOST_FUNCTION_LINES, MOST_ARGUMENTS, MEDIAN_FUNCTION_LINES = 400, 60, 8, 10
MOST_EXAMPLE_LINES = 30
VAGUE_NAMES = {"utils", "util", "common", "helpers", "manager", "base", "misc", "processor", "pipeline", "context"}
HEAVY = {
    "torch",
    "triton",
    "numpy",
    "cv2",
    "av",
    "PIL",
    "diffusers",
    "transformers",
    "openvino",
    "safetensors",
    "pydantic",
    "rich",
}
DISTRIBUTIONS = {
    "cv2": "opencv-python-headless",
    "huggingface_hub": "huggingface-hub",
    "PIL": "pillow",
    "prometheus_client": "prometheus-client",
    "yaml": "pyyaml",
}
"""Distributions whose import has another name."""

READ_BY_OTHERS = {"accelerate", "python-multipart"}
"""Distributions that others import for us, and do not declare: to load large models, and to read forms."""

BROUGHT_BY_TORCH = {"triton"}
"""What torch's builds for graphics cards bring, and what we use where it is there."""

FAKES_NEED = {"setenv", "delenv", "chdir", "syspath_prepend", "setitem", "delitem"}
"""What a test may do by `monkeypatch`: change its surroundings, never our code."""


class Function(NamedTuple):
    """A function of ours: where it is, and what it is made of."""

    place: str
    node: ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "__pycache__" not in path.parts]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PACKAGE_SOURCES = sources("src")
ALL_SOURCES = [ROOT / "start.py", *sources(*OURS)]
TREES = {name_of(path): parsed(path) for path in ALL_SOURCES}
PACKAGE_TREES = {name_of(path): TREES[name_of(path)] for path in PACKAGE_SOURCES}


def functions(trees: dict[str, ast.Module]) -> Iterator[Function]:
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Function(f"{name}:{node.lineno} {node.name}", node)


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def arguments_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages(tree: ast.Module) -> set[str]:
    return {module.partition(".")[0] for module in imports(tree)}


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


# Sizes and names


def test_no_file_is_longer_than_it_may_be() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ALL_SOURCES}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_an_example_is_read_at_a_glance() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources("examples")}
    assert {name: length for name, length in lengths.items() if length > MOST_EXAMPLE_LINES} == {}


def test_no_function_is_longer_than_it_may_be() -> None:
    lengths = {place: lines_of(node) for place, node in functions(TREES)}
    assert {place: length for place, length in lengths.items() if length > MOST_FUNCTION_LINES} == {}


def test_functions_are_short_as_a_rule() -> None:
    assert median(lines_of(node) for _, node in functions(PACKAGE_TREES)) < MEDIAN_FUNCTION_LINES


def test_no_function_takes_more_arguments_than_it_may() -> None:
    counts = {place: arguments_of(node) for place, node in functions(TREES)}
    assert {place: count for place, count in counts.items() if count > MOST_ARGUMENTS} == {}


def test_every_name_says_what_is_inside() -> None:
    parts = {part for path in ALL_SOURCES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert parts & VAGUE_NAMES == set()


# What waits, what runs beside


def unbounded(node: ast.Call) -> bool:
    kind = called(node).rpartition(".")[2]
    if kind == "SimpleQueue":
        return True
    if kind in {"Queue", "LifoQueue", "PriorityQueue", "JoinableQueue"}:
        sizes = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "maxsize")]
    elif kind == "deque":
        sizes = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "maxlen")]
    else:
        return False
    return not sizes or ast.unparse(sizes[0]) in {"0", "-1", "None"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Queue()", True),
        ("queue.Queue(0)", True),
        ("asyncio.Queue(maxsize=-1)", True),
        ("queue.SimpleQueue()", True),
        ("deque([1])", True),
        ("deque(maxlen=None)", True),
        ("queue.Queue(4)", False),
        ("Queue(maxsize=DEPTH)", False),
        ("deque((), 3)", False),
        ("collections.deque(maxlen=3)", False),
        ("list()", False),
    ],
)
def test_a_queue_without_bounds_is_seen(code: str, expected: bool) -> None:
    assert unbounded(next(calls(ast.parse(code)))) is expected


def test_no_queue_is_unbounded() -> None:
    found = [f"{name}:{node.lineno}" for name, tree in PACKAGE_TREES.items() for node in calls(tree) if unbounded(node)]
    assert found == []


def test_only_the_server_its_client_and_the_reading_side_of_live_sinks_are_asynchronous() -> None:
    waiting = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
    found = [
        name
        for name, tree in PACKAGE_TREES.items()
        if not name.startswith(("src/reverie/server/", "src/reverie/sinks/", "src/reverie/client.py"))
        and ("asyncio" in packages(tree) or any(isinstance(node, waiting) for node in ast.walk(tree)))
    ]
    assert found == []


# What may be read and imported


def test_nothing_that_runs_code_is_read() -> None:
    """Pickles, and whatever reads them, can run any program; torch reads weights from them where told to, no more."""
    pickles = {"pickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
    found = [name for name, tree in PACKAGE_TREES.items() if packages(tree) & pickles]
    for name, tree in PACKAGE_TREES.items():
        for node in calls(tree):
            words = {word.arg: ast.unparse(word.value) for word in node.keywords}
            loads = called(node) in {"pickle.load", "pickle.loads", "eval", "exec"}
            loads = loads or (called(node) == "torch.load" and words.get("weights_only") != "True")
            if loads or words.get("weights_only") == "False" or words.get("allow_pickle") == "True":
                found.append(f"{name}:{node.lineno}")
    assert found == []


def test_the_vocabulary_needs_numpy_and_pydantic_only() -> None:
    allowed = {*sys.stdlib_module_names, "numpy", "pydantic", "reverie"}
    needed = {name: packages(tree) - allowed for name, tree in PACKAGE_TREES.items() if "/reverie/core/" in name}
    assert {name: extra for name, extra in needed.items() if extra} == {}
    assert needed


def test_the_package_imports_what_it_declares_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needs = [*project["dependencies"], *extras["client"], *extras["upscale"]]
    declared = {re.split(r"[^\w-]", need)[0] for need in needs} - READ_BY_OTHERS
    imported = {package for tree in PACKAGE_TREES.values() for package in packages(tree)}
    outside = imported - set(sys.stdlib_module_names) - {"reverie"}
    assert {DISTRIBUTIONS.get(package, package) for package in outside - BROUGHT_BY_TORCH} == declared


def test_the_package_knows_nothing_of_training_or_tests() -> None:
    strangers = {"training", "tests", "benchmarks", "examples", "start"}
    assert [name for name, tree in PACKAGE_TREES.items() if packages(tree) & strangers] == []


@pytest.mark.parametrize(
    "code",
    [
        "import reverie; dir(reverie)",
        "import reverie.__main__",
        "import reverie.cli as c; c.main(['--help'])",
    ],
)
def test_a_start_is_light(code: str) -> None:
    script = f"{code}; import sys; print('MODULES', *sys.modules)"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT / "src")
    modules = {name.partition(".")[0] for name in done.stdout.partition("MODULES")[2].split()}
    assert "reverie" in modules
    assert modules & HEAVY == set()


# How things are tested


def changes_surroundings(node: ast.Call) -> bool:
    """True where `monkeypatch` changes where a test runs, or where a module says it is: never what our code does."""
    what = [ast.unparse(argument) for argument in node.args[:2]]
    return called(node).partition(".")[2] in FAKES_NEED or what[:1] == ["sys"] or what[1:] == ["'__file__'"]


def test_tests_use_fakes_and_no_mocks() -> None:
    trees = {name: tree for name, tree in TREES.items() if name.startswith("tests/")}
    found = [name for name, tree in trees.items() if {"unittest.mock", "mock", "pytest_mock"} & set(imports(tree))]
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node).startswith("monkeypatch."):
                found += [] if changes_surroundings(node) else [f"{name}:{node.lineno}"]
    assert found == []


def test_every_room_of_the_package_has_tests() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    tested = {path.name for path in (ROOT / "tests").iterdir() if list(path.glob("**/test_*.py"))}
    assert rooms - tested == set()


# What is committed


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_path_of_a_machine_and_no_registry_is_committed() -> None:
    machine = re.compile(r"(?<![\w.])/(?:root|work|opt|home/\w+|Users/\w+)/\w|[A-Z]:\\\\?Users\\")
    registry = re.compile(
        "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.org", "crates" + r"\.io"))
    )
    found = []
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {match[0]}" for match in (machine.search(text), registry.search(text)) if match]
    assert found == []


def test_every_committed_file_is_small_enough_to_clone() -> None:
    sizes = {name_of(path): path.stat().st_size for path in committed()}
    assert {name: size for name, size in sizes.items() if size > 15 * 2**20} == {}
