"""Weights in files that come as pickles (.pth, .pkl, .pt): only tensors are read from them, and only so many bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reverie.core.errors import InputError
from reverie.models.tensors import check_finite, read_header

if TYPE_CHECKING:
    import torch

MOST_BYTES = 2 << 30
"""Bytes a file of weights may have; the largest upscaling networks stay under a fifth of it."""

_KINDS = (".safetensors", ".pth", ".pkl", ".pt")


def read_weights(path: Path, field: str, most: int = MOST_BYTES) -> dict[str, torch.Tensor]:
    """Return every tensor of a file by name, on the CPU.

    Pickles run nothing: torch reads them in its weights-only way, and only where they are the archives it has written
    since 2020, whose parts are not compressed, so that none is larger than the file. Raises InputError for what is
    missing, of another kind, too large, damaged, not finite, or claims more numbers than it holds.
    """
    if path.suffix.lower() not in _KINDS:
        raise InputError(field, str(path), f"is no file of weights: give one that ends in {', '.join(_KINDS)}.")
    try:
        if path.stat().st_size > most:
            raise InputError(field, str(path), f"is larger than {most >> 20} MiB: use a smaller network.")
        return _safe(path) if path.suffix.lower() == ".safetensors" else _pickled(path, field)
    except OSError:
        raise InputError(field, str(path), "can't be read: give the path of a file of weights.") from None


def _safe(path: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    for tensor in read_header(path).values():
        check_finite(tensor)
    tensors: dict[str, torch.Tensor] = load_file(path)
    return tensors


def _pickled(path: Path, field: str) -> dict[str, torch.Tensor]:
    import torch

    if not zipfile.is_zipfile(path):
        raise InputError(field, str(path), "is no archive that torch wrote since 2020: use a .safetensors file.")
    try:
        with zipfile.ZipFile(path) as archive:
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise InputError(field, str(path), "is compressed, which torch never does: get the file again.")
        found = torch.load(path, map_location="cpu", weights_only=True)
    except InputError:
        raise
    except Exception:
        fix = "is damaged, or holds more than weights, which could run any program: use a .safetensors file."
        raise InputError(field, str(path), fix) from None
    return _checked(found, path, field)


def _checked(found: Any, path: Path, field: str) -> dict[str, torch.Tensor]:
    """Return the tensors in what was loaded, which may be one level down as trainers save them."""
    import torch

    for name in ("params_ema", "params", "state_dict", "model"):
        if isinstance(found, dict) and isinstance(found.get(name), dict):
            found = found[name]
    if not isinstance(found, dict) or not found:
        raise InputError(field, str(path), "holds no weights: get the file again.")
    for name, tensor in found.items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
            raise InputError(field, str(path), "holds other things than weights: get the file again.")
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise InputError(field, str(path), f"claims more numbers than it holds ({name[:60]}): get the file again.")
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise InputError(field, str(path), f"holds NaN or infinity ({name[:60]}): get the file again.")
    return found
