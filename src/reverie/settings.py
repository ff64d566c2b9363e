"""What this machine's owner has settled once: environment and `reverie.toml` become one frozen object."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reverie.core.errors import InputError

FILE = "reverie.toml"
PREFIX = "REVERIE_"


class Settings(BaseModel):
    """What holds where a command says nothing else.

    `films` is the folder that films go to; `device`, `dtype` and `runtime` are the model's, as `reverie dream --help`
    lists them, None for whatever suits the machine.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    films: Path = Path()
    device: str | None = Field(default=None, min_length=1)
    dtype: str | None = Field(default=None, min_length=1)
    runtime: str | None = Field(default=None, min_length=1)


def load_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """Read the settings: `REVERIE_FILMS` and the like before `reverie.toml` in `folder`, and that before the defaults.

    Variables that are empty, or not a setting's, are left alone. Raises InputError where the file is not TOML, names
    something that is not a setting, or a value is not of its kind.
    """
    stored = _stored(folder / FILE)
    said = {name: environment[key] for name in Settings.model_fields if environment.get(key := PREFIX + name.upper())}
    try:
        return Settings.model_validate({**stored, **said})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        origin = PREFIX + name.upper() if name in said else f"{FILE}: {name}"
        known = ", ".join(Settings.model_fields)
        fix = (
            f"is not a setting: use {known}."
            if first["type"] == "extra_forbidden"
            else "is not text: put it in quotes."
        )
        raise InputError(origin, first["input"], fix) from None


def _stored(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InputError(FILE, str(path), f"can't be read ({error}): mend it or take it away.") from None
