"""What a model adds to a prompt that leaves something open, because it has to be painted one way or another.

A network that learnt eight ways of painting and is told none paints all of them at once, which is mush; a habit settles
it, in words, and the report says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from reverie.models.tensors import broken

FILE = "habits.json"


class Habit(BaseModel):
    """`add` is said where a prompt holds none of the phrases in `unless`; upper and lower case are the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    add: str = Field(min_length=1, max_length=200)
    unless: tuple[str, ...] = Field(min_length=1)


class Habits:
    """The habits of one model, none for most."""

    def __init__(self, habits: Iterable[Habit] = ()) -> None:
        self._habits = tuple((habit.add, _any_of(habit.unless)) for habit in habits)

    @classmethod
    def beside(cls, folder: Path) -> Habits:
        """Read `habits.json` in a model's folder, no habits where there is none; InputError for a broken file."""
        path = folder / FILE
        if not path.is_file():
            return cls()
        try:
            return cls(TypeAdapter(tuple[Habit, ...]).validate_json(path.read_bytes()))
        except ValidationError:
            raise broken(path, 'is not a list of {"add": words, "unless": [words]}') from None

    def missing(self, prompt: str) -> list[str]:
        """Return what is added to a prompt; nothing to one that says nothing."""
        return [add for add, named in self._habits if prompt.strip() and not named.search(prompt)]

    def completed(self, prompt: str) -> str:
        """Return a prompt with what is added to it, behind commas."""
        return ", ".join([prompt, *self.missing(prompt)])


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the phrases as whole words, a hyphen as good as a space."""
    longest_first = sorted(phrases, key=len, reverse=True)
    spoken = "|".join(r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", text)) for text in longest_first)
    return re.compile(rf"(?<!\w)(?:{spoken})(?!\w)", re.IGNORECASE)
