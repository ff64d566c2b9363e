"""Stage 0: write the tokenizer, byte-pair encoding in CLIPTokenizer's format, from captions and common words."""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import ByteLevel, Split
from tokenizers.pre_tokenizers import Sequence as InTurn
from tokenizers.trainers import BpeTrainer

from reverie.worlds.associations import ASSOCIATIONS
from reverie.worlds.captions import caption, vocabulary
from reverie.worlds.filler import STOP
from reverie.worlds.lexicon import lexicon
from reverie.worlds.world import random_world

BEGIN, END = "<|startoftext|>", "<|endoftext|>"
SUFFIX = "</w>"
MAX_LENGTH = 32
_WEIGHTS = {"captions": 1, "spoken": 80, "understood": 6, "associated": 3, "common": 3}
COMMON = """
able act add afternoon age agree air allow alone animal answer apple arm army ask baby back bad bag ball band bank bar
bath bed begin believe best bird bit blood board body book born bottle box boy bread break breath bring brother build
buy call candle care carry case catch cause center chair chance change character choose circle class clean climb
clothes cold come common cook corner count country couple cover create cross cry cup cut dark daughter deal death
decide desk die different dinner dog door draw dress drink drive drop ear earth east eat edge egg engine enter escape
event exist explain face fact fall family famous fast father fear feel fight figure fill find finger finish fire floor
follow food foot force forget form four free friend front fruit game glass god good grass group guess hair hand happen
happy hat hear heart heat help hero hide hit hold home hope horse hot hour human hunt hurt ice idea inside iron job
join jump keep key kill king kitchen knife know land language large late laugh law lead learn leg letter level life
line lip list listen live lock lose love machine man map mark market matter meal mean meet memory metal mind minute
mirror miss model money monster month mouth move music name neck need night noise north nose number object office page
paint pair paper parent part party pass past pay peace people person picture place plane plant plate play point power
press prince princess problem pull push queen question race radio reach read ready real reason record remember rest
rich ride ring robot rock roof room root rule run safe salt school season seat second secret send sense shape share
ship shirt shoe shop shoulder sign sister sit skin sleep smile soldier son song soul sound south speak speed spend
spirit sport spring square stage stair stand start state stay step stop story strong student study sugar suit sweet
sword table tail talk tall teach team tell test thought throw ticket tie today together tomorrow tool tooth top touch
town toy trade tree trip trouble true try turn uncle understand use valley village visit voice wait wake walk wall
want warm warrior wash watch weapon week weight well west wheel wild win window wing winter wish woman wonder work
worker worry write wrong yard year yesterday young zoo
"""
"""Everyday words that captions never use, so that they break into a few whole pieces, not into letters."""


def corpus(captions: int) -> Iterator[str]:
    """Yield the texts to learn from: captions, then words, each as often as it weighs."""
    for index in range(captions):
        yield caption(random_world(index), random.Random(f"tokenizer:{index}"))
    rows = {
        "spoken": vocabulary(),
        "understood": (*lexicon().words, *sorted(STOP)),
        "associated": tuple(ASSOCIATIONS),
        "common": tuple(COMMON.split()),
    }
    for name, words in rows.items():
        for word in words:
            yield from [word] * _WEIGHTS[name]


def letters() -> list[str]:
    """Return the 256 bytes as byte-level encodings write them: those printable as they are first."""
    return sorted(ByteLevel.alphabet(), key=lambda letter: (ord(letter) > 0xFF, ord(letter)))


def learn(captions: int, size: int) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return the pieces with their numbers, specials and bytes first, and the merges in order."""
    alphabet = letters()
    fixed = [BEGIN, END, *alphabet, *(letter + SUFFIX for letter in alphabet)]
    model = Tokenizer(BPE(end_of_word_suffix=SUFFIX))
    model.normalizer = Lowercase()
    words = Split(Regex(r"""[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""), behavior="removed", invert=True)
    model.pre_tokenizer = InTurn([words, ByteLevel(add_prefix_space=False, use_regex=False)])
    trainer = BpeTrainer(
        vocab_size=size, end_of_word_suffix=SUFFIX, initial_alphabet=alphabet, show_progress=False, min_frequency=2
    )
    model.train_from_iterator(corpus(captions), trainer)
    merges = [(left, right) for left, right in json.loads(model.to_str())["model"]["merges"]]
    pieces = dict.fromkeys(fixed)
    kept = []
    for left, right in merges:
        if len(pieces) >= size:
            break
        pieces.setdefault(left + right)
        kept.append((left, right))
    return {piece: number for number, piece in enumerate(pieces)}, kept


def write(folder: Path, pieces: dict[str, int], merges: list[tuple[str, str]]) -> None:
    """Write the files that CLIPTokenizer.from_pretrained reads, and `vocabulary.json`: the words that captions know."""
    folder.mkdir(parents=True, exist_ok=True)
    specials = {"bos_token": BEGIN, "eos_token": END, "unk_token": END, "pad_token": END}
    settings = {**specials, "tokenizer_class": "CLIPTokenizer", "model_max_length": MAX_LENGTH, "do_lower_case": True}
    known = sorted({*vocabulary(), *(word for word in STOP if word.isalpha())})
    documents = {
        "vocab.json": pieces,
        "special_tokens_map.json": specials,
        "tokenizer_config.json": settings,
        "vocabulary.json": known,
    }
    for name, document in documents.items():
        (folder / name).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    lines = ["#version: 0.2", *(f"{left} {right}" for left, right in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--captions", type=int, default=20_000)
    parser.add_argument("--size", type=int, default=2_048)
    options = parser.parse_args()
    pieces, merges = learn(options.captions, options.size)
    write(options.folder, pieces, merges)
    longest = Counter(len(piece.removesuffix(SUFFIX)) for piece in pieces)
    print(f"{len(pieces)} pieces, {len(merges)} merges, longest piece {max(longest)} letters")


if __name__ == "__main__":
    main()
