"""`reverie models`: the models there are, and what each can do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reverie.cli.parser import Parser
from reverie.core import catalogue
from reverie.core.card import BackendCard
from reverie.core.errors import MachineError

SUMMARY = "List the models there are, or say all that is known of one; nothing is loaded."

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
    """Print every model in a line, or one in full."""
    parser = Parser("models", SUMMARY, ("reverie models", "reverie models reverie-tiny"))
    parser.add_argument("name", metavar="NAME|PATH", nargs="?", help="a model's name, or a folder in the hub's format")
    given = parser.read(arguments)
    if given.name is None:
        print("\n".join(_listed([_entry(name) for name in catalogue.MODELS])))
    else:
        print("\n".join(_described(_entry(given.name))))
    return 0


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
    yield ""
    yield "`reverie models NAME` says more; `--model FOLDER` takes any latent consistency or Turbo model by its path."


def _described(entry: _Entry) -> Iterator[str]:
    card = entry.card
    if card is None:
        raise MachineError(entry.missing)
    yield card.title
    yield f"  paints from     {_inputs(card)}"
    yield f"  sizes           multiples of {card.size_multiple}"
    for name, limits in card.ranges.items():
        span = f"{limits.minimum:g} to {limits.maximum:g}, {limits.default:g} unless asked"
        yield f"  {_OPTIONS.get(name, name):<15} {span}"
    yield f"  graphics memory {f'{card.vram_gib:g} GiB' if card.vram_gib else 'none needed'}"
    if card.at_once > 1:
        yield f"  at once         {card.at_once} pictures"
    yield f"  network         {'needed' if card.network else 'never used'}"
    yield f"  licence         {card.license}"


def _inputs(card: BackendCard) -> str:
    return ", ".join(_WORDS[kind] for kind in _ORDER if kind in card.inputs)
