"""Stage 4: one to four steps instead of fifty, guidance inside the network, detail by a critic.

Consistency distillation (Song et al. 2023; guidance embedded as in LCM, Luo et al. 2023): what the student says of a noisy
picture must be what its own average says of the same picture one teacher's step cleaner. A critic of latent patches keeps
the result from being the average of all pictures.
"""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training import checkpoint
from training.critic import Critic, critic_loss, painter_loss
from training.denoiser import build
from training.history import worn
from training.lessons import Lessons
from training.losses import huber
from training.network import Painter
from training.noise import Noise, draw_steps
from training.presets import PRESETS
from training.run import Budget, Log, arguments, average, set_rate

MOST_GUIDANCE = 11.0
"""Scale minus one: guidance_scale 1 to 12."""


@torch.no_grad()
def guided(teacher: Painter, noise: Noise, noised: Tensor, steps: Tensor, words: tuple[Tensor, Tensor], guidance: Tensor) -> Tensor:
    """Return the teacher's picture with classifier-free guidance: said + guidance * (said - unsaid), not overshooting.

    The result keeps the deviation of the unguided picture (rescaled guidance, Lin et al. 2023), so that high scales do not burn.
    """
    both = torch.cat(words)
    velocity = teacher(torch.cat([noised, noised]), torch.cat([steps, steps]), both).float()
    said, unsaid = noise.picture(torch.cat([noised, noised]), velocity, torch.cat([steps, steps])).chunk(2)
    pushed = said + guidance.view(-1, 1, 1, 1) * (said - unsaid)
    return pushed * (said.std((1, 2, 3), keepdim=True) / pushed.std((1, 2, 3), keepdim=True)).clamp(0.5, 1.0)


def cleaner(noise: Noise, noised: Tensor, picture: Tensor, steps: Tensor, target: Tensor) -> Tensor:
    """Take one deterministic step (DDIM) from `steps` down to `target`, given the picture."""
    signal, spread = noise.at(steps)
    return noise.add(picture, (noised - signal * picture) / spread, target)


def main() -> None:
    """Distil until the budget is spent."""
    parser = arguments(__doc__)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--skip", type=int, default=100, help="timesteps between the two sides of consistency")
    parser.add_argument("--critic", type=float, default=0.05, help="weight of the critic, 0 = none")
    parser.add_argument("--keep", type=float, default=0.99)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    preset = PRESETS[options.preset]
    teacher = build(options.preset, options.tokenizer, options.device).eval()
    checkpoint.load(options.teacher, {"shadow": teacher}, {})
    student = copy.deepcopy(teacher)
    shadow = copy.deepcopy(teacher).requires_grad_(False)
    teacher.requires_grad_(False)
    student.text.requires_grad_(False)
    critic = Critic(preset.latent_channels, preset.text_width).to(options.device)
    painting = torch.optim.AdamW(student.network.parameters(), options.lr, betas=(0.5, 0.99), weight_decay=0.0, fused=True)
    judging = torch.optim.AdamW(critic.parameters(), 4 * options.lr, betas=(0.5, 0.99), weight_decay=0.0)
    modules = {"painter": student, "shadow": shadow, "critic": critic}
    optimizers = {"painter": painting, "critic": judging}
    done = 0
    if options.checkpoint.exists():
        done = checkpoint.load(options.checkpoint, modules, optimizers)["samples"]
    noise, lessons = Noise.linear(options.device), Lessons(options.pictures, options.side, options.seed + done, options.device)
    generator = torch.Generator().manual_seed(options.seed + done)
    budget, log, rows = Budget(options.steps, options.minutes, options.lr), Log(options.checkpoint), []
    silence = teacher.read(lessons.silence(1)).detach()
    for step in budget:
        set_rate(painting, budget.rate())
        latents, tokens = lessons.batch(options.batch, silent=0.0)
        count = len(latents)
        states = teacher.read(tokens).detach()
        steps = draw_steps(count, generator).to(latents.device)
        target = (steps - options.skip).clamp(min=0)
        scale = (MOST_GUIDANCE * torch.rand(count, generator=generator).square()).to(latents.device)
        fresh = torch.randn(latents.shape, generator=generator).to(latents.device)
        noised = noise.add(worn(latents, steps, generator), fresh, steps)
        with torch.autocast(latents.device.type, dtype=torch.bfloat16):
            clean = guided(teacher, noise, noised, steps, (states, silence.expand(count, -1, -1)), scale)
            nearer = cleaner(noise, noised, clean, steps, target)
            with torch.no_grad():
                reached = noise.picture(nearer, shadow(nearer, target, states, scale).float(), target)
                reached = torch.where((target == 0).view(-1, 1, 1, 1), clean, reached)
            made = noise.picture(noised, student(noised, steps, states, scale).float(), steps)
            same = huber(made, reached)
            praise = painter_loss(critic(made, states).float()) if options.critic else made.new_zeros(())
        (same + options.critic * praise).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(student.network.parameters(), 1.0)
        painting.step()
        painting.zero_grad()
        average(shadow, student, options.keep)
        blame = _judge(critic, judging, latents, made.detach(), states) if options.critic else 0.0
        done += count
        rows.append((float(same.detach()), float(praise.detach()), blame))
        if step % 50 == 49:
            means = np.mean(rows[-50:], axis=0)
            log.write(stage="distill", samples=done, same=float(means[0]), praise=float(means[1]), critic=float(means[2]))
        if step % 300 == 299:
            checkpoint.save(options.checkpoint, modules, optimizers, samples=done)
    checkpoint.save(options.checkpoint, modules, optimizers, samples=done)


def _judge(critic: Critic, judging: torch.optim.Optimizer, real: Tensor, made: Tensor, states: Tensor) -> float:
    judging.zero_grad()
    with torch.autocast(real.device.type, dtype=torch.bfloat16):
        value = critic_loss(critic(real, states).float(), critic(made, states).float())
    value.backward()  # type: ignore[no-untyped-call]
    judging.step()
    return float(value.detach())


if __name__ == "__main__":
    main()
