"""What can go wrong, in three kinds: the asker's fault, the machine's fault, and being told to stop."""

from __future__ import annotations


class ReverieError(Exception):
    """Anything Reverie says no to; its text is one sentence for a person.

    `exit_code` is what a command ends with: 2 for bad input, 1 for a fault of the machine.
    """

    exit_code = 1


class InputError(ReverieError):
    """Bad input: `field` names it, `value` shows what was given, `fix` says what to do instead."""

    exit_code = 2

    def __init__(self, field: str, value: object, fix: str) -> None:
        self.field, self.value, self.fix = field, value, fix
        super().__init__(f"{field}: {shown(value)} {fix}")


class MachineError(ReverieError):
    """The machine cannot do it: no space, no permission, no memory, a device that is missing."""


class Busy(MachineError):
    """The machine has no room left to show one more live session in real time."""


class NotFinite(ReverieError):
    """A backend painted numbers that are no picture (NaN or infinity); the session rolls again."""


class Cancelled(ReverieError):
    """Somebody asked the work to stop; what was finished is kept."""

    exit_code = 130


def shown(value: object, limit: int = 80) -> str:
    """Write a value as one printable line of at most `limit` characters; a long one keeps its two ends.

    A path says most in its last part, a prompt in its first.
    """
    text = repr(value)
    if len(text) <= limit:
        return text
    end = limit // 2
    return f"{text[: limit - end - 1]}…{text[-end:]}"
