"""Labelled texts from whatever file they come in: CSV, TSV or JSON lines, in any of the usual encodings.

A file needs a column of texts and at least one of labels. Columns are found by their usual names (``text``, ``review``,
评论 … ; ``label``, ``polarity``, ``emotion``, 标签 …) or named by the caller. Labels are taken as they stand, except that the
usual ways of writing a polarity (``1``/``0``, ``pos``/``neg``, 正面/负面 …) or an emotion become this package's names for them; a
column that holds anything else becomes a target of its own called ``label``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.importers.files import decode, read_bytes
from knowledge.text import fold

__all__ = [
    "EMOTIONS",
    "INTENSITIES",
    "POLARITIES",
    "DatasetError",
    "Examples",
    "distinct",
    "distinct_from",
    "read",
    "sameness",
    "utterances",
]

POLARITIES = ("positive", "negative", "neutral", "mixed")
EMOTIONS = ("joy", "sadness", "anger", "fear", "surprise", "disgust", "neutral")
"""Ekman's six (Ekman 1992) and none of them."""

INTENSITIES = ("0", "1", "2", "3")
"""How strong: not at all … overwhelming. Learned as four classes; a reading gives the expected value, scaled to 0 … 1."""

_TEXT = "text review reviews sentence text_a content comment comments utterance message 文本 内容 评论 句子 评价"
_LABEL = "label labels polarity sentiment class category emotion 标签 情感 极性 类别 情绪"
_SPELLINGS = {
    "positive": "positive pos 1 +1 正 正面 积极 好评 正向",
    "negative": "negative neg 0 -1 负 负面 消极 差评 负向",
    "neutral": "neutral neu 中 中性 中立",
    "mixed": "mixed 混合 褒贬不一",
}
_EMOTION_SPELLINGS = {
    "joy": "joy happy happiness 喜悦 高兴 快乐 开心 喜",
    "sadness": "sadness sad 悲伤 难过 伤心 悲",
    "anger": "anger angry 愤怒 生气 怒",
    "fear": "fear scared afraid 恐惧 害怕 惧",
    "surprise": "surprise surprised 惊讶 惊奇 惊",
    "disgust": "disgust disgusted 厌恶 恶心 恶",
    "neutral": "neutral none 中性 无",
}
_ALIASES = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_EMOTION_ALIASES = {spelling: name for name, spellings in _EMOTION_SPELLINGS.items() for spelling in spellings.split()}
_DELIMITERS = ",\t;|"
_MAX_CELL = 1_000_000


class DatasetError(KnowledgeError):
    """A file of labelled texts that cannot be learned from; the message names file, line and what to change."""


@dataclass
class Examples:
    """Texts with what is known of each.

    Args:
        texts: (n,).
        targets: target name → one label per text, ``None`` where it is not known.
        skipped: rows of the file that were left out, as ``file:line: why``.
    """

    texts: list[str] = field(default_factory=list)
    targets: dict[str, list[str | None]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    def classes(self, target: str) -> list[str]:
        """The labels of a target: polarities and emotions in their customary order, others sorted."""
        found = {label for label in self.targets[target] if label is not None}
        customary = {"polarity": POLARITIES, "emotion": EMOTIONS, "intensity": INTENSITIES}.get(target, ())
        return [name for name in customary if name in found] + sorted(found - set(customary))

    def coded(self, classes: Mapping[str, Sequence[str]]) -> NDArray[np.int64]:
        """(n, targets) int64: each label's place among the classes of its target, −1 where unknown."""
        coded = np.full((len(self), len(classes)), -1, np.int64)
        for column, (target, names) in enumerate(classes.items()):
            place: dict[str | None, int] = {name: number for number, name in enumerate(names)}
            coded[:, column] = [place.get(label, -1) for label in self.targets[target]]
        return coded

    def take(self, at: Iterable[int]) -> Examples:
        """Those rows, in that order."""
        rows = [int(i) for i in at]
        return Examples(
            [self.texts[i] for i in rows],
            {name: [labels[i] for i in rows] for name, labels in self.targets.items()},
        )


def read(path: Path, *, text: str | None = None, label: str | None = None) -> Examples:
    """Texts and labels of a CSV, TSV (any of ``, ; |`` and tab) or JSONL file.

    Args:
        text: the column of texts, when its name is none of the usual ones.
        label: the column of labels, likewise.

    Raises:
        DatasetError: no such column, a broken line, most rows without text or label, fewer than two labels, or a label with
            a single example. The odd empty row is skipped and named in ``skipped``.
        ImportFailed: the file cannot be read, is empty, or larger than 512 MiB.
    """
    content = read_bytes(path)
    decoded = decode(content, path.name, _encodings(content))
    rows = _json_rows(decoded, path) if _is_json(path, decoded) else _csv_rows(decoded, path)
    return _examples(rows, path.name, text, label)


def utterances() -> Examples:
    """The project's own labelled entertainment utterances, Chinese and English: what the default model is trained on."""
    source = resources.files("knowledge.sentiment").joinpath("data/utterances.jsonl")
    decoded = source.read_text(encoding="utf-8")
    return _examples(_json_rows(decoded, Path("utterances.jsonl")), "utterances.jsonl", None, None)


def _encodings(content: bytes) -> tuple[str, ...]:
    """UTF-8 if it is, then GB 18030 if what it gives is Chinese that people write, else Latin-1, which fits anything."""
    sample = content[:200_000]
    high = [char for char in sample.decode("gb18030", "ignore") if ord(char) > 127]
    written = sum("\u3000" <= char <= "\u301f" or "\uff00" <= char <= "\uffef" or _common(char) for char in high)
    return ("utf-8", "gb18030", "latin-1") if written >= 0.8 * len(high) else ("utf-8", "latin-1", "gb18030")


def _common(char: str) -> bool:
    """Whether a character is of GB 2312's first level, the 3,755 that 99.7 % of running text is made of."""
    try:
        coded = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(coded) == 2 and 0xB0 <= coded[0] <= 0xD7


def _is_json(path: Path, decoded: str) -> bool:
    return path.suffix.lower() in {".jsonl", ".json", ".ndjson"} or decoded.lstrip()[:2] in {'{"', "{'"}


def _json_rows(decoded: str, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    for line, raw in enumerate(decoded.split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            value = json.loads(raw)
        except ValueError as error:
            raise DatasetError(
                f"{path.name}:{line}: not JSON ({error}); each line must be one object like "
                '{"text": "…", "label": "positive"}'
            ) from error
        if not isinstance(value, dict):
            raise DatasetError(f"{path.name}:{line}: not an object; write {{'text': …, 'label': …}}")
        yield line, {key.strip().lower(): _cell(cell) for key, cell in value.items()}


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _csv_rows(decoded: str, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(_MAX_CELL)
    first = decoded.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    # A tab file quotes nothing: a lone " in a review is a quotation mark there, not the beginning of a cell.
    plain = delimiter == "\t" and '"' not in first
    source = io.StringIO(decoded, newline="")
    reader = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL)
    header: list[str] | None = None
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                continue
            if len(cells) > len(header):
                raise DatasetError(
                    f"{path.name}:{line}: {len(cells)} cells under {len(header)} headers; put quotes around a text "
                    f"that contains {delimiter!r}"
                )
            yield line, dict(zip(header, cells, strict=False))
    except csv.Error as error:
        raise DatasetError(f"{path.name}:{start}: not a table ({error}); check the quotes on that line") from error


def _examples(rows: Iterator[tuple[int, dict[str, str]]], name: str, text: str | None, label: str | None) -> Examples:
    read: list[tuple[int, dict[str, str]]] = list(rows)
    if not read:
        raise DatasetError(f"{name} has no rows; it needs a header line such as: text,label")
    columns = list(dict.fromkeys(key for _, row in read[:1000] for key in row))
    text_column = _column(columns, [text.lower()] if text else _TEXT.split(), name, "texts", "--text")
    wanted = [label.lower()] if label else _LABEL.split()
    label_columns = [key for key in wanted if key in columns and key != text_column]
    if not label_columns:
        _column(columns, wanted, name, "labels", "--label")
    found = Examples()
    raw: dict[str, list[str]] = {column: [] for column in label_columns}
    intensity: list[str | None] = []
    for line, row in read:
        content = (row.get(text_column) or "").strip().lstrip("\ufeff")
        cells = {column: (row.get(column) or "").strip() for column in label_columns}
        if not content or not any(cells.values()):
            empty = f"{text_column!r} is empty" if not content else f"no label under {', '.join(label_columns)}"
            found.skipped.append(f"{name}:{line}: {empty}; fill it or delete the row")
            continue
        found.texts.append(content)
        for column, cell in cells.items():
            raw[column].append(cell)
        intensity.append(_intensity(row.get("intensity", ""), name, line))
    if len(found.skipped) > len(found):
        raise DatasetError(f"{found.skipped[0]} ({len(found.skipped)} rows are like that)")
    for column, cells_of in raw.items():
        target, labels = _target(column, cells_of)
        found.targets.setdefault(target, labels)
    if any(intensity):
        found.targets["intensity"] = intensity
    _check(found, name)
    return found


def _column(columns: Sequence[str], wanted: Sequence[str], name: str, what: str, option: str) -> str:
    for column in wanted:
        if column in columns:
            return column
    raise DatasetError(
        f"{name}:1: no column of {what}: found {', '.join(columns) or 'none'}; rename one of them to "
        f"{wanted[0]!r} or name it with {option}"
    )


def _intensity(cell: str, name: str, line: int) -> str | None:
    if not cell.strip():
        return None
    try:
        value = round(float(cell))
    except (ValueError, OverflowError):
        value = -1
    if str(value) not in INTENSITIES:
        raise DatasetError(f"{name}:{line}: intensity {cell!r} is not a number from 0 to {INTENSITIES[-1]}")
    return str(value)


def _target(column: str, cells: Sequence[str]) -> tuple[str, list[str | None]]:
    """Under which name a column is learned, and its labels in this package's words where it has words for them."""
    distinct = {cell.lower() for cell in cells if cell}
    kinds = [("polarity", _ALIASES), ("emotion", _EMOTION_ALIASES)]
    if column in {"emotion", "情绪"}:
        kinds = kinds[1:]  # a column of emotions that happens to hold only "neutral" and "none"
    for target, aliases in kinds:
        if distinct <= aliases.keys():
            return target, [aliases[cell.lower()] if cell else None for cell in cells]
    return "label", [cell or None for cell in cells]


def _check(found: Examples, name: str) -> None:
    for target, labels in found.targets.items():
        counts = Counter(label for label in labels if label is not None)
        if len(counts) < 2:
            raise DatasetError(
                f"{name}: {target} has only the label {next(iter(counts), None)!r}; it takes two to tell apart"
            )
        if len(counts) > 200:
            raise DatasetError(f"{name}: {len(counts)} different labels under {target}; is that the column of labels?")
        rare = [label for label, count in counts.items() if count < 2]
        if rare:
            raise DatasetError(f"{name}: {target} {rare[0]!r} has a single example; add another or delete the row")


# --- what must not stand on both sides ------------------------------------------------------------------------------------

_MARKS = re.compile(r"[\W_]+")
_HEAD = 60  # characters


def sameness(text: str) -> str:
    """What two texts have in common when they are the same: letters and digits; punctuation, case and script set aside."""
    return _MARKS.sub("", fold(text))


def distinct_from(texts: Sequence[str], others: Iterable[str]) -> NDArray[np.int64]:
    """Places (m,) of those ``texts`` that do not stand among ``others`` too.

    Two texts are the same when their :func:`sameness` is, or when both are longer than sixty letters and their first or last
    sixty agree.
    """
    return distinct([sameness(text) for text in texts], [sameness(text) for text in others])


def distinct(keys: Sequence[str], others: Iterable[str]) -> NDArray[np.int64]:
    """:func:`distinct_from` for texts whose :func:`sameness` is known already."""
    whole = set(others)
    heads = {key[:_HEAD] for key in whole if len(key) >= _HEAD}
    tails = {key[-_HEAD:] for key in whole if len(key) >= _HEAD}

    def repeated(key: str) -> bool:
        return key in whole or (len(key) >= _HEAD and (key[:_HEAD] in heads or key[-_HEAD:] in tails))

    return np.array([place for place, key in enumerate(keys) if not repeated(key)], np.int64)
