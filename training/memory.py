"""The memory learns to settle a restyled film: from clips painted twice, with painters that wobble and a worn past."""

from __future__ import annotations

import copy
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from reverie.models.memory import Memory, Moment, Recorded
from training import checkpoint
from training.clips import Clips
from training.losses import band_loss
from training.run import Budget, Log, arguments, average, set_rate
from training.wear import history, moved, painters

SLOTS = 6
"""Frames that the bank holds while learning."""

FORGOTTEN = 0.15
"""Share of clips whose past is worn anew at a frame."""


def flows(given: Tensor) -> Tensor:
    """Return where each frame's pixels were in the frame before: `(length - 1, N, 2, H, W)` in pixels, by DIS."""
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    greys = (given.mean(2) * 255).byte().numpy()
    found = [
        [finder.calc(now, past, None) for past, now in zip(before, after, strict=True)]  # type: ignore[call-overload]
        for before, after in pairwise(greys)
    ]
    return torch.from_numpy(np.asarray(found, np.float32)).permute(0, 1, 4, 2, 3)


def inside(flow: Tensor) -> Tensor:
    """Return 1 where a flow points into the picture: `(N, 1, H, W)`."""
    rows, columns = flow.shape[2:]
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    across, down = x + flow[:, 0], y + flow[:, 1]
    seen = (across >= 0) & (across <= columns - 1) & (down >= 0) & (down <= rows - 1)
    return seen[:, None].float()


def losses(model: Memory, clip: tuple[Tensor, Tensor], generator: torch.Generator) -> dict[str, Tensor]:
    """Return the parts of a clip's loss; both ways are `(length, N, 3, H, W)`. Gradients flow within each frame."""
    given, wanted = clip
    ways = flows(given)
    shown, bank = wanted[0], model.record(given[0], history(wanted[0], generator, 0.2))
    parts: dict[str, list[Tensor]] = {"picture": [], "steady": []}
    for index in range(1, len(given)):
        flow = ways[index - 1]
        past = history(shown, generator, FORGOTTEN)
        moment = Moment(
            painters(wanted[index], generator),
            moved(past, flow),
            given[index],
            given[index] - moved(given[index - 1], flow),
            inside(flow),
        )
        settled = model(moment, model.recall(given[index], bank))
        parts["picture"].append(band_loss(settled * 2 - 1, wanted[index] * 2 - 1))
        parts["steady"].append(_unsteady(settled - moved(shown, flow), wanted[index] - moved(wanted[index - 1], flow)))
        shown = settled.detach()
        fresh = model.record(given[index], history(shown, generator, 0.2))
        bank = _bounded(bank, fresh)
    return {"picture": torch.stack(parts["picture"]).mean(), "steady": 4.0 * torch.stack(parts["steady"]).mean()}


def _unsteady(made: Tensor, true: Tensor) -> Tensor:
    """Return how much more a picture changes than the scene does."""
    return (made - true).abs().mean()


def _bounded(bank: Recorded, fresh: Recorded) -> Recorded:
    places = fresh.keys.shape[1]
    held = Recorded(bank.keys.detach(), bank.looks)
    return held.joined(fresh, SLOTS * places)


@torch.no_grad()
def measure(model: Memory, clips: Clips, count: int = 16) -> dict[str, float]:
    """Return errors in levels: of the painter, of keeping the last picture, of halves, and of the memory."""
    generator = torch.Generator().manual_seed(1)
    given, wanted = clips.batch(range(min(count, len(clips))))
    ways = flows(given)
    shown = half = wanted[0]
    bank = model.record(given[0], wanted[0])
    rows: dict[str, list[float]] = {
        name: [] for name in ("painter", "half", "memory", "flicker_painter", "flicker_memory")
    }
    last_painted = wanted[0]
    for index in range(1, len(given)):
        flow, painted = ways[index - 1], painters(wanted[index], generator)
        true = wanted[index] - moved(wanted[index - 1], flow)
        change = given[index] - moved(given[index - 1], flow)
        moment = Moment(painted, moved(shown, flow), given[index], change, inside(flow))
        settled = model(moment, model.recall(given[index], bank))
        half = 0.5 * painted + 0.5 * moved(half, flow)
        for name, made in (("painter", painted), ("half", half), ("memory", settled)):
            rows[name].append(float((made - wanted[index]).abs().mean()))
        rows["flicker_memory"].append(float((settled - moved(shown, flow) - true).abs().mean()))
        rows["flicker_painter"].append(float((painted - moved(last_painted, flow) - true).abs().mean()))
        shown, last_painted = settled, painted
        bank = _bounded(bank, model.record(given[index], settled))
    return {name: 255 * float(np.mean(values)) for name, values in rows.items()}


def main() -> None:
    """Train until the budget is spent."""
    parser = arguments(__doc__)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    model = Memory().to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the format
    shadow = copy.deepcopy(model).requires_grad_(False)
    optimizer = torch.optim.AdamW(model.parameters(), options.lr, betas=(0.9, 0.99), weight_decay=1e-3)
    modules, done = {"memory": model, "shadow": shadow}, 0
    if options.checkpoint.exists():
        done = checkpoint.load(options.checkpoint, modules, {"memory": optimizer})["steps"]
    clips, held = Clips.open(options.clips), Clips.open(options.held_out)
    rng, generator = np.random.default_rng(options.seed + done), torch.Generator().manual_seed(options.seed + done)
    budget, log = Budget(options.steps, options.minutes, options.lr), Log(options.checkpoint)
    for step in budget:
        set_rate(optimizer, budget.rate())
        batch = clips.batch(rng.integers(0, len(clips), options.batch).tolist())
        with torch.autocast("cpu", dtype=torch.bfloat16):
            parts = losses(model, _turned(batch, rng), generator)
        torch.stack(list(parts.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        average(shadow, model, min(0.995, (step + 1) / (step + 10)))
        if step % 100 == 99:
            told = {name: float(part.detach()) for name, part in parts.items()}
            log.write(stage="memory", step=done + step + 1, **told, **measure(shadow, held))
            checkpoint.save(options.checkpoint, modules, {"memory": optimizer}, steps=done + step + 1)
    checkpoint.save(options.checkpoint, modules, {"memory": optimizer}, steps=done + budget.step)


def _turned(clip: tuple[Tensor, Tensor], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Mirror clips now and then, and play some backwards."""
    given, wanted = clip
    if rng.random() < 0.5:
        given, wanted = given.flip(4), wanted.flip(4)
    if rng.random() < 0.5:
        given, wanted = given.flip(0), wanted.flip(0)
    return given.contiguous(), wanted.contiguous()


if __name__ == "__main__":
    main()
