"""From a checkpoint to OpenVINO models, kept on disk so that the next start needs neither torch nor its libraries.

`openvino.convert_model` reports every conversion to its makers over the network, so the frontend beneath it is used,
which does not.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openvino

from reverie.backends.diffusers_image.facts import ModelFacts
from reverie.models.checkpoint import Checkpoint, weight_files

PARTS = ("reader", "teller", "denoiser", "encoder", "decoder")
LAYOUT = 1
"""Counts changes of the graphs, so that what an older version kept is not used."""

KEPT = 6
"""Models that stay in the cache, the least lately used going first."""


def open_models(checkpoint: Checkpoint, facts: ModelFacts, cache: Path | None, core: Any) -> dict[str, Any]:
    """Return every part's model, from the cache where it is there; a cache that can't be written is done without."""
    kept = None if cache is None else _kept(cache / fingerprint(checkpoint), checkpoint, facts, core)
    if kept is not None:
        return kept
    with tempfile.TemporaryDirectory(prefix="reverie-", ignore_cleanup_errors=True) as place:
        _export(Path(place), checkpoint, facts)
        # Without the map of the file it can be deleted under the models' feet, on Windows too.
        core.set_property({"ENABLE_MMAP": False})
        return _read(Path(place), core)


def _kept(folder: Path, checkpoint: Checkpoint, facts: ModelFacts, core: Any) -> dict[str, Any] | None:
    """Return what a folder of the cache holds, made first if it must be, and once more if it is damaged."""
    for _attempt in range(2):
        try:
            if not folder.is_dir():
                _export_into(folder, checkpoint, facts)
            os.utime(folder)
            return _read(folder, core)
        except OSError:
            return None
        except RuntimeError:
            shutil.rmtree(folder, ignore_errors=True)
    return None


def fingerprint(checkpoint: Checkpoint) -> str:
    """Return what the graphs depend on as one short name: weights, settings, and versions."""
    digest = hashlib.sha256(f"{LAYOUT} {openvino.__version__}".encode())
    for role, part in sorted(checkpoint.parts.items()):
        digest.update(f"{role} {part.kind} {sorted(part.config.items())!r}".encode())
        for file in weight_files(part) if role in {"unet", "vae", "text_encoder", "text_encoder_2"} else ():
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:32]


def cache_folder(option: str) -> Path | None:
    """Return where compiled models are kept: the user's own cache for "auto", None for "off", or a folder as given."""
    if option == "off":
        return None
    return user_cache() / "reverie" / "openvino" if option == "auto" else Path(option)


def user_cache() -> Path:
    """Return the folder for things that can be made again, as the system's custom is."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _read(folder: Path, core: Any) -> dict[str, Any]:
    return {name: core.read_model(folder / f"{name}.xml") for name in PARTS}


def _export_into(folder: Path, checkpoint: Checkpoint, facts: ModelFacts) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent, ignore_cleanup_errors=True) as place:
        made = Path(place) / "made"
        made.mkdir()
        _export(made, checkpoint, facts)
        if not folder.is_dir():
            made.rename(folder)
    _prune(folder.parent)


def _prune(cache: Path) -> None:
    held = [path for path in cache.iterdir() if path.is_dir() and not path.name.startswith(".")]
    for path in sorted(held, key=lambda each: each.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def _export(folder: Path, checkpoint: Checkpoint, facts: ModelFacts) -> None:
    import torch

    from reverie.models.network import load_network

    network = load_network(checkpoint, "cpu", torch.float32)
    with torch.inference_mode(False), torch.no_grad(), _without_warnings():
        for name, (module, example) in _modules(network, checkpoint, facts).items():
            openvino.save_model(converted(module, example), folder / f"{name}.xml", compress_to_fp16=False)


def converted(module: Any, example: tuple[Any, ...]) -> Any:
    """Return a torch module as an OpenVINO model of any size."""
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    frontend = FrontEndManager().load_by_framework("pytorch")
    # Without the check it does not trace everything three times over, to see whether it comes out the same.
    unchecked = {"check_trace": False}
    decoder = TorchScriptPythonDecoder(module.eval(), example_input=example, trace_kwargs=unchecked)
    loaded = frontend.load(decoder)
    return frontend.convert(loaded)


def _modules(network: Any, checkpoint: Checkpoint, facts: ModelFacts) -> Mapping[str, tuple[Any, tuple[Any, ...]]]:
    import torch

    from reverie.backends.diffusers_image.graphs.autoencoder import coders
    from reverie.backends.diffusers_image.graphs.denoiser import Denoiser, Teller
    from reverie.backends.diffusers_image.graphs.reader import Reader

    denoiser = Denoiser(network.unet)
    teller = Teller(network.unet, denoiser)
    encoder, decoder = coders(network.vae)
    side = 2 ** (len(checkpoint.config("unet")["block_out_channels"]) + 1)
    pieces = tuple(torch.arange(6)[None] for _ in network.encoders)
    reader = Reader(network.encoders)
    read = reader(*pieces)
    more = [torch.zeros(1, facts.guidance_width)] if facts.guided else []
    more += [read[1], torch.zeros(1, 6)] if facts.sized else []
    asked = (torch.ones(1), read[0], *more)
    x = torch.zeros(1, facts.channels, side, side)
    return {
        "reader": (reader, pieces),
        "teller": (teller, asked),
        "denoiser": (denoiser, (x, *teller(*asked))),
        "encoder": (encoder, (torch.zeros(1, side * facts.factor, side * facts.factor, 3, dtype=torch.uint8),)),
        "decoder": (decoder, (x,)),
    }


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep the tracer's remarks about the library's shape checks to itself: they hold for every size."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
