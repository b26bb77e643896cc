"""What an encoder–decoder learns from: a table of texts and summaries, or dialogues; and the command that trains on them.

    python -m generation.text.pairs train-summary --train train.csv --valid valid.csv --to models/summary
    python -m generation.text.pairs train-replies --train dialogues.jsonl --to models/replies --help

A table is CSV (UTF-8, RFC 4180 quoting) with the columns ``text`` and ``summary``. Dialogues are JSONL, one
``{"turns": ["你好", "你好呀", …]}`` a line; every turn but the first is a reply to the turns before it.
"""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path

from generation.text.seq2seq_vocabulary import PairsError, join, split

__all__ = ["MAX_FIELD", "Pair", "PairsError", "context", "read_dialogues", "read_pairs", "reply_pairs", "write_whole"]

MAX_FIELD = 200_000
"""Characters of one cell or line; a longer one is taken for a broken quote."""
TURN = " <sep> "  # between two turns of a source; a special unit of the vocabulary
_CONTEXT = 3  # turns before a reply that it may answer
_EARLIER, _LATEST = 25, 60  # units kept of the earlier ones and of the last: together no more than a model reads


@dataclass(frozen=True, slots=True)
class Pair:
    """A source and what is to be written of it."""

    text: str
    summary: str


def read_pairs(path: Path) -> list[Pair]:
    """The rows of a CSV table with the columns ``text`` and ``summary`` (others are ignored).

    Raises:
        PairsError: the file is missing, not UTF-8, lacks a column, has an empty cell or no row at all; the line is named.
    """
    before = csv.field_size_limit(MAX_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = {"text", "summary"} - set(reader.fieldnames or ())
            if missing:
                named = " and ".join(sorted(missing))
                raise PairsError(f"{path}: line 1 has no column {named}; the header must name text and summary")
            pairs = []
            for row in reader:
                text, summary = (str(row[name] or "").strip() for name in ("text", "summary"))
                if not text or not summary:
                    empty = "text" if not text else "summary"
                    raise PairsError(f"{path}: line {reader.line_num}: {empty} is empty; fill it or delete the row")
                pairs.append(Pair(text, summary))
    except OSError as error:
        raise PairsError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise PairsError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except csv.Error as error:
        raise PairsError(f"{path}: the row after line {reader.line_num}: {error}; check its quotes") from error
    finally:
        csv.field_size_limit(before)
    if not pairs:
        raise PairsError(f"{path}: no row below the header")
    return pairs


def read_dialogues(path: Path) -> list[list[str]]:
    """The turns of each dialogue of a JSONL file; a turn is a string or an object with ``text``.

    Raises:
        PairsError: the file is missing or not UTF-8, a line is not ``{"turns": […]}``, has fewer than two turns or an
            empty one; the line is named.
    """
    dialogues: list[list[str]] = []
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    dialogues.append(_turns(line, f"{path}: line {number}"))
    except OSError as error:
        raise PairsError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise PairsError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    if not dialogues:
        raise PairsError(f"{path}: no dialogue in it")
    return dialogues


def _turns(line: str, where: str) -> list[str]:
    if len(line) > MAX_FIELD:
        raise PairsError(f"{where} has {len(line)} characters; at most {MAX_FIELD}")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise PairsError(f"{where} is not JSON ({error})") from error
    turns = row.get("turns") if isinstance(row, dict) else None
    if not isinstance(turns, list) or len(turns) < 2:
        raise PairsError(f'{where}: expected {{"turns": ["…", "…"]}} with two turns or more')
    texts = [turn.get("text") if isinstance(turn, dict) else turn for turn in turns]
    for place, text in enumerate(texts, 1):
        if not isinstance(text, str) or not text.strip():
            raise PairsError(f"{where}: turn {place} is not a text")
    return [str(text).strip() for text in texts]


def context(turns: list[str]) -> str:
    """The last three turns before a reply as one source, a boundary between each; long turns are cut."""
    *earlier, last = turns[-_CONTEXT:]
    return TURN.join([*(join(split(turn)[-_EARLIER:]) for turn in earlier), join(split(last)[:_LATEST])])


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all: on any error what stood there before still does, and nothing is left beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def reply_pairs(dialogues: list[list[str]]) -> list[Pair]:
    """Every turn but the first of each dialogue, as a reply to those before it."""
    return [Pair(context(turns[:at]), turns[at]) for turns in dialogues for at in range(1, len(turns))]


if __name__ == "__main__":
    from generation.text.seq2seq_commands import main

    raise SystemExit(main())
