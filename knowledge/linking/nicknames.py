"""What people and works are called by those who love them: 小李子, 周董, LOTR.

A nickname is an alias that no record brings along, kept in one JSON object a catalogue, ``{"entity id": ["name", …]}``,
so that it can be added without touching the rows about that entity.
"""

from __future__ import annotations

import json
from pathlib import Path

from knowledge.graph import KnowledgeError

__all__ = ["read_nicknames"]


def read_nicknames(path: Path) -> dict[str, tuple[str, ...]]:
    """Entity id → its nicknames, in the order of the file.

    Raises:
        KnowledgeError: the file is not such an object; the message names the entry.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise KnowledgeError(f"{path.name}: not readable as JSON: {error}") from None
    if not isinstance(document, dict):
        raise KnowledgeError(f'{path.name}: expected one object {{"entity id": ["name", …]}}')
    for id_, names in document.items():
        if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
            raise KnowledgeError(f"{path.name}: {id_!r}: expected a list of names, none of them empty")
    return {id_: tuple(dict.fromkeys(names)) for id_, names in document.items()}
