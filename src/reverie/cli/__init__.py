"""The command line: one command a file, each imported when it is called."""

from reverie.cli.app import main

__all__ = ["main"]
