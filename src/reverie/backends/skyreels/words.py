"""What a prompt means to the network, and what of it was too long to be heard."""

from __future__ import annotations

import html
from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor

from reverie.core.timeline import Prompts

_REMEMBERED = 16


class Words:
    """A text encoder with its tokenizer; `length` tokens are heard, places behind a prompt's end hold nought.

    An encoder that lies elsewhere than on `device` is brought there for each new prompt and put back.
    """

    def __init__(self, tokenizer: Any, encoder: Any, length: int, device: str) -> None:
        self._tokenizer, self._encoder, self._length, self._device = tokenizer, encoder, length, device
        self._known: OrderedDict[str, Tensor] = OrderedDict()

    def mixed(self, prompts: Prompts) -> Tensor:
        """Return the states of weighted prompts, mixed: `(1, length, width)`."""
        return torch.stack([self.states(text) * weight for text, weight in prompts]).sum(0)

    def states(self, text: str) -> Tensor:
        """Return one prompt's states: `(1, length, width)`."""
        if text not in self._known:
            self._known[text] = self._encoded(text)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(text)
        return self._known[text]

    def unheard(self, text: str) -> str:
        """Return the end of a prompt that is too long, "" where all of it is heard."""
        ids = self._tokenizer(cleaned(text), add_special_tokens=False).input_ids
        room = self._length - self._tokenizer.num_special_tokens_to_add()
        return str(self._tokenizer.decode(ids[room:])) if len(ids) > room else ""

    def _encoded(self, text: str) -> Tensor:
        told = self._tokenizer(cleaned(text), truncation=True, max_length=self._length, return_tensors="pt")
        home, device = self._encoder.device, self._device
        encoder = self._encoder.to(device)
        found = encoder(told.input_ids.to(device), told.attention_mask.to(device)).last_hidden_state
        self._encoder.to(home)
        heard: Tensor = torch.nn.functional.pad(found, (0, 0, 0, self._length - found.shape[1]))
        return heard


def cleaned(text: str) -> str:
    """Return a prompt with its markup characters read and runs of white space as one space each."""
    return " ".join(html.unescape(html.unescape(text)).split())
