"""What dream, film and render share: the model, where results go, the bar, Ctrl-C, the last lines, the exit code."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from reverie.cli.closing import summary
from reverie.cli.names import permitted
from reverie.cli.parser import Parser
from reverie.cli.progress import shown_progress
from reverie.core.errors import Cancelled
from reverie.core.report import Report
from reverie.core.spec import RenderSpec


@dataclass(frozen=True, slots=True)
class Order:
    """Where a render's results go: the film, and where asked for the report and the spec."""

    output: Path
    report: Path | None = None
    save_spec: Path | None = None
    overwrite: bool = False


def add_output(parser: Parser, otherwise: str) -> None:
    """Add the options every render has; `otherwise` says where a film goes without `-o`."""
    group = parser.add_argument_group("results")
    suffixes = ".mp4, .webm, .gif, or a folder of PNG"
    group.add_argument("-o", "--output", metavar="FILE", type=Path, help=f"{suffixes} ({otherwise})")
    group.add_argument("--report", metavar="FILE", type=Path, help="write how it went, as JSON")
    group.add_argument("--save-spec", metavar="FILE", type=Path, help="write the spec, which `reverie render` replays")
    group.add_argument("--overwrite", action="store_true", help="replace files that exist")


def add_model(parser: Parser, fallback: str) -> None:
    """Add the options of what paints; `fallback` is the help of allowing less than was asked."""
    group = parser.add_argument_group("the model")
    group.add_argument("--model", metavar="NAME|PATH", help="as `reverie models` lists, or a folder (worlds)")
    group.add_argument("--device", metavar="NAME", help="cpu, cuda, mps …")
    group.add_argument("--dtype", metavar="NAME", help="float32, bfloat16, float16")
    group.add_argument("--runtime", metavar="NAME", help="what runs the network, such as torch or openvino")
    group.add_argument("--fallback", action="store_true", help=fallback)


def fulfil(spec: RenderSpec, order: Order) -> int:
    """Render a spec to where it was ordered, tell how it went, and return the exit code."""
    from reverie.execution.local import render
    from reverie.execution.outputs import into_film
    from reverie.execution.signals import stopping

    prepare(spec, order)
    with stopping(Event()) as stop, shown_progress(_painted(spec)) as tick:
        report = render(into_film(spec, order.output), tick=tick, stop=stop)
    tell(report, spec, order)
    return Cancelled.exit_code if report.cancelled else 0


def prepare(spec: RenderSpec, order: Order) -> None:
    """Make sure that all that was ordered can be written, before anything is painted, and write the spec."""
    from reverie.execution.documents import spec_json, write_whole
    from reverie.execution.outputs import check_folder

    # What a library says of itself is no news to whoever dreams.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    for path, field in ((order.output, "output"), (order.report, "report"), (order.save_spec, "save_spec")):
        if path is not None:
            check_folder(path, field)
            permitted(path, field, order.overwrite)
    if order.save_spec is not None:
        write_whole(order.save_spec, spec_json(spec), "save_spec")


def tell(report: Report, spec: RenderSpec, order: Order) -> None:
    """Write the report where it was ordered, and print how it went."""
    from reverie.execution.documents import report_json, write_whole

    if order.report is not None:
        write_whole(order.report, report_json(report), "report")
    say(summary(report, delivered_size(spec)))


def say(text: str) -> None:
    """Print a summary: on a terminal the first line, the film's name, stands out and the rest stands back."""
    name, _, rest = text.partition("\n")
    if not sys.stdout.isatty():
        print(text)
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(name, style="bold")
    console.print(rest, style="dim")


def _painted(spec: RenderSpec) -> int:
    from reverie.core.clock import duration, exact_rate, frame_count

    seconds = duration(spec)
    return 0 if seconds is None else frame_count(seconds, exact_rate(spec.paint_fps))


def delivered_size(spec: RenderSpec) -> tuple[int, int]:
    """Return the pixels of the film that a spec makes."""
    sizes = [part.options for part in spec.filters if part.name in {"resize", "upscale"}]
    return (sizes[-1]["width"], sizes[-1]["height"]) if sizes else (spec.width, spec.height)
