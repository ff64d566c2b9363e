"""The published network that paints the picture between two others: IFNet, as Practical-RIFE 4.25 has it.

Written after its description (Huang et al., "Real-Time Intermediate Flow Estimation for Video Frame Interpolation",
ECCV 2022) with the names and shapes of the published weights, so that they can be read. None are shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.models.pickled import read_weights

FIELD = "weights"
MULTIPLE = 64
"""Sides are padded to this: the coarsest look is at 1/16, and two strides follow it."""

MOST_BYTES = 256 << 20
WIDTHS = (192, 128, 96, 64, 32)
SCALES = (16, 8, 4, 2, 1)
_FEATURES, _SHAPED = 4, 8
RELEASE = "https://github.com/HolyWu/vs-rife/releases/download/model/flownet_v4.25.pkl"
"""Where the published weights lie (MIT); nothing is fetched unless it is asked for."""


def _leaky() -> nn.LeakyReLU:
    return nn.LeakyReLU(0.2, inplace=True)


class Head(nn.Module):
    """What a picture `(N, 3, H, W)` has to be recognised by: `(N, 4, H, W)`."""

    def __init__(self) -> None:
        super().__init__()
        self.cnn0 = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.cnn1 = nn.Conv2d(16, 16, 3, padding=1)
        self.cnn2 = nn.Conv2d(16, 16, 3, padding=1)
        self.cnn3 = nn.ConvTranspose2d(16, _FEATURES, 4, stride=2, padding=1)
        self.act = _leaky()

    def forward(self, picture: Tensor) -> Tensor:
        """Return the features."""
        seen = self.act(self.cnn0(picture))
        seen = self.act(self.cnn2(self.act(self.cnn1(seen))))
        features: Tensor = self.cnn3(seen)
        return features


class Residual(nn.Module):
    """A convolution whose share in the result is learned channel by channel."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.beta = nn.Parameter(torch.ones(1, width, 1, 1))
        self.act = _leaky()

    def forward(self, x: Tensor) -> Tensor:
        """Return the same shape."""
        result: Tensor = self.act(self.conv(x) * self.beta + x)
        return result


class Block(nn.Module):
    """One look at one scale: what it sees changes the flow (4), the mask (1) and what is told the next (8)."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.conv0 = nn.Sequential(
            nn.Sequential(nn.Conv2d(channels, width // 2, 3, stride=2, padding=1), _leaky()),
            nn.Sequential(nn.Conv2d(width // 2, width, 3, stride=2, padding=1), _leaky()),
        )
        self.convblock = nn.Sequential(*(Residual(width) for _ in range(8)))
        shaped = 4 * (4 + 1 + _SHAPED)
        self.lastconv = nn.Sequential(nn.ConvTranspose2d(width, shaped, 4, stride=2, padding=1), nn.PixelShuffle(2))

    def forward(self, seen: Tensor, flow: Tensor | None, scale: float) -> tuple[Tensor, Tensor, Tensor]:
        """Return flow, mask and features at the size of what is seen; `scale` is by how much it looks coarser."""
        small = _resized(seen, 1 / scale)
        if flow is not None:
            small = torch.cat((small, _resized(flow, 1 / scale) / scale), 1)
        made = _resized(self.lastconv(self.convblock(self.conv0(small))), scale)
        return made[:, :4] * scale, made[:, 4:5], made[:, 5:]


class IFNet(nn.Module):
    """Two pictures `(N, 3, H, W)` in 0..1 and a share in, the picture between out; sides divide by 64."""

    def __init__(self) -> None:
        super().__init__()
        first, later = 2 * 3 + 1 + 2 * _FEATURES, 2 * 3 + 2 + 2 * _FEATURES + _SHAPED + 4
        blocks = [Block(first if index == 0 else later, width) for index, width in enumerate(WIDTHS)]
        self.block0, self.block1, self.block2, self.block3, self.block4 = blocks
        self.encode = Head()

    def forward(self, before: Tensor, after: Tensor, share: float) -> Tensor:
        """Return the picture `share` (0..1) of the way."""
        features = self.encode(before), self.encode(after)
        moment = torch.full_like(before[:, :1], share)
        blocks = (self.block0, self.block1, self.block2, self.block3, self.block4)
        flow, mask, told = blocks[0](torch.cat((before, after, *features, moment), 1), None, SCALES[0])
        for block, scale in zip(blocks[1:], SCALES[1:], strict=True):
            warped = _both(before, after, flow)
            seen = torch.cat((*warped, *_both(*features, flow), moment, mask, told), 1)
            change, mask, told = block(seen, flow, scale)
            flow = flow + change
        early, late = _both(before, after, flow)
        weight = torch.sigmoid(mask)
        return early * weight + late * (1 - weight)


def _resized(x: Tensor, factor: float) -> Tensor:
    return x if factor == 1 else functional.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


def _both(before: Tensor, after: Tensor, flow: Tensor) -> tuple[Tensor, Tensor]:
    return _warped(before, flow[:, :2]), _warped(after, flow[:, 2:4])


def _warped(picture: Tensor, flow: Tensor) -> Tensor:
    """Return what every place finds along its flow (pixels).

    Places are kept in 32 bits: in 16 a pixel of a wide picture is no longer told from the next. They are made anew
    each time, which costs little beside the rest, so that nothing is kept of sizes that are gone.
    """
    height, width = picture.shape[-2:]
    across = torch.linspace(-1, 1, width, device=flow.device)
    down = torch.linspace(-1, 1, height, device=flow.device)
    places = torch.stack(torch.meshgrid(across, down, indexing="xy"), dim=-1)
    steps = torch.tensor([2 / max(1, width - 1), 2 / max(1, height - 1)], device=flow.device)
    grid = places + flow.float().permute(0, 2, 3, 1) * steps
    found = functional.grid_sample(picture.float(), grid, mode="bilinear", padding_mode="border", align_corners=True)
    return found.to(picture.dtype)


class Rife:
    """The network with its weights: two pictures `(H, W, 3)` uint8 and a share in, the one between out."""

    def __init__(self, network: IFNet, device: str = "cpu") -> None:
        self._network = network.eval().requires_grad_(False).to(device)
        self._device = device

    @classmethod
    def load(cls, path: str | Path, device: str = "cpu") -> Rife:
        """Return the network with the weights of a file; InputError where they are no IFNet 4.25's."""
        network = IFNet()
        network.load_state_dict(_fitting(read_weights(Path(path), FIELD, MOST_BYTES), network.state_dict(), str(path)))
        return cls(network, device)

    def __call__(self, before: Image, after: Image, share: float) -> Image:
        """Return the picture `share` (0..1) of the way."""
        height, width = before.shape[:2]
        if after.shape != before.shape:
            raise ValueError(f"both pictures must have one size, not {before.shape} and {after.shape}")
        with torch.inference_mode():
            made = self._network(self._padded(before), self._padded(after), share)[0, :, :height, :width]
            levels = made.float().clamp(0, 1).mul(255).round().to(torch.uint8)
            picture: Image = levels.permute(1, 2, 0).contiguous().cpu().numpy()
        return picture

    def _padded(self, image: Image) -> Tensor:
        height, width = image.shape[:2]
        planes = torch.from_numpy(image.copy()).to(self._device).permute(2, 0, 1)[None].float().div(255)
        return functional.pad(planes, (0, -width % MULTIPLE, 0, -height % MULTIPLE), mode="replicate")


def _fitting(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor], path: str) -> dict[str, Tensor]:
    """Return the tensors that the network has, by its names; those of training only are left out."""
    plain = {name.removeprefix("module."): tensor for name, tensor in found.items()}
    for name, tensor in wanted.items():
        if name not in plain or plain[name].shape != tensor.shape:
            raise InputError(FIELD, path, f"is no RIFE 4.25 ({name} is missing or of another shape): use that version.")
    return {name: plain[name].float() for name in wanted}
