"""CLIP text encoders rewritten for compilers: their library's own code hides its mask from them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from reverie.backends.diffusers_image.graphs.layers import heads

OLD_END = 2


class Reader(nn.Module):
    """One or two text encoders: pieces `(1, tokens)` in; states `(1, tokens, width)` and, of two, pooled text out."""

    def __init__(self, encoders: tuple[nn.Module, ...]) -> None:
        super().__init__()
        self.encoders = nn.ModuleList(encoders)

    def forward(self, *pieces: Tensor) -> tuple[Tensor, ...]:
        """Read a prompt."""
        if len(self.encoders) == 1:
            return (_read(self.encoders[0], pieces[0])[1],)
        told = [_read(encoder, ids) for encoder, ids in zip(self.encoders, pieces, strict=True)]
        ends: Any = self.encoders[1]
        ids = pieces[1]
        end = ends.config.eos_token_id
        # Old files say 2, which is not the end's number: there the end is the largest one.
        place = (ids if end == OLD_END else (ids == end).int()).argmax(dim=-1)
        pooled = ends.text_projection(told[1][1][torch.arange(ids.shape[0]), place])
        return torch.cat([states[0] for states in told], dim=-1), pooled


def _read(encoder: Any, ids: Tensor) -> tuple[Tensor, Tensor]:
    """Return the second to last layer's states and the last's after the final norm."""
    text = getattr(encoder, "text_model", encoder)
    length = ids.shape[1]
    positions = text.embeddings.position_embedding.weight[:length]
    hidden = text.embeddings.token_embedding(ids) + positions
    before = hidden
    mask = torch.full((length, length), torch.finfo(torch.float32).min).triu(1)
    for layer in text.encoder.layers:
        before = hidden
        hidden = _layer(layer, hidden, mask)
    return before, text.final_layer_norm(hidden)


def _layer(layer: Any, hidden: Tensor, mask: Tensor) -> Tensor:
    attention = layer.self_attn
    normed = layer.layer_norm1(hidden)
    projections = (attention.q_proj, attention.k_proj, attention.v_proj)
    query, key, value = (heads(to(normed), attention.num_heads) for to in projections)
    seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask).transpose(1, 2).flatten(2)
    hidden = hidden + attention.out_proj(seen)
    out: Tensor = hidden + layer.mlp(layer.layer_norm2(hidden))
    return out
