"""A UNet2DConditionModel in two: what depends on prompt, timestep and guidance, and what depends on the picture.

The first is computed when one of them changes, the second for every picture. Between them go, for every residual block,
what its time embedding amounts to, and for every attention to the prompt its keys and values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from reverie.backends.diffusers_image.graphs.layers import ChannelNorm, Enlarging, Gate, attend, heads
from reverie.backends.diffusers_image.graphs.rewritten import NotRewritten


class Residual(nn.Module):
    """A ResnetBlock2D whose time embedding comes ready: scale and shift of the second norm, or what is added before."""

    def __init__(self, block: Any) -> None:
        super().__init__()
        known = {"default", "scale_shift"}
        if block.time_embedding_norm not in known or block.upsample or block.downsample or block.skip_time_act:
            raise NotRewritten(f"residual block {block.time_embedding_norm}")
        self.scaled = block.time_embedding_norm == "scale_shift"
        self.time: nn.Linear = block.time_emb_proj
        self.second = block.norm2
        self.norms = nn.ModuleList([ChannelNorm(block.norm1), ChannelNorm(block.norm2)])
        self.convs = nn.ModuleList([block.conv1, block.conv2])
        self.shortcut: nn.Module = nn.Identity() if block.conv_shortcut is None else block.conv_shortcut
        self.act: nn.Module = block.nonlinearity
        self.divisor = float(block.output_scale_factor)

    @property
    def inputs(self) -> int:
        """How many tensors `told` gives."""
        return 2 if self.scaled else 1

    def told(self, embedding: Tensor) -> tuple[Tensor, ...]:
        """Return what a time embedding `(N, width)` amounts to here, each `(N, C, 1, 1)`."""
        added = self.time(self.act(embedding))[:, :, None, None]
        if not self.scaled:
            return (added,)
        scale, shift = added.chunk(2, dim=1)
        norm = self.second
        weight, bias = norm.weight[None, :, None, None], norm.bias[None, :, None, None]
        return weight * (1 + scale), bias * (1 + scale) + shift

    def forward(self, x: Tensor, *told: Tensor) -> Tensor:
        """Return the block's output for pixels `(N, C, H, W)`."""
        hidden = self.convs[0](self.act(self.norms[0](x)))
        hidden = self.norms[1](hidden, *told) if self.scaled else self.norms[1](hidden + told[0])
        hidden = self.convs[1](self.act(hidden))
        out: Tensor = self.shortcut(x) + hidden
        return out if self.divisor == 1.0 else out / self.divisor


class Attention(nn.Module):
    """A Transformer2DModel whose keys and values of the prompt come ready."""

    inputs: int

    def __init__(self, block: Any) -> None:
        super().__init__()
        plain = block.is_input_continuous and all(_plain(each) for each in block.transformer_blocks)
        if not plain:
            raise NotRewritten("transformer block")
        self.norm = ChannelNorm(block.norm)
        self.linear = bool(block.use_linear_projection)
        self.enter, self.leave = block.proj_in, block.proj_out
        self.blocks = block.transformer_blocks
        self.gates = nn.ModuleList([Gate(each.ff) for each in block.transformer_blocks])
        self.inputs = 2 * len(self.blocks)

    def told(self, states: Tensor) -> tuple[Tensor, ...]:
        """Return keys and values of the prompt's states `(N, tokens, width)` for every block."""
        attentions = [block.attn2 for block in self.blocks]
        return tuple(heads(to(states), each.heads) for each in attentions for to in (each.to_k, each.to_v))

    def forward(self, x: Tensor, *told: Tensor) -> Tensor:
        """Return the output for pixels `(N, C, H, W)`."""
        height, width = x.shape[2], x.shape[3]
        hidden = self.norm(x)
        hidden = hidden if self.linear else self.enter(hidden)
        hidden = hidden.permute(0, 2, 3, 1).flatten(1, 2)
        hidden = self.enter(hidden) if self.linear else hidden
        for index, (block, gate) in enumerate(zip(self.blocks, self.gates, strict=True)):
            hidden = _transformed(block, gate, hidden, *told[2 * index : 2 * index + 2])
        hidden = self.leave(hidden) if self.linear else hidden
        hidden = hidden.unflatten(1, (height, width)).permute(0, 3, 1, 2)
        out: Tensor = x + (hidden if self.linear else self.leave(hidden))
        return out


def _plain(block: Any) -> bool:
    attentions = (block.attn1, block.attn2)
    known = block.norm_type == "layer_norm" and not block.only_cross_attention and block.attn2 is not None
    gated = type(block.ff.net[0]).__name__ == "GEGLU"
    return known and gated and all(each.norm_q is None and each.group_norm is None for each in attentions)


def _transformed(block: Any, gate: nn.Module, hidden: Tensor, key: Tensor, value: Tensor) -> Tensor:
    own, prompt = block.attn1, block.attn2
    normed = block.norm1(hidden)
    query, own_key, own_value = (heads(to(normed), own.heads) for to in (own.to_q, own.to_k, own.to_v))
    hidden = hidden + own.to_out[0](attend(query, own_key, own_value))
    query = heads(prompt.to_q(block.norm2(hidden)), prompt.heads)
    hidden = hidden + prompt.to_out[0](attend(query, key, value))
    out: Tensor = hidden + gate(block.norm3(hidden))
    return out


class Denoiser(nn.Module):
    """The network for one picture after the other: `(N, C, h, w)` and what it was told in, its prediction out."""

    def __init__(self, unet: Any) -> None:
        super().__init__()
        if unet.config.center_input_sample or unet.mid_block is None or unet.conv_norm_out is None:
            raise NotRewritten("network")
        self.enter, self.leave = unet.conv_in, unet.conv_out
        self.norm, self.act = ChannelNorm(unet.conv_norm_out), unet.conv_act
        self.layers = nn.ModuleList()
        self.route: list[str] = []
        for kind, layer in _layers(unet):
            self.route.append(kind)
            self.layers.append(layer)

    @property
    def residuals(self) -> list[Residual]:
        """The blocks that are told the time, in the order of the inputs."""
        return [layer for layer in self.layers if isinstance(layer, Residual)]

    @property
    def attentions(self) -> list[Attention]:
        """The blocks that are told the prompt, in the order of the inputs."""
        return [layer for layer in self.layers if isinstance(layer, Attention)]

    def forward(self, x: Tensor, *told: Tensor) -> Tensor:
        """Predict; `told` is what `Teller` gives."""
        shares = iter(told)
        times = {id(layer): [next(shares) for _ in range(layer.inputs)] for layer in self.residuals}
        prompts = {id(layer): [next(shares) for _ in range(layer.inputs)] for layer in self.attentions}
        given = {**times, **prompts}
        x = self.enter(x)
        kept = [x]
        for kind, layer in zip(self.route, self.layers, strict=True):
            x = torch.cat([x, kept.pop()], dim=1) if kind == "join" else layer(x, *given.get(id(layer), ()))
            if kind == "keep":
                kept.append(x)
        out: Tensor = self.leave(self.act(self.norm(x)))
        return out


def _layers(unet: Any) -> Iterator[tuple[str, nn.Module]]:
    """Walk through a UNet; a "keep" puts its output aside, a "join" takes the last one put aside back."""
    for block in unet.down_blocks:
        _check(block, {"DownBlock2D", "CrossAttnDownBlock2D"})
        attentions = getattr(block, "attentions", None)
        for index, residual in enumerate(block.resnets):
            yield ("pass" if attentions else "keep"), Residual(residual)
            if attentions:
                yield "keep", Attention(attentions[index])
        for sampler in block.downsamplers or ():
            yield "keep", _strided(sampler)
    yield from _middle(unet.mid_block)
    for block in unet.up_blocks:
        _check(block, {"UpBlock2D", "CrossAttnUpBlock2D"})
        attentions = getattr(block, "attentions", None)
        for index, residual in enumerate(block.resnets):
            yield "join", nn.Identity()
            yield "pass", Residual(residual)
            if attentions:
                yield "pass", Attention(attentions[index])
        for sampler in block.upsamplers or ():
            yield "pass", _enlarging(sampler)


def _middle(block: Any) -> Iterator[tuple[str, nn.Module]]:
    _check(block, {"UNetMidBlock2DCrossAttn"})
    yield "pass", Residual(block.resnets[0])
    for attention, residual in zip(block.attentions, block.resnets[1:], strict=True):
        yield "pass", Attention(attention)
        yield "pass", Residual(residual)


def _check(block: Any, known: set[str]) -> None:
    if type(block).__name__ not in known:
        raise NotRewritten(type(block).__name__)


def _strided(sampler: Any) -> nn.Module:
    conv: Any = getattr(sampler, "conv", None)
    if not isinstance(conv, nn.Conv2d) or sampler.norm is not None or sampler.padding != 1:
        raise NotRewritten("downsampler")
    return conv


def _enlarging(sampler: Any) -> nn.Module:
    conv: Any = getattr(sampler, "conv", None)
    if not isinstance(conv, nn.Conv2d) or sampler.norm is not None or conv.kernel_size != (3, 3):
        raise NotRewritten("upsampler")
    return Enlarging(conv)


class Teller(nn.Module):
    """Turns prompt, timestep and guidance into what `Denoiser` is told."""

    def __init__(self, unet: Any, denoiser: Denoiser) -> None:
        super().__init__()
        self.unet, self.denoiser = unet, denoiser
        self.sized = unet.config.addition_embed_type == "text_time"
        self.guided = bool(unet.config.time_cond_proj_dim)

    def forward(self, time: Tensor, states: Tensor, *more: Tensor) -> tuple[Tensor, ...]:
        """Return one tensor after the other for a timestep `(1,)` and states `(N, tokens, width)`.

        `more` is the embedded guidance `(1, width)` where the network takes it, then pooled text `(N, width)` and
        sizes `(1, 6)` where it takes those.
        """
        unet, rest = self.unet, list(more)
        guidance = rest.pop(0) if self.guided else None
        told = {"text_embeds": rest[0], "time_ids": rest[1].expand(rest[0].shape[0], -1)} if self.sized else None
        embedding = unet.time_embedding(unet.time_proj(time).to(states.dtype), guidance)
        added = unet.get_aug_embed(emb=embedding, encoder_hidden_states=states, added_cond_kwargs=told)
        embedding = embedding if added is None else embedding + added
        if unet.time_embed_act is not None:
            embedding = unet.time_embed_act(embedding)
        # The same number of rows for all, so that one graph serves one guide and two.
        embedding = embedding + torch.zeros_like(states[:, 0, :1])
        times = [value for layer in self.denoiser.residuals for value in layer.told(embedding)]
        prompts = [value for layer in self.denoiser.attentions for value in layer.told(states)]
        return (*times, *prompts)
