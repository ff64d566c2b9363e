"""Stage 1: the autoencoder, taught on renders and textures, to stay itself over many round trips.

Sharp by Laplacian bands and local sharpness; stable because some batches go round twice and must still be the
original, with latents jittered by as much as the network will be wrong.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch import Tensor
from torch.nn import functional

from training import checkpoint
from training.build import build_autoencoder
from training.losses import band_loss, latent_loss, sharpness_loss
from training.pictures import Pictures
from training.presets import PRESETS
from training.run import Budget, Log, arguments, set_rate
from training.textures import textures
from training.together import MEETING, Centre


class Diet:
    """Crops of renders with a share of textures, `(n, 3, size, size)` in 0..1."""

    def __init__(self, folder: Path | None, size: int, share: float, seed: int) -> None:
        """Open the pictures, if there are any, and make a pool of textures that is renewed as it is used."""
        self.pictures = Pictures(folder) if folder else None
        self.size, self.share = size, share if folder else 1.0
        self.rng, self.generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
        self.pool = torch.cat([textures(16, size, self.generator) for _ in range(16)])

    def batch(self, count: int) -> Tensor:
        """Return the next batch."""
        plain = round(count * self.share)
        if self.rng.random() < 0.02:
            fresh = textures(8, self.size, self.generator)
            self.pool[torch.from_numpy(self.rng.permutation(len(self.pool))[:8])] = fresh
        chosen = self.pool[torch.from_numpy(self.rng.integers(0, len(self.pool), plain))]
        chosen = chosen[:, torch.from_numpy(self.rng.permutation(3))]
        chosen = chosen.transpose(2, 3) if self.rng.random() < 0.5 else chosen.flip(3)
        if self.pictures is None:
            return chosen
        return torch.cat([self.pictures.crops(count - plain, self.size, self.rng), chosen])


@dataclass(frozen=True)
class Weights:
    """How much sharpness, squared error, a second trip's and old latents count; `jitter` is noise on latents."""

    sharp: float
    square: float
    stay: float
    jitter: float
    anchor: float = 0.0


@dataclass(frozen=True)
class Trip:
    """Pictures to be encoded, what has to come back, and latents that have to stay, where there are any; in -1..1."""

    given: Tensor
    wanted: Tensor
    kept: Tensor | None = None


def losses(model: AutoencoderTiny, trip: Trip, weights: Weights, again: bool) -> dict[str, Tensor]:
    """Return the parts of the loss of a trip; `again` sends what it made round a second time."""
    picture, latents = trip.wanted, model.encode(trip.given).latents
    made = model.decode(latents + weights.jitter * torch.randn_like(latents)).sample.float()
    parts = {
        "bands": band_loss(made, picture),
        "colour": (functional.avg_pool2d(made, 16) - functional.avg_pool2d(picture, 16)).abs().mean() * 4.0,
        "latent": latent_loss(latents.float())
        if trip.kept is None
        else weights.anchor * (latents.float() - trip.kept).square().mean(),
        "sharp": weights.sharp * sharpness_loss(made, picture),
        "square": weights.square * (made - picture).square().mean(),
    }
    if again:
        second = model.encode(made).latents
        parts["trip"] = (
            band_loss(model.decode(second).sample.float(), picture)
            + weights.stay * (second - latents).float().abs().mean()
        )
    return parts


@torch.no_grad()
def travelled(model: AutoencoderTiny, picture: Tensor, trips: int) -> Tensor:
    """Return pictures after so many round trips: a loop's own making, from which the next trip must find back."""
    for _ in range(trips):
        picture = model.decode(model.encode(picture).latents).sample.float().clamp(-1, 1)
    return picture


@torch.no_grad()
def measure(model: AutoencoderTiny, pictures: Tensor, trips: tuple[int, ...] = (1, 5, 20)) -> dict[str, float]:
    """Return PSNR in dB after so many round trips and the ratio of Laplacian variance after one."""
    made, results = pictures, {}
    for trip in range(1, max(trips) + 1):
        made = model.decode(model.encode(made).latents).sample.float().clamp(-1, 1)
        if trip in trips:
            error = ((made - pictures) / 2).square().mean((1, 2, 3))
            results[f"psnr_{trip}"] = float((-10 * error.log10()).mean())
            results[f"sharp_{trip}"] = float(_laplacian_variance(made) / _laplacian_variance(pictures))
    return results


def _laplacian_variance(picture: Tensor) -> Tensor:
    luma = picture.mean(1, keepdim=True)
    kernel = picture.new_tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]).view(1, 1, 3, 3)
    return functional.conv2d(luma, kernel).var()


def main() -> None:
    """Train until the budget is spent."""
    parser = arguments(__doc__)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--crop", type=int, default=128)
    parser.add_argument("--textures", type=float, default=0.25, help="share of textures in a batch")
    parser.add_argument("--sharp", type=float, default=1.0, help="weight of local sharpness")
    parser.add_argument("--square", type=float, default=0.0, help="weight of the squared error")
    parser.add_argument("--stay", type=float, default=1.0, help="weight of a second trip's latents being the first's")
    parser.add_argument("--again", type=int, default=4, help="one batch in so many goes round twice")
    parser.add_argument("--own", type=int, default=5, help="one batch in so many is of the autoencoder's own making")
    parser.add_argument("--decoder", action="store_true", help="teach the decoder alone: latents stay what they are")
    parser.add_argument("--anchor", type=float, default=0.0, help="weight of latents staying what they were at first")
    parser.add_argument("--centre", type=Path, help="where processes that train together gather")
    parser.add_argument("--jitter", type=float, default=0.05, help="noise on latents, in their deviations")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    model = build_autoencoder(PRESETS[options.preset]).to(options.device, memory_format=torch.channels_last)
    model.encoder.requires_grad_(not options.decoder)
    taught = [weights for weights in model.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(taught, options.lr, betas=(0.9, 0.99), weight_decay=1e-4)
    done = 0
    if options.checkpoint.exists():
        done = checkpoint.load(options.checkpoint, {"autoencoder": model}, {"autoencoder": optimizer})["steps"]
    diet = Diet(options.pictures, options.crop, options.textures, options.seed + done)
    held = diet.batch(32).to(options.device) * 2 - 1
    centre = Centre(options.centre, model) if options.centre else None
    weights = Weights(options.sharp, options.square, options.stay, options.jitter, options.anchor)
    first = copy.deepcopy(model).requires_grad_(False) if options.anchor else None
    budget, log = Budget(options.steps, options.minutes, options.lr), Log(options.checkpoint)
    for step in budget:
        set_rate(optimizer, budget.rate())
        picture = (diet.batch(options.batch) * 2 - 1).to(options.device, memory_format=torch.channels_last)
        with torch.autocast(options.device, dtype=torch.bfloat16):
            kept = first.encode(picture).latents.float() if first else None
            own = step % options.own == options.own - 1
            given = travelled(model, picture, trips=1 + step // options.own % 3) if own else picture
            parts = losses(model, Trip(given, picture, kept), weights, again=step % options.again == options.again - 1)
        loss = torch.stack(list(parts.values())).sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if centre and step % MEETING == MEETING - 1:
            centre.meet()
        if step % 200 == 0:
            log.write(
                stage="autoencoder",
                step=done + step,
                **{key: float(part.detach()) for key, part in parts.items()},
                **measure(model, held),
            )
        if step % 1000 == 999:
            checkpoint.save(options.checkpoint, {"autoencoder": model}, {"autoencoder": optimizer}, steps=done + step)
    checkpoint.save(options.checkpoint, {"autoencoder": model}, {"autoencoder": optimizer}, steps=done + budget.step)
    log.write(stage="autoencoder", step=done + budget.step, **measure(model, held))


if __name__ == "__main__":
    main()
