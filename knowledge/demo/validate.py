"""Checks what people wrote into the demo catalogue: ``python -m knowledge.demo.validate``.

The importer is forgiving, because operators' files are what they are. The demo is ours, so it is held to more: every
facet from the closed lists of ``vocabulary.json``, both languages everywhere, and one spelling per person, so that a
question about a person finds all of that person's works.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from knowledge.demo.works import VOCABULARY, WORKS, Work, read_files

__all__ = ["PEOPLE", "SOURCES", "main", "problems_in", "problems_of", "validate"]

TYPES = ("film", "series", "album", "show")
PEOPLE = ("directors", "cast", "writers", "composers", "artists")
FACETS = ("genres", "moods", "countries", "languages")
FIELDS = frozenset(
    ("id", "type", "title", "aliases", "year", "runtime", "episodes", "awards", "line", "sources", *PEOPLE, *FACETS)
)
SOURCES = ("risawoz", "metaqa", "movielens-100k", "movielens-1m")
"""The public data sets a field can be confirmed by."""

_ID = re.compile(r"(film|series|album|show)/[a-z0-9]+(-[a-z0-9]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LINE_ZH, _LINE_EN = 40, 25  # characters, words
_NAMESAKES = frozenset(
    ("Chen Hao", "Chen Jialin", "Liu Lu", "Lü Liang", "Song Yang", "Wang Yuan", "Zhang Lei", "Zhang Li", "Zhang Tong")
)
"""Names that different people share once they are written in pinyin; looked at one by one."""
_COUNTS = {"genres": (1, 4), "moods": (2, 4)}


def problems_of(work: Work, vocabulary: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What is wrong with one record, in words; empty when nothing is."""
    found: list[str] = []
    if set(work) != FIELDS:
        missing, surplus = FIELDS - set(work), set(work) - FIELDS
        found += [f"no field {name}" for name in sorted(missing)] + [
            f"unknown field {name}" for name in sorted(surplus)
        ]
        if missing:
            return found
    if not _ID.fullmatch(work["id"]) or work["id"].split("/")[0] != work["type"]:
        found.append(f"id does not look like {work['type']}/some-name")
    found += _texts(work)
    found += _numbers(work)
    for field in FACETS:
        found += [
            f"{field}: {value!r} is not in the vocabulary" for value in work[field] if value not in vocabulary[field]
        ]
        low, high = _COUNTS.get(field, (0, 10))
        if not low <= len(work[field]) <= high:
            found.append(f"{field}: {len(work[field])} of them, expected {low} to {high}")
    for field in ("aliases", "awards", *PEOPLE, *FACETS):
        found += [f"{field}: {value!r} twice" for value in _repeated(work[field])]
    for field in (*PEOPLE, "awards"):
        found += [f"{field}: {name!r} is not English|中文" for name in work[field] if not _is_name(name)]
    if work["type"] == "album" and not work["artists"]:
        found.append("an album needs artists")
    for field, sources in work["sources"].items():
        if field not in FIELDS or not sources or not set(sources.split()) <= set(SOURCES):
            found.append(f"sources: {field!r} → {sources!r}")
    return found


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def _texts(work: Work) -> list[str]:
    found = []
    for field in ("title", "line"):
        for lang in ("zh", "en"):
            text = work[field].get(lang, "")
            if not text or text != " ".join(text.split()):
                found.append(f"{field}.{lang}: empty or with stray spaces")
    zh, en = work["line"].get("zh", ""), work["line"].get("en", "")
    if not _HAN.search(zh) or len(zh) > _LINE_ZH or zh[-1:] not in "。！？…":
        found.append(f"line.zh: one Chinese sentence of at most {_LINE_ZH} characters, has {len(zh)}")
    if _HAN.search(en) or len(en.split()) > _LINE_EN or en[-1:] not in ".!?…":
        found.append(f"line.en: one English sentence of at most {_LINE_EN} words, has {len(en.split())}")
    return found


def _numbers(work: Work) -> list[str]:
    found = []
    for field, low, high in (("year", 1500, 2030), ("runtime", 1, 1000), ("episodes", 1, 2000)):
        value = work[field]
        if value is None:
            if field == "year":
                found.append("no year")
        elif type(value) is not int or not low <= value <= high:
            found.append(f"{field}: {value!r} is not a whole number between {low} and {high}")
    if work["episodes"] is not None and work["type"] != "series":
        found.append(f"a {work['type']} has no episodes")
    return found


def _is_name(name: str) -> bool:
    """``English|中文``, either side alone allowed, Chinese never before the bar."""
    parts = [part.strip() for part in name.split("|")]
    if len(parts) > 2 or not any(parts) or name != "|".join(parts):
        return False
    return not _HAN.search(parts[0]) or len(parts) == 1


def problems_in(works: Iterable[Work]) -> list[str]:
    """What is wrong between records: ids or works given twice, people spelled in two ways."""
    works = list(works)
    found = [f"{id_}: given {n} times" for id_, n in Counter(work["id"] for work in works).items() if n > 1]
    same = Counter((work["type"], work["title"]["zh"], work["year"]) for work in works)
    found += [f"{type_} {title} ({year}): {n} records" for (type_, title, year), n in same.items() if n > 1]
    spellings: dict[str, dict[str, set[str]]] = {"en": defaultdict(set), "zh": defaultdict(set)}
    for work in works:
        for name in (name for field in PEOPLE for name in work[field]):
            en, _, zh = name.partition("|")
            if en:
                spellings["en"][en].add(zh)
            if zh:
                spellings["zh"][zh].add(en)
    for names in spellings.values():
        found += [
            f"{name}: also {', '.join(sorted(o or '—' for o in others))}"
            for name, others in names.items()
            if len(others) > 1 and not (name in _NAMESAKES and "" not in others)
        ]
    return sorted(found)


def validate(directory: Path = WORKS, vocabulary: Path = VOCABULARY) -> list[str]:
    """Every problem of the demo catalogue as ``file: id: what``; empty when it is in order."""
    lists = json.loads(vocabulary.read_text(encoding="utf-8"))
    files = list(read_files(directory))
    found = [
        f"{path.name}: {work.get('id', '?')}: {problem}"
        for path, works in files
        for work in works
        for problem in problems_of(work, lists)
    ]
    return found or problems_in(work for _, works in files for work in works)


def main() -> int:
    """Prints the problems; the exit status is 1 when there are any."""
    console = Console()
    found = validate()
    for problem in found:
        console.print(problem, highlight=False, markup=False)
    counts = Counter(work["type"] for _, works in read_files() for work in works)
    console.print(f"{counts.total()} works ({', '.join(f'{n} {t}' for t, n in counts.items())}), {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
