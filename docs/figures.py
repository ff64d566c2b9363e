"""Write figures into the documents, measured ones and the code's own defaults.

python docs/figures.py

A page says where a table belongs, and which columns of a benchmark's rows it has, all if it names none:

    <!-- figures: NAME | column = Its heading, another -->
    <!-- end -->

What stands between is made from benchmarks/results/NAME.json; between `<!-- defaults: NAME -->` and the end it is made
from the code. So no figure in a document is typed by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reverie.core.spec import SparkSpec, Thresholds, Vitality
from reverie.engine.health import CEILINGS

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "BENCHMARKS.md", "docs/**/*.md")
BLOCK = re.compile(
    r"(?P<begin><!-- (?P<kind>figures|defaults): (?P<name>\w+)(?: \| (?P<columns>[^\n]*?))? -->\n)"
    r".*?(?P<end><!-- end -->)",
    re.DOTALL,
)


def pages(root: Path) -> list[Path]:
    """Return the pages that may have figures."""
    return sorted(path for pattern in PAGES for path in root.glob(pattern))


def filled(text: str, results: Path) -> str:
    """Return a page's text with every block made anew, from the results in a folder and from the code."""

    def block(match: re.Match[str]) -> str:
        if match["kind"] == "defaults":
            return match["begin"] + "\n".join(DEFAULTS[match["name"]]()) + "\n" + match["end"]
        return match["begin"] + figures(results / f"{match['name']}.json", match["columns"]) + match["end"]

    return BLOCK.sub(block, text)


def figures(result: Path, columns: str | None) -> str:
    """Return what stands in a block: a table and where it was measured, or that it was not."""
    if not result.is_file():
        return f"Not measured yet; `python3 start.py bench {result.stem}` does it.\n"
    found = json.loads(result.read_text(encoding="utf-8"))
    lines = [*table(found.get("rows", []), headings(columns)), "", *origin(found)]
    return "\n".join(lines).rstrip() + "\n"


def headings(columns: str | None) -> dict[str, str]:
    """Return the columns that are named, and what stands over them."""
    parts = (part.partition("=") for part in (columns or "").split(",") if part.strip())
    return {name.strip(): title.strip() or name.strip() for name, _, title in parts}


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> list[str]:
    """Return the lines of a table; numbers stand to the right."""
    columns = columns or {name: name for row in rows for name in row}
    sides = ["---:" if all(isinstance(row.get(name, 0), int | float) for row in rows) else "---" for name in columns]
    cells = [[cell(row.get(name, "")) for name in columns] for row in rows]
    return [f"| {' | '.join(line)} |" for line in ([*columns.values()], sides, *cells)]


def cell(value: Any) -> str:
    """Return a value as it is read: fractions with three figures, whole numbers whole."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)


def origin(found: Mapping[str, Any]) -> list[str]:
    """Say on which machine, at which commit and when it was measured, as far as that was written down."""
    machine = found.get("machine", {})
    cores = f"{machine['cores']} cores" if "cores" in machine else ""
    commit = f"commit {machine['commit']}" if machine.get("commit") else ""
    facts = [str(machine.get("processor", "")), cores, commit, str(machine.get("date", ""))]
    said = ", ".join(fact for fact in facts if fact)
    return [f"Measured on {said}."] if said else []


def stagnation() -> list[str]:
    """Return the table of the five ways to stagnate that one measure tells."""
    limits = Thresholds()
    rows = (
        ("dark", "brightness", "brightness", limits.dark, limits.fall),
        ("bright", "darkness", "darkness, which is 1 less brightness", 1 - limits.bright, limits.fall),
        ("grey", "saturation", "saturation", limits.grey, limits.fall),
        ("flat", "contrast", "contrast", limits.flat, limits.fall),
        ("blurred", "detail", "detail", limits.blurred, limits.soften),
    )
    titles = ("name", "what it must have", "floor", "share of its own level", "never more is asked than")
    cells = [
        (f"`{name}`", words, plain(floor), plain(share), plain(CEILINGS[measure]))
        for name, measure, words, floor, share in rows
    ]
    return [f"| {' | '.join(line)} |" for line in (titles, ("---", "---", "---:", "---:", "---:"), *cells)]


def in_time() -> list[str]:
    """Return what is said of the two ways to stagnate that only time tells."""
    limits = Thresholds()
    return [
        "- `frozen`: nothing has changed for a second. The largest difference to any frame of that second is under",
        f"  {plain(limits.frozen)} under the default zoom; less is asked where camera and repaint do less,",
        "  nothing where both rest.",
        "- `looping`: eight frames in a row are those of one period before, with other pictures between. Two pictures",
        f"  are the same where up to {plain(limits.looping)} of a dHash's 256 bits differ, and their colours hardly.",
    ]


SETTINGS = {
    "patience": "dying frames until a spark is lit; a healthy one takes one back",
    "spark.strength": "how anew the seed is painted",
    "spark.frames": "painted frames over which it blooms",
    "spark.grow_from": "radius of its mask at first, as a share of the half picture",
    "spark.grow_to": "and at last",
    "spark.cooldown": "painted frames after a bloom in which no other is lit",
    "rerolls": "how often a picture that is none is painted again",
}
"""What the settings of a spark are."""


def spark() -> list[str]:
    """Return the table of the spark's settings."""
    values = {**Vitality().model_dump(), **{f"spark.{name}": value for name, value in SparkSpec().model_dump().items()}}
    cells = [(f"`{name}`", plain(values[name]), words) for name, words in SETTINGS.items()]
    return [
        f"| {' | '.join(line)} |" for line in (("setting", "default", "what it is"), ("---", "---:", "---"), *cells)
    ]


def plain(value: float) -> str:
    """Return a number without an exponent."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


DEFAULTS: Mapping[str, Callable[[], list[str]]] = {"stagnation": stagnation, "in_time": in_time, "spark": spark}
"""What is written from the code, by name."""


def main() -> None:
    """Fill every page's blocks."""
    for page in pages(ROOT):
        text = page.read_text(encoding="utf-8")
        new = filled(text, ROOT / "benchmarks" / "results")
        if new != text:
            page.write_text(new, encoding="utf-8")
            print(page.relative_to(ROOT))


if __name__ == "__main__":
    main()
