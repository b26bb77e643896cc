"""Holds the demo's facts against public data sets: ``python -m knowledge.demo.check --data DIR [--write]``.

The demo was written by hand. Where an independent source says the same, the fact is worth more, and the assistant can
cite it. A field *agrees* with a data set when everything we say is in what it says; *in part* when some of it is
(their cast lists are short, their genres coarse); else it *disagrees* and is listed, for a person to look up:
sometimes they err.

A work is matched by type, any of its titles, and a year no more than one apart, or a person where no year is given;
when not one of its people is known there under any role, it is taken for a namesake and nothing is credited.
``--write`` records agreement under each record's ``sources``; what absent data sets confirmed earlier is left alone.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from knowledge.demo.public import READERS, Reference, name_keys, title_key
from knowledge.demo.validate import SOURCES
from knowledge.demo.works import WORKS, Work, read_files

__all__ = ["Finding", "compare", "findings", "main", "read_references", "with_sources", "write"]

_YEARS_APART = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One field of one work held against one data set."""

    work: str
    field: str
    source: str
    verdict: str
    """``"agree"``, ``"part"`` or ``"disagree"``."""
    detail: str
    """What either side says."""


def read_references(data: Path) -> dict[str, dict[str, list[Reference]]]:
    """Data set → title key → references, for the data sets found under ``data``."""
    found: dict[str, dict[str, list[Reference]]] = {}
    for source, (marker, reader) in READERS.items():
        if (data / marker).exists():
            by_title = found[source] = defaultdict(list)
            for reference in reader(data):
                for key in reference.titles:
                    by_title[key].append(reference)
    return found


def match(work: Work, by_title: Mapping[str, list[Reference]]) -> Reference | None:
    """The reference about this work: same type, a title in common, closest year; None when there is none.

    A reference without a year is the last choice, and only when a person is in both.
    """
    titles = (*work["title"].values(), *work["aliases"])
    candidates = []
    for place, title in enumerate(titles):
        for reference in by_title.get(title_key(title), ()):
            if work["type"] not in reference.types or not work["year"]:
                continue
            apart = min((abs(year - work["year"]) for year in reference.years), default=None)
            if apart is None and any(verdict != "disagree" for verdict, _ in _people(work, reference).values()):
                apart = _YEARS_APART + 0.5
            if apart is not None and apart < _YEARS_APART + 1:
                candidates.append((apart, place, reference))
    return min(candidates, key=lambda found: found[:2])[2] if candidates else None


def compare(work: Work, reference: Reference) -> dict[str, tuple[str, str]]:
    """Field → (verdict, detail) for every field on which both say something."""
    people = _people(work, reference)
    if people and all(verdict == "disagree" for verdict, _ in people.values()):
        return people  # a namesake, or our people are wrong: worth a look, worth no credit
    found = dict(people)
    if work["year"] and reference.years:
        found["year"] = _equal(work["year"], sorted(reference.years))
    found |= {field: _equal(work[field], [number]) for field, number in reference.numbers.items() if work[field]}
    for field, known in reference.facets.items():
        if work[field] and known:
            found[field] = _verdict(value in known for value in work[field]), f"{sorted(known)}, not {work[field]}"
    if reference.mixed:
        return {field: verdict for field, verdict in found.items() if verdict[0] != "disagree"}
    return found


def _people(work: Work, reference: Reference) -> dict[str, tuple[str, str]]:
    found = {}
    for field, known in reference.people.items():
        if work[field] and known:
            sides = ([side for side in name.split("|") if side] for name in work[field])
            verdict = _verdict(any(name_keys(side) & known for side in names) for names in sides)
            found[field] = verdict, f"not {', '.join(work[field])}"
    return found


def _equal(ours: int, theirs: list[int]) -> tuple[str, str]:
    return "agree" if ours in theirs else "disagree", f"{', '.join(map(str, theirs))}, not {ours}"


def _verdict(matches: Iterable[bool]) -> str:
    matches = list(matches)
    return "agree" if all(matches) else "part" if any(matches) else "disagree"


def findings(works: Iterable[Work], references: Mapping[str, Mapping[str, list[Reference]]]) -> list[Finding]:
    """Every comparison that can be made, in the order of works and data sets."""
    found = []
    for work in works:
        for source, by_title in references.items():
            reference = match(work, by_title)
            if reference:
                compared = compare(work, reference)
                found += [Finding(work["id"], field, source, *compared[field]) for field in sorted(compared)]
    return found


def with_sources(work: Work, found: Iterable[Finding], present: Iterable[str]) -> Work:
    """The record with ``sources`` brought up to date: field → the data sets that agree, separated by spaces."""
    present = set(present)
    agreeing: dict[str, set[str]] = defaultdict(set)
    for field, sources in work["sources"].items():
        agreeing[field] |= set(sources.split()) - present
    for finding in found:
        if finding.verdict == "agree":
            agreeing[finding.field].add(finding.source)
    ordered = {field: [source for source in SOURCES if source in agreeing[field]] for field in sorted(agreeing)}
    return {**work, "sources": {field: " ".join(sources) for field, sources in ordered.items() if sources}}


def write(path: Path, works: Iterable[Work]) -> None:
    """Replaces a works file in one step: readers see the old one or the new one, never half of it."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text("".join(json.dumps(work, ensure_ascii=False) + "\n" for work in works), encoding="utf-8")
    os.replace(temporary, path)


def report(found: list[Finding]) -> Table:
    """A table: field by data set, how many agree, agree in part, disagree."""
    sources = [source for source in SOURCES if any(finding.source == source for finding in found)]
    table = Table(title="agree · in part · disagree")
    table.add_column("field")
    for source in sources:
        table.add_column(f"{source}\n{len({f.work for f in found if f.source == source})} works", justify="right")
    counts = Counter((finding.field, finding.source, finding.verdict) for finding in found)
    for field in sorted({finding.field for finding in found}):
        cells = ([counts[field, source, verdict] for verdict in ("agree", "part", "disagree")] for source in sources)
        table.add_row(field, *(" · ".join(map(str, cell)) if any(cell) else "" for cell in cells))
    return table


def main(arguments: list[str] | None = None) -> int:
    """Command line; the exit status is 1 when no data set was found."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.demo.check", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the public data sets")
    parser.add_argument("--works", type=Path, default=WORKS, help="folder of the works to check")
    parser.add_argument("--write", action="store_true", help="record agreement in the works' sources")
    options = parser.parse_args(arguments)
    console = Console()
    references = read_references(options.data)
    if not references:
        console.print(f"none of {', '.join(READERS)} under {options.data}")
        return 1
    everything = []
    for path, works in read_files(options.works):
        found = findings(works, references)
        everything += found
        if options.write:
            by_work = defaultdict(list)
            for finding in found:
                by_work[finding.work].append(finding)
            write(path, [with_sources(work, by_work[work["id"]], references) for work in works])
    console.print(report(everything))
    for finding in everything:
        # Genres are each set's own taxonomy: that they differ is no reason to look anything up.
        if finding.verdict == "disagree" and finding.field != "genres":
            console.print(
                f"{finding.work}: {finding.field}: {finding.source}: {finding.detail}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
