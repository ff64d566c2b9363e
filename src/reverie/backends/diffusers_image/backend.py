"""The backend: a checkpoint's facts at once, its weights when the first run starts."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from reverie.backends.diffusers_image.facts import ModelFacts, read_card, read_model_facts
from reverie.backends.diffusers_image.generation import DiffusersGeneration, Studio, in_one_sentence
from reverie.backends.diffusers_image.habits import Habits
from reverie.backends.diffusers_image.machinery import Machinery, choose
from reverie.backends.diffusers_image.options import DiffusersImageOptions
from reverie.backends.diffusers_image.painting import Runtime
from reverie.backends.diffusers_image.recipe import read_recipe
from reverie.backends.diffusers_image.words import Prompter, Vocabulary, tokenizers_of
from reverie.core.card import BackendCard
from reverie.core.errors import InputError
from reverie.core.protocols import Tick
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Timeline
from reverie.models.checkpoint import Checkpoint, open_checkpoint


class DiffusersImage:
    """A latent diffusion model that paints one picture a step, from words or from a picture."""

    Options = DiffusersImageOptions
    resumable = adjustable = True

    def __init__(self, options: DiffusersImageOptions) -> None:
        self._options = options
        self._recipe = read_recipe(options)
        self._checkpoint = open_checkpoint(self._recipe.folder)
        self._facts = read_model_facts(self._checkpoint, self._recipe.scheduler)
        self.card = read_card(self._checkpoint, options.model, self._facts)
        self._runtime: Runtime | None = None
        self._prompter: Prompter | None = None
        self._lock = Lock()

    @classmethod
    def describe(cls, options: DiffusersImageOptions) -> BackendCard:
        """Return a model's card; reads its settings, loads no weights."""
        recipe = read_recipe(options)
        checkpoint = open_checkpoint(recipe.folder)
        return read_card(checkpoint, options.model, read_model_facts(checkpoint, recipe.scheduler))

    @property
    def environment(self) -> Mapping[str, Any]:
        """What decides the last bit of a picture: runtime, device, precision, threads; empty before the first start."""
        return {} if self._runtime is None else self._runtime.environment

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> DiffusersGeneration:
        """Begin a run; the first loads the weights.

        Raises InputError for a size or a number of steps outside the card, and for broken weights.
        """
        steps = self._options.num_inference_steps or int(self.card.default("num_inference_steps", 1))
        self.card.check({"width": spec.width, "height": spec.height, "num_inference_steps": steps})
        runtime, prompter = self._ready(tick)
        studio = Studio(
            facts=self._facts,
            prompter=prompter,
            vocabulary=Vocabulary.beside(self._checkpoint.folder),
            width=spec.width,
            height=spec.height,
            steps=steps,
            seconds=1.0 / spec.paint_fps,
            renewal=self._options.renewal,
            easing=self._options.easing,
            push=self._options.negative_scale,
            habits=Habits.beside(self._checkpoint.folder) if self._options.complete_prompt else Habits(),
        )
        with in_one_sentence():
            run = DiffusersGeneration(studio, runtime.brush)
            run.prepare(Timeline(scene.keyframes))
        return run

    def _ready(self, tick: Tick) -> tuple[Runtime, Prompter]:
        with self._lock:
            if self._runtime is None or self._prompter is None:
                tick("loading the model", 0.0)
                tokenizers = tokenizers_of(self._checkpoint)
                machinery = choose(self._recipe.suited(self._options), self._facts)
                with in_one_sentence():
                    self._runtime = RUNTIMES[machinery.runtime](self._checkpoint, self._facts, machinery)
                    self._recipe.complete(self._runtime)
                self._prompter = Prompter(tokenizers, self._runtime.encode)
                tick("loading the model", 1.0)
            return self._runtime, self._prompter


def _on_torch(checkpoint: Checkpoint, facts: ModelFacts, machinery: Machinery) -> Runtime:
    from reverie.backends.diffusers_image.on_torch import load

    return load(checkpoint, facts, machinery)


def _on_openvino(checkpoint: Checkpoint, facts: ModelFacts, machinery: Machinery) -> Runtime:
    from reverie.backends.diffusers_image.graphs.rewritten import NotRewritten
    from reverie.backends.diffusers_image.on_openvino import load

    try:
        return load(checkpoint, facts, machinery)
    except NotRewritten as error:
        if machinery.insisted:
            raise InputError("runtime", "openvino", f"can't run this model's {error}: use torch.") from None
        return _on_torch(checkpoint, facts, machinery)


RUNTIMES = {"torch": _on_torch, "openvino": _on_openvino}
