"""What the backend may be told once, before it starts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from reverie.core import catalogue

Device = Annotated[str, Field(pattern=r"^(auto|cpu|mps|cuda(:\d{1,2})?)$")]
MOST_STEPS = 8
MOST_LORAS = 8


class LoraOption(BaseModel):
    """A LoRA: `model` is one of the shelf or a safetensors file, `weight` how much of it is added, 1 being all."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    model: Annotated[str, Field(min_length=1, max_length=1000)]
    weight: Annotated[float, Field(ge=-4, le=4)] = 1.0


class DiffusersImageOptions(BaseModel):
    """Options of a latent diffusion model.

    `model` is a model's name or a folder in the hub's format, `loras` what is added to its weights;
    `num_inference_steps` the network's evaluations a picture, 1 to 8, None for the card's default; `device` and `dtype`
    where and in which precision it runs; `runtime` torch or openvino, auto for the faster one that suits; `threads` of
    the processor, None for all; `renewal` 0 to 1 how much of the noise is new in every picture; `easing` 0 to 1 how
    much of the strength is taken back where the input moves much; `negative_scale` how far a negative prompt pushes
    where the model's guidance is embedded; `complete_prompt` lets the model add what a prompt leaves open, where it has
    such habits; `cache` a folder for what was compiled, "auto" for the user's own, "off" for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    model: Annotated[str, Field(min_length=1, max_length=1000)] = catalogue.OURS
    loras: Annotated[tuple[LoraOption, ...], Field(max_length=MOST_LORAS)] = ()
    num_inference_steps: Annotated[int, Field(ge=1, le=MOST_STEPS)] | None = None
    device: Device = "auto"
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    runtime: Literal["auto", "torch", "openvino"] = "auto"
    threads: Annotated[int, Field(ge=1, le=256)] | None = None
    renewal: Annotated[float, Field(ge=0, le=1)] = 0.75
    easing: Annotated[float, Field(ge=0, le=1)] = 0.0
    negative_scale: Annotated[float, Field(ge=0, le=20)] = 0.5
    complete_prompt: bool = True
    cache: Annotated[str, Field(min_length=1, max_length=1000)] = "auto"
