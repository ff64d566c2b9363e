"""The one door between uint8 pictures and the floats that networks speak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.errors import NotFinite
from reverie.core.frame import Images

if TYPE_CHECKING:
    import torch

_CHANNELS = 3


def quantised(pictures: npt.NDArray[np.float32] | torch.Tensor) -> Images:
    """Turn floats in 0..1, `(T, 3, H, W)`, array or tensor on any device, into `(T, H, W, 3)` uint8.

    Values outside are cut off, the rest rounded to the nearest. Raises NotFinite where a number is NaN or infinite.
    """
    planes = pictures if isinstance(pictures, np.ndarray) else _on_host(pictures)
    if planes.ndim != 4 or planes.shape[1] != _CHANNELS:
        raise ValueError(f"pictures must be (T, 3, H, W), not {planes.shape}")
    if not np.isfinite(planes).all():
        raise NotFinite("The model painted numbers that are no picture (NaN or infinity).")
    # Past about 8 million the cast below would wrap round instead of saturating.
    return np.stack([_quantised_one(picture) for picture in np.clip(planes, -1.0, 2.0, dtype=np.float32)])


def _on_host(tensor: torch.Tensor) -> npt.NDArray[np.float32]:
    host: npt.NDArray[np.float32] = tensor.detach().float().cpu().numpy()
    return host


def _quantised_one(picture: npt.NDArray[np.float32]) -> Images:
    # One pass of OpenCV's saturating cast a plane is several times faster than clip, multiply, round and cast in turn.
    planes = [cv2.addWeighted(plane, 255.0, plane, 0.0, 0.0, dtype=cv2.CV_8U) for plane in picture]
    return np.asarray(cv2.merge(planes), np.uint8)


def from_images(images: Images, device: str | torch.device = "cpu", dtype: torch.dtype | None = None) -> torch.Tensor:
    """Turn `(T, H, W, 3)` uint8 into a tensor `(T, 3, H, W)` in 0..1, contiguous; `dtype` None means float32."""
    import torch

    # Torch refuses strides it doesn't know and warns of memory it may not write to.
    owned: Any = images if images.flags.writeable and images.flags.c_contiguous else images.copy()
    tensor = torch.from_numpy(owned).to(device).permute(0, 3, 1, 2)
    return tensor.to(dtype or torch.float32, memory_format=torch.contiguous_format).div_(255.0)
