"""What a loop feeds back is never a clean picture: worn copies to start from, the clean one to paint.

A repaint begins with another picture than the prompt's, blurred by zooming and tinted by its own past; a network that
has seen such starts learns to undo them, and to follow the prompt rather than the old layout.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from training.build import TRAIN_STEPS


def worn(latents: Tensor, steps: Tensor, generator: torch.Generator, share: float = 0.5) -> Tensor:
    """Return latents as a loop would have left them, for about `share` of the batch, the more the noisier the step."""
    count = len(latents)
    amount = (steps.float() / TRAIN_STEPS).view(-1, 1, 1, 1)
    chosen = (torch.rand(count, 1, 1, 1, generator=generator) < share).float().to(latents.device)
    mixed = _mix(latents, amount, generator)
    softened = _soften(mixed, amount, generator)
    tinted = _tint(softened, generator)
    return torch.lerp(latents, tinted, chosen)


def _mix(latents: Tensor, amount: Tensor, generator: torch.Generator) -> Tensor:
    other = latents[torch.randperm(len(latents), generator=generator).to(latents.device)]
    limit = ((amount - 0.5) / 0.2).clamp(0, 1)
    weight = limit * torch.rand(len(latents), 1, 1, 1, generator=generator).to(latents.device)
    return torch.lerp(latents, other, weight)


def _soften(latents: Tensor, amount: Tensor, generator: torch.Generator) -> Tensor:
    soft = functional.avg_pool2d(functional.pad(latents, (1, 1, 1, 1), mode="reflect"), 3, stride=1)
    limit = ((amount - 0.1) / 0.2).clamp(0, 1)
    return torch.lerp(latents, soft, limit * torch.rand(len(latents), 1, 1, 1, generator=generator).to(latents.device))


def _tint(latents: Tensor, generator: torch.Generator) -> Tensor:
    draw = torch.randn(len(latents), 2 * latents.shape[1], 1, 1, generator=generator).to(latents.device)
    shift, scale = draw.chunk(2, dim=1)
    return latents * (1.0 + 0.06 * scale) + 0.08 * shift
