"""Where the weights are that come with the package."""

from __future__ import annotations

from pathlib import Path

from reverie.core import catalogue, pulled, shelf
from reverie.core.errors import InputError, MachineError
from reverie.models.checkpoint import INDEX

WEIGHTS = Path(__file__).parent / "weights"


def locate(model: str) -> Path:
    """Return the folder of a shipped or pulled model by its name, or of any other by its path.

    Raises MachineError where a shipped model's weights are not part of this installation, and InputError where there is
    no such folder, or the model has to be pulled first.
    """
    if model in shelf.rows() or (pulled.is_name(model) and not Path(model).is_dir()):
        return pulled.located(model)
    shipped = _is_name(model)
    folder = WEIGHTS / model if shipped else Path(model)
    if folder.is_dir() and (not shipped or (folder / INDEX).is_file()):
        return folder
    if model in catalogue.MODELS:
        raise MachineError(f"The weights of {model} are not part of this installation yet: choose another model.")
    raise InputError("model", model, f"is no folder: use a folder in the hub's format, or {catalogue.OURS}.")


def _is_name(model: str) -> bool:
    return model not in {"", ".", ".."} and Path(model).name == model and not Path(model).is_dir()
