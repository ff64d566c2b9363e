"""`reverie models`: the models there are, what each can do, and those of the shelf on this machine or to be pulled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reverie.cli.parser import Parser
from reverie.cli.shelving import PULL, REMOVE, described_row, listed_rows, pull, remove
from reverie.core import catalogue, pulled, shelf
from reverie.core.card import BackendCard
from reverie.core.errors import InputError, MachineError

SUMMARY = f"""List the models there are, or say all that is known of one; nothing is loaded.

  reverie models pull NAME    {PULL}
  reverie models remove NAME  {REMOVE}"""

_ORDER = ("text", "image", "video")
_WORDS = {"text": "words", "image": "pictures", "video": "video"}
USUAL = {catalogue.DREAMS: "  (dreams by default)", catalogue.DEFAULT: "  (all else by default)"}
_OPTIONS = {"num_inference_steps": "steps", "guidance_scale": "guidance-scale", "paint_fps": "paint-fps"}


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    card: BackendCard | None
    missing: str = ""


def run(arguments: Sequence[str]) -> int:
    """Print every model in a line, or one in full; or pull or remove some."""
    if arguments and arguments[0] in _VERBS:
        return _VERBS[arguments[0]](arguments[1:])
    examples = ("reverie models", "reverie models lcm-dreamshaper", "reverie models pull lcm-dreamshaper")
    parser = Parser("models", SUMMARY, examples)
    parser.add_argument("name", metavar="NAME|PATH", nargs="?", help="a model's name, or a folder in the hub's format")
    given = parser.read(arguments)
    print("\n".join(_all() if given.name is None else _one(given.name)))
    return 0


def _info(arguments: Sequence[str]) -> int:
    parser = Parser("models info", "Say all that is known of a model.", ("reverie models info sd-turbo",))
    parser.add_argument("name", metavar="NAME|PATH", help="a model's name, or a folder in the hub's format")
    print("\n".join(_one(parser.read(arguments).name)))
    return 0


_VERBS: Mapping[str, Callable[[Sequence[str]], int]] = {"pull": pull, "remove": remove, "info": _info}


def _all() -> Iterator[str]:
    yield from _listed([_entry(name) for name in catalogue.MODELS])
    yield ""
    yield from listed_rows()
    yield ""
    yield "`reverie models NAME` says more; `--model FOLDER` takes any latent consistency or Turbo model by its path."


def _one(name: str) -> Iterator[str]:
    row = shelf.rows().get(name)
    there = pulled.record_of(name) if pulled.is_name(name) else None
    if row is not None or there is not None:
        yield from described_row(name, row, there)
        try:
            card = _entry(name).card
        except InputError:
            return
        yield from [] if card is None else _ranges(card)
        return
    yield from _described(_entry(name))


def _entry(name: str) -> _Entry:
    from reverie.authoring import card_of

    try:
        return _Entry(name, card_of(catalogue.find(name)))
    except MachineError as error:
        return _Entry(name, None, str(error))


def _listed(entries: Sequence[_Entry]) -> Iterator[str]:
    wide = max(len(entry.name) for entry in entries)
    for entry in entries:
        default = USUAL.get(entry.name, "")
        known = f"{entry.card.title}; from {_inputs(entry.card)}" if entry.card else f"not ready: {entry.missing}"
        yield f"{entry.name:<{wide}}  {known}{default}"


def _described(entry: _Entry) -> Iterator[str]:
    card = entry.card
    if card is None:
        raise MachineError(entry.missing)
    yield card.title
    yield f"  paints from     {_inputs(card)}"
    yield from _ranges(card)
    yield f"  graphics memory {f'{card.vram_gib:g} GiB' if card.vram_gib else 'none needed'}"
    if card.at_once > 1:
        yield f"  at once         {card.at_once} pictures"
    yield f"  network         {'needed' if card.network else 'never used'}"
    yield f"  licence         {card.license}"


def _ranges(card: BackendCard) -> Iterator[str]:
    yield f"  sizes           multiples of {card.size_multiple}"
    for name, limits in card.ranges.items():
        span = f"{limits.minimum:g} to {limits.maximum:g}, {limits.default:g} unless asked"
        yield f"  {_OPTIONS.get(name, name):<15} {span}"


def _inputs(card: BackendCard) -> str:
    return ", ".join(_WORDS[kind] for kind in _ORDER if kind in card.inputs)
