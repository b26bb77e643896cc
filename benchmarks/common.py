"""What every benchmark needs: its options, a table for people, and the one JSON object of its last line."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

__all__ = ["console", "machine", "options", "report"]

console = Console()


def options(description: str, *, data: bool = True) -> argparse.ArgumentParser:
    """A parser with ``--data DIR --split valid|test``; the benchmark adds what is its own.

    Args:
        data: whether the benchmark reads a data set; without one there is nothing to split.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if data:
        parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the data set")
        parser.add_argument(
            "--split",
            choices=["valid", "test"],
            default="valid",
            help="valid: a held-out part of the given files; test: the data set's own test files",
        )
    return parser


def machine() -> str:
    """Processor, cores and Python, for the reader of a figure."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        models = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        name = models[0] if models else name
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def report(
    benchmark: str,
    results: Mapping[str, float],
    *,
    split: str | None = None,
    rivals: Mapping[str, float] | None = None,
    reach: Mapping[str, float] | None = None,
) -> None:
    """Prints the table and, last, the JSON line.

    Args:
        results: flat keys to numbers.
        rivals: what the others scored in this run, keys prefixed with their name (``bm25s/qps@100k``).
        reach: the figure each key is meant to reach, shown beside it.
    """
    rivals, reach = dict(rivals or {}), dict(reach or {})
    table = Table(title=f"{benchmark}{f' · {split}' if split else ''}")
    for heading in ("figure", "ours", "reach", "rivals in this run"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for key, value in results.items():
        others = ", ".join(
            f"{name.rsplit('/' + key, 1)[0]} {_short(n)}" for name, n in rivals.items() if name.endswith("/" + key)
        )
        table.add_row(key, _short(value), _short(reach[key]) if key in reach else "", others)
    console.print(table)
    line = {
        "benchmark": benchmark,
        "split": split,
        "results": {key: _kept(value) for key, value in results.items()},
        "rivals": {key: _kept(value) for key, value in rivals.items()},
        "machine": machine(),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def _kept(value: float) -> float:
    """Seven significant digits: enough for any figure, and a loss of 5e-7 is not 0."""
    return float(f"{float(value):.7g}")


def _short(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
