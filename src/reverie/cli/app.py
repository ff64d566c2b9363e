"""Which command was meant, and what its errors become: one sentence and an exit code, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from reverie.core.errors import Cancelled, InputError, ReverieError
from reverie.core.places import MODELS, SETTINGS


class Command(NamedTuple):
    """A command by the module that has its `run(arguments) -> exit code`, and what it does in a line."""

    module: str
    summary: str


COMMANDS = {
    "serve": Command(
        "reverie.cli.serve", "the studio in a browser: perform, watch and keep a dream; so does no command"
    ),
    "dream": Command("reverie.cli.dream", "a film from a prompt"),
    "film": Command("reverie.cli.film", "a film of several scenes, from prompts, a picture, a clip or a storyboard"),
    "restyle": Command("reverie.cli.restyle", "a clip repainted by a prompt, with a memory that keeps it steady"),
    "render": Command("reverie.cli.render", "a film again: the same bits, larger or slower, or with new pictures"),
    "interpolate": Command("reverie.cli.interpolate", "a film with more frames a second"),
    "upscale": Command("reverie.cli.upscale", "a film in a larger size"),
    "evaluate": Command("reverie.cli.evaluate", "a film in figures: does it drift, flicker, freeze or repeat itself"),
    "jobs": Command(
        "reverie.cli.jobs", "what the studio was asked for: listed, shown, cancelled, tried again, removed"
    ),
    "models": Command("reverie.cli.models", "the models there are, what each can do, and fetching more"),
    "doctor": Command("reverie.cli.doctor", "what this machine can do, what is missing, and the command that fixes it"),
    "latency": Command("reverie.cli.latency", "how old a picture is at a viewer, and how soon a wish is in it"),
    "bench": Command("reverie.cli.bench", "how fast this machine dreams, beside the plain way"),
}

STOPPED = Cancelled.exit_code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 the machine's fault, 2 bad input, 130 stopped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows another
    try:
        return _command(list(sys.argv[1:] if arguments is None else arguments))
    except ReverieError as error:
        return _say(str(error), error.exit_code)
    except SystemExit as ended:  # argparse after --help
        return ended.code if isinstance(ended.code, int) else 0
    except KeyboardInterrupt:
        return _say("Stopped.", STOPPED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if os.environ.get("REVERIE_TRACEBACK"):
            raise
        kind = type(error).__name__
        return _say(f"The machine could not do it ({kind}: {error}); REVERIE_TRACEBACK=1 shows where.", 1)


def _command(arguments: list[str]) -> int:
    if not arguments:
        arguments = ["serve"]
    if arguments[0] in {"-h", "--help", "help"}:
        print(_overview())
        return 0
    if arguments[0] == "--version":
        print(f"reverie {_version()}")
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        near = get_close_matches(name, COMMANDS, n=1) or sorted(COMMANDS)
        raise InputError("command", name, f"is not known: use {' or '.join(near)}.")
    _settle_models()
    code: int = import_module(COMMANDS[name].module).run(rest)
    return code


def _settle_models() -> None:
    """Have every process know where pulled models lie, if a file of settings here says so."""
    if os.environ.get(MODELS) or not Path(SETTINGS).is_file():
        return
    from reverie.settings import load_settings, model_folder

    settings = load_settings(os.environ, Path.cwd())
    if settings.models is not None or settings.data is not None:
        os.environ[MODELS] = str(model_folder(settings, os.environ).resolve())


def _overview() -> str:
    lines = [f"  {name:<8}  {command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "Reverie turns words into endless films, on your own machine.",
            "",
            "  reverie                                opens the studio",
            '  reverie dream "a coral reef at dusk"   paints a film',
            "",
            "Commands",
            *lines,
            "",
            "`reverie COMMAND --help` says more of each; `reverie --version` says which this is.",
        ]
    )


def _version() -> str:
    from reverie import __version__

    return __version__


def _say(sentence: str, code: int) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return code
