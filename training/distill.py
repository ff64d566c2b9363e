"""Stage 4: one to four steps instead of fifty, guidance inside the network, detail by a critic.

Consistency distillation (Song et al. 2023; guidance embedded as in LCM, Luo et al. 2023): what the student says of a
noisy picture must be what its own average says of the same picture one teacher's step cleaner. A critic of latent
patches keeps the result from being the average of all pictures.
"""

from __future__ import annotations

import argparse
import copy
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch import Tensor, nn
from torch.optim import AdamW

from training import checkpoint
from training.build import build_autoencoder
from training.critic import Critic, critic_loss, painter_loss
from training.denoiser import build
from training.history import worn
from training.lessons import Batch, Lessons
from training.losses import energy_loss, huber
from training.network import Painter
from training.noise import Noise, draw_steps
from training.presets import PRESETS
from training.rollout import Rolled, Rollout, timesteps
from training.run import Budget, Log, arguments, average, set_rate
from training.tutor import Answers, Tutor

MOST_GUIDANCE = 11.0
"""Scale minus one: guidance_scale 1 to 12."""

PARTS = ("same", "praise", "critic", "doubt", "dull")
"""Distance from what was wanted, before the critic, the critic's own, before the tutor, and energy that lacks."""


@torch.no_grad()
def guided(
    teacher: Painter, noise: Noise, noised: Tensor, steps: Tensor, words: tuple[Tensor, Tensor], guidance: Tensor
) -> Tensor:
    """Return the teacher's picture with classifier-free guidance: said + guidance * (said - unsaid), not overshooting.

    The result keeps the deviation of the unguided picture (rescaled guidance, Lin et al. 2023), so that high scales do
    not burn.
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


class Lesson(NamedTuple):
    """Real latents, what the student is given (noised latents, timesteps, guidance, states), rows, and what it owes."""

    latents: Tensor
    noised: Tensor
    steps: Tensor
    scale: Tensor
    states: Tensor
    rows: Tensor
    wanted: Tensor


class Distillation:
    """A student with its teacher, its own average and its critic, and the lessons they share."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Begin where the teacher is, or go on from a checkpoint."""
        self.options, preset = options, PRESETS[options.preset]
        self.teacher = build(options.preset, options.tokenizer, options.device).eval()
        checkpoint.load(options.teacher, {"shadow": self.teacher}, {})
        self.student = copy.deepcopy(self.teacher)
        self.shadow = copy.deepcopy(self.teacher).requires_grad_(False)
        self.teacher.requires_grad_(False)
        self.student.text.requires_grad_(False)
        self.critic = Critic(preset.latent_channels, preset.text_width).to(options.device)
        self.painting = AdamW(self.student.network.parameters(), options.lr, (0.5, 0.99), weight_decay=0.0, fused=True)
        self.judging = AdamW(self.critic.parameters(), 4 * options.lr, (0.5, 0.99), weight_decay=0.0)
        self.done = 0
        if options.checkpoint.exists():
            self.done = checkpoint.load(options.checkpoint, self.modules, self.optimizers)["samples"]
        seed = options.seed + self.done
        self.noise, self.generator = Noise.linear(options.device), torch.Generator().manual_seed(seed)
        self.lessons = Lessons(options.pictures, options.side, seed, options.device, options.cuts)
        self.tutor, self.answers = _tutor(options), Answers(options.pictures, options.device)
        self.rollout = Rollout(self.student, _codec(options), self.noise, self.generator) if options.own else None
        self.silence = self.teacher.read(self.lessons.silence(1)).detach()

    @property
    def modules(self) -> dict[str, nn.Module]:
        """What a checkpoint holds, by its names there."""
        return {"painter": self.student, "shadow": self.shadow, "critic": self.critic}

    @property
    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        """What a checkpoint holds of the optimizers, by their names there."""
        return {"painter": self.painting, "critic": self.judging}

    def save(self) -> None:
        """Write the checkpoint."""
        checkpoint.save(self.options.checkpoint, self.modules, self.optimizers, samples=self.done)

    def step(self, rate: float) -> tuple[float, ...]:
        """Learn from one batch; return its parts of the loss, and the critic's own, by `PARTS`."""
        batch = self.lessons.batch(self.options.batch, silent=0.0)
        states = self.teacher.read(batch.tokens).detach()
        own = self.rollout if torch.rand((), generator=self.generator) < self.options.own else None
        with torch.autocast(batch.latents.device.type, dtype=torch.bfloat16):
            lesson = self._homeward(own, batch, states) if own else self._consistent(batch, states)
            latents, noised, steps, scale, states, rows, wanted = lesson
            made = self.noise.picture(noised, self.student(noised, steps, states, scale).float(), steps)
            same = huber(made, wanted)
            blame = painter_loss(self.critic(made, states).float()) if self.options.critic else made.new_zeros(())
            doubt = self.tutor.blame(made, self.answers.of(rows)) if self.tutor else made.new_zeros(())
            dull = energy_loss(made, latents) if self.options.energy else made.new_zeros(())
        set_rate(self.painting, rate)
        total = same + self.options.critic * blame + self.options.told * doubt + self.options.energy * dull
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.student.network.parameters(), 1.0)
        self.painting.step()
        self.painting.zero_grad()
        average(self.shadow, self.student, self.options.keep)
        judged = self._judge(latents, made.detach(), states) if self.options.critic else 0.0
        self.done += len(latents)
        return float(same.detach()), float(blame.detach()), judged, float(doubt.detach()), float(dull.detach())

    def _consistent(self, batch: Batch, states: Tensor) -> Lesson:
        """Return a lesson of consistency: guidance is drawn, most of it low."""
        latents, _, rows = batch
        steps = draw_steps(len(latents), self.generator).to(latents.device)
        scale = (MOST_GUIDANCE * torch.rand(len(latents), generator=self.generator).square()).to(latents.device)
        return self._lesson(Rolled(latents, latents, states, rows), steps, scale)

    def _homeward(self, rollout: Rollout, batch: Batch, states: Tensor) -> Lesson:
        """Return a lesson of consistency from where the student's own repaints have led."""
        rolled = rollout.take(batch, states)
        steps = timesteps(len(rolled.latents), self.generator).to(states.device)
        scale = 3.0 * torch.rand(len(rolled.latents), generator=self.generator).to(states.device)
        return self._lesson(rolled, steps, scale)

    def _lesson(self, start: Rolled, steps: Tensor, scale: Tensor) -> Lesson:
        fresh = torch.randn(start.latents.shape, generator=self.generator).to(start.latents.device)
        noised = self.noise.add(worn(start.latents, steps, self.generator), fresh, steps)
        wanted = self._wanted(noised, steps, start.states, scale)
        return Lesson(start.clean, noised, steps, scale, start.states, start.rows, wanted)

    @torch.no_grad()
    def _wanted(self, noised: Tensor, steps: Tensor, states: Tensor, scale: Tensor) -> Tensor:
        """Return what the student's average says one teacher's step nearer, or at the way's end the teacher."""
        target = (steps - self.options.skip).clamp(min=0)
        words = (states, self.silence.expand(len(noised), -1, -1))
        clean = guided(self.teacher, self.noise, noised, steps, words, scale)
        nearer = cleaner(self.noise, noised, clean, steps, target)
        reached = self.noise.picture(nearer, self.shadow(nearer, target, states, scale).float(), target)
        return torch.where((target == 0).view(-1, 1, 1, 1), clean, reached)

    def _judge(self, real: Tensor, made: Tensor, states: Tensor) -> float:
        """Teach the critic what is real; return its loss."""
        self.judging.zero_grad()
        with torch.autocast(real.device.type, dtype=torch.bfloat16):
            value = critic_loss(self.critic(real, states).float(), self.critic(made, states).float())
        value.backward()
        self.judging.step()
        return float(value.detach())


def _tutor(options: argparse.Namespace) -> Tutor | None:
    if options.tutor is None:
        return None
    tutor = Tutor(PRESETS[options.preset].latent_channels).to(options.device)
    checkpoint.load(options.tutor, {"tutor": tutor}, {})
    return tutor.eval().requires_grad_(False)


def _codec(options: argparse.Namespace) -> AutoencoderTiny:
    codec = build_autoencoder(PRESETS[options.preset])
    codec.to(options.device, memory_format=torch.channels_last)
    checkpoint.load(options.autoencoder, {"autoencoder": codec}, {})
    return codec.eval().requires_grad_(False)


def options() -> argparse.Namespace:
    """Read what the command line says."""
    parser = arguments(__doc__)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--skip", type=int, default=100, help="timesteps between the two sides of consistency")
    parser.add_argument("--critic", type=float, default=0.05, help="weight of the critic, 0 = none")
    parser.add_argument("--tutor", type=Path, help="a judge of latents to learn from as well")
    parser.add_argument("--told", type=float, default=0.05, help="weight of what the tutor says")
    parser.add_argument("--energy", type=float, default=0.0, help="weight of each band's energy being a picture's")
    parser.add_argument("--cuts", type=float, default=0.0, help="share of batches cut from pictures twice the side")
    parser.add_argument("--own", type=float, default=0.0, help="share of batches of the student's own repaints")
    parser.add_argument("--autoencoder", type=Path, help="what decodes and encodes them between two repaints")
    parser.add_argument("--keep", type=float, default=0.99)
    return parser.parse_args()


def main() -> None:
    """Distil until the budget is spent."""
    given = options()
    torch.manual_seed(given.seed)
    distillation = Distillation(given)
    budget, log = Budget(given.steps, given.minutes, given.lr), Log(given.checkpoint)
    rows = []
    for step in budget:
        rows.append(distillation.step(budget.rate()))
        if step % 50 == 49:
            means = dict(zip(PARTS, np.mean(rows[-50:], axis=0).tolist(), strict=True))
            log.write(stage="distill", samples=distillation.done, **means)
        if step % 300 == 299:
            distillation.save()
    distillation.save()


if __name__ == "__main__":
    main()
