"""Prompts to numbers: pieces, embeddings, their mixture by weight, and the words a model has never heard."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from reverie.core.timeline import Prompts
from reverie.models.checkpoint import Checkpoint, Part, read_json
from reverie.models.tensors import broken

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

REMEMBERED = 256
"""Prompts whose embeddings are kept, the longest unused forgotten first."""


@dataclass(frozen=True)
class Embedding:
    """What text encoders make of a prompt: `states` are `(tokens, width)`, `pooled` `(width,)` or None."""

    states: Floats
    pooled: Floats | None = None


Encode = Callable[[Sequence[Ids]], Embedding]
"""From a prompt's pieces, one array `(1, tokens)` for each text encoder, to its embedding."""


class Tokenizer:
    """A byte-pair tokenizer in CLIP's format: every prompt becomes the same number of pieces."""

    def __init__(self, part: Part, length: int) -> None:
        self.length = min(length, _limit(part.config))
        self._coder = _coder(part)
        padding = _text_of(part.config.get("pad_token"), "<|endoftext|>")
        self._padding = self._coder.token_to_id(padding) or 0
        end = _text_of(part.config.get("eos_token"), "<|endoftext|>")
        self._ends = [self._coder.token_to_id(_text_of(part.config.get("bos_token"), "<|startoftext|>"))]
        self._ends.append(self._coder.token_to_id(end))

    def __call__(self, text: str) -> tuple[Ids, bool]:
        """Return a prompt's pieces, `(1, length)`, and True where it was too long to be heard whole."""
        inner = self._coder.encode(text, add_special_tokens=False).ids
        room = self.length - 2
        pieces = [self._ends[0], *inner[:room], self._ends[1]]
        padded = pieces + [self._padding] * (self.length - len(pieces))
        return np.asarray([padded], np.int64), len(inner) > room


class Prompter:
    """Embeds prompts, remembers them, and mixes them by weight."""

    def __init__(self, tokenizers: Sequence[Tokenizer], encode: Encode) -> None:
        self._tokenizers, self._encode = tokenizers, encode
        self._known: OrderedDict[str, Embedding] = OrderedDict()

    def embed(self, text: str) -> Embedding:
        """Return the embedding of a text, from memory where it was asked before."""
        if text not in self._known:
            self._known[text] = self._encode([tokenizer(text)[0] for tokenizer in self._tokenizers])
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(text)
        return self._known[text]

    def mixed(self, prompts: Prompts) -> Embedding:
        """Return the weighted sum of the prompts' embeddings; an empty text where there are none."""
        parts = [(self.embed(text), np.float32(weight)) for text, weight in prompts if weight > 0]
        if not parts:
            return self.embed("")
        if len(parts) == 1:
            return parts[0][0]
        pooled = [part.pooled * weight for part, weight in parts if part.pooled is not None]
        states = _sum(part.states * weight for part, weight in parts)
        return Embedding(states, _sum(pooled) if pooled else None)

    def overflows(self, text: str) -> bool:
        """True where a text has more pieces than the model hears."""
        return any(tokenizer(text)[1] for tokenizer in self._tokenizers)


class Vocabulary:
    """The words a model has learnt; knows which of a prompt's it has not."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted({word.lower() for word in words})
        self._known = frozenset(self._words)

    @classmethod
    def beside(cls, folder: Path) -> Vocabulary | None:
        """Read `vocabulary.json` (a list of words) in a model's folder, None where there is none."""
        path = folder / "vocabulary.json"
        if not path.is_file():
            return None
        try:
            words = json.loads(path.read_text("utf-8"))
        except ValueError:
            words = None
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise broken(path, "is not a list of words")
        return cls(words)

    def unknown(self, prompt: str) -> dict[str, list[str]]:
        """Return the prompt's unknown words that say something, each with up to three known ones that are near."""
        words = dict.fromkeys(re.findall(r"[^\W\d_]{3,}", prompt.lower()))
        strange = [word for word in words if word not in self._known and word not in GRAMMAR]
        return {word: get_close_matches(word, self._words, 3, 0.6) for word in strange}


_GRAMMAR = (
    "the and with for from into onto over under above below behind before after beside between among across along "
    "around against through toward towards near next very more most less least some any all each every other another "
    "this that these those its his her their our your are was were has have had being been can will there here where "
    "while when then than not only just also both off out made painted picture image photo photograph painting film "
    "video scene view style"
)
GRAMMAR = frozenset(_GRAMMAR.split())
"""Words that a hint would only annoy with: they carry no picture of their own."""


def tokenizers_of(checkpoint: Checkpoint) -> tuple[Tokenizer, ...]:
    """Return one tokenizer for each text encoder; InputError where its files can't be read."""
    roles = [("tokenizer", "text_encoder"), ("tokenizer_2", "text_encoder_2")]
    return tuple(
        Tokenizer(checkpoint.parts[role], int(checkpoint.config(encoder).get("max_position_embeddings", 77)))
        for role, encoder in roles
        if role in checkpoint.parts and encoder in checkpoint.parts
    )


def _coder(part: Part) -> Any:
    """Build CLIP's tokenizer (Radford et al. 2021) from `vocab.json` and `merges.txt`, which every version has."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

    vocabulary = read_json(part.folder / "vocab.json")
    unknown = _text_of(part.config.get("unk_token"), "<|endoftext|>")
    try:
        lines = (part.folder / "merges.txt").read_text("utf-8").splitlines()
        merges = [_pair(line) for line in lines if line.strip() and not line.startswith("#version")]
        model = models.BPE(vocabulary, merges, end_of_word_suffix="</w>", unk_token=unknown, fuse_unk=False)
    except Exception as error:  # the library raises plain Exception
        raise broken(part.folder / "merges.txt", f"can't be read ({str(error).splitlines()[0]})") from None
    coder = Tokenizer(model)
    coder.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    words = Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
    coder.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(words, behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    coder.decoder = decoders.ByteLevel()
    named = [_text_of(part.config.get(key), "") for key in ("bos_token", "eos_token", "unk_token", "pad_token")]
    coder.add_special_tokens([AddedToken(text, special=True) for text in dict.fromkeys(named) if text in vocabulary])
    return coder


def _pair(line: str) -> tuple[str, str]:
    left, right = line.split()
    return left, right


def _limit(config: Any) -> int:
    limit = config.get("model_max_length")
    # Some files say 1e30 for "no limit".
    return int(limit) if isinstance(limit, int | float) and 2 < limit < 10_000 else 10_000


def _text_of(token: Any, otherwise: str) -> str:
    if isinstance(token, dict):
        token = token.get("content")
    return token if isinstance(token, str) else otherwise


def _sum(arrays: Iterable[Floats]) -> Floats:
    return reduce(np.add, arrays)
