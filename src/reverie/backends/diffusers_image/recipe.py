"""What a model is made of: a folder of weights, LoRAs that are added to them, and the scheduler it is run by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from reverie.backends.diffusers_image.options import DiffusersImageOptions
from reverie.backends.diffusers_image.painting import Runtime
from reverie.core import pulled, shelf
from reverie.core.errors import InputError
from reverie.models.shipped import locate

if TYPE_CHECKING:
    from reverie.backends.diffusers_image.on_torch import TorchRuntime


@dataclass(frozen=True, slots=True)
class Recipe:
    """`loras` are files with the weight each is added by; `scheduler` is a class by its name, None for the model's."""

    folder: Path
    loras: tuple[tuple[Path, float], ...] = ()
    scheduler: str | None = None

    def suited(self, options: DiffusersImageOptions) -> DiffusersImageOptions:
        """Return options with a runtime that can add LoRAs; InputError where another was asked for."""
        if not self.loras or options.runtime == "torch":
            return options
        if options.runtime != "auto":
            raise InputError("runtime", options.runtime, "can't add LoRAs: use torch.")
        return options.model_copy(update={"runtime": "torch"})

    def complete(self, runtime: Runtime) -> None:
        """Add the LoRAs to a runtime's weights; InputError for one that does not fit them."""
        if not self.loras:
            return
        from reverie.models.lora import add

        for file, weight in self.loras:
            add(cast("TorchRuntime", runtime).network, file, weight)


def read_recipe(options: DiffusersImageOptions) -> Recipe:
    """Return what a model of the shelf, of the package or of a folder is made of; InputError for what is not here."""
    row = shelf.rows().get(options.model)
    asked = tuple((_file(lora.model), lora.weight) for lora in options.loras)
    if row is None or not row.needs:
        return Recipe(locate(options.model), asked)
    base, *added = row.needs
    own = tuple((_file(name), 1.0) for name in added)
    return Recipe(locate(base), (*own, *asked), row.scheduler)


def _file(model: str) -> Path:
    """Return a LoRA's file: one of the shelf, of a pulled folder, or by its path."""
    row = shelf.rows().get(model)
    if row is not None and row.kind != "lora":
        raise InputError("loras", model, "is a whole model and no LoRA: give it as the model.")
    if row is not None:
        return pulled.located(model) / row.files[0]
    path = Path(model)
    if path.suffix.lower() != ".safetensors" or not path.is_file():
        known = " or ".join(name for name, lora in shelf.rows().items() if lora.kind == "lora")
        raise InputError("loras", model, f"is no safetensors file and no LoRA of the shelf: use a path, or {known}.")
    return path
