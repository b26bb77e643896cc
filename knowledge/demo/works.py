"""Where the demo's works lie, and how to read them raw: one JSON object a line, nothing cleaned.

The bot reads them through ``knowledge.importers.catalogue``, as it reads an operator's file. The tools that look
after the demo itself (``validate``, ``check``, ``audience``) want the rows as they are written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["VOCABULARY", "WORKS", "Work", "read_files", "read_works"]

WORKS = Path(__file__).with_name("works")
VOCABULARY = Path(__file__).with_name("vocabulary.json")

Work = dict[str, Any]
"""A catalogue record as written: ``id type title year genres … line sources``."""


def read_files(directory: Path = WORKS) -> Iterator[tuple[Path, list[Work]]]:
    """Every ``*.jsonl`` of ``directory`` with its records, files by name, records in file order.

    Raises:
        ValueError: a line is not JSON; the message says which.
    """
    for path in sorted(directory.glob("*.jsonl")):
        works = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                works.append(json.loads(line))
            except json.JSONDecodeError as error:
                raise ValueError(f"{path.name}:{number}: not JSON ({error.msg})") from error
        yield path, works


def read_works(directory: Path = WORKS) -> list[Work]:
    """All records of ``directory`` in one list."""
    return [work for _, works in read_files(directory) for work in works]
