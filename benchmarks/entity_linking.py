"""Names in running text → entities of the demo catalogue: how often right, and whether the stated confidence is true.

Protocol
    661 sentences in Chinese and English, written by hand against the bundled catalogue (exact names, misspelt ones,
    pinyin, nicknames, parts of titles, years and versions, traditional characters, context, everyday words, several
    names; a quarter name nothing, or something the catalogue does not have). Rules were written and the calibration
    was fitted on ``tests/knowledge/data/linking_tuning.jsonl``; ``linking_heldout.jsonl`` (234 drawn at random from
    the first 469, then 104 written last) gives the figures. What either part said when it was first looked at stands
    in :mod:`knowledge.linking.linker`; some mistakes it showed were mended since, so a run now flatters a little.
    Works and people count; genres, countries and the like do not.
    A mention is right when its span overlaps a gold mention's and its first candidate is a gold entity ("weak
    annotation match": Cornolti, Ferragina and Ciaramita, WWW 2013). f1: micro F1 of mentions at the default minimum.
    accuracy@1: gold mentions whose first candidate is right, however doubtful, of all gold mentions. nil_precision: of
    the sentences in which nothing is found, those that name nothing; nil_recall: of the sentences that name nothing,
    those in which nothing is found. ece: expected calibration error (10 bins) of the first candidates of all mentions
    of at least 0.05; among n equally right readings a first candidate is right 1/n of the time. ece_raw: the same
    without calibration. us_per_text: mean processor microseconds of ``link``.
Anchor
    None published on this catalogue; the figures are for comparing one version with the next.
Command
    python -m benchmarks.entity_linking [--half tuning|heldout] [--fit] [--errors]
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.progress import track

from benchmarks.common import console, options, report
from knowledge.calibration import Platt, expected_calibration_error, reliability
from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES
from knowledge.linking import Linker, Mention

SENTENCES = Path(__file__).parents[1] / "tests" / "knowledge" / "data"
_TYPES = frozenset((*WORK_TYPES, "person"))


@dataclass
class Tally:
    """What one pass over some sentences counted."""

    gold: int = 0
    said: int = 0
    right: int = 0
    first: int = 0
    silent: int = 0
    nothing: int = 0
    silent_and_nothing: int = 0
    confidences: list[float] = field(default_factory=list)
    outcomes: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.gold + self.said)


def read(half: str) -> list[dict[str, Any]]:
    """The sentences of one half: ``text``, ``lang``, ``kind``, ``mentions`` (``start end text gold``), ``focus``."""
    lines = (SENTENCES / f"linking_{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def measure(linker: Linker, rows: Iterable[dict[str, Any]]) -> Tally:
    tally = Tally()
    for row in rows:
        everything = [
            mention
            for mention in linker.link(row["text"], row.get("focus", ()), minimum=0.05)
            if linker.graph.entity(mention.best).type in _TYPES
        ]
        believed = [
            mention
            for mention in linker.link(row["text"], row.get("focus", ()))
            if linker.graph.entity(mention.best).type in _TYPES
        ]
        gold = row["mentions"]
        tally.gold += len(gold)
        tally.said += len(believed)
        found = sum(any(_right(mention, one) for mention in believed) for one in gold)
        tally.right += found
        tally.first += sum(any(_right(mention, one) for mention in everything) for one in gold)
        tally.silent += not believed
        tally.nothing += not gold
        tally.silent_and_nothing += not believed and not gold
        for mention in everything:
            tally.confidences.append(mention.confidence)
            tally.outcomes.append(max((1 / len(one["gold"]) for one in gold if _right(mention, one)), default=0.0))
        if found < len(gold) or len(believed) > found:
            shown = ", ".join(f"{m.text}→{m.best} {m.confidence:.2f}" for m in everything) or "nothing"
            wanted = ", ".join(f"{one['text']}→{one['gold'][0]}" for one in gold) or "nothing"
            tally.errors.append(f"{row['kind']:11} {row['text']} · wanted {wanted} · got {shown}")
    return tally


def _right(mention: Mention, one: dict[str, Any]) -> bool:
    return mention.start < one["end"] and one["start"] < mention.end and mention.best in one["gold"]


def speed(linker: Linker, rows: Sequence[dict[str, Any]], repeats: int = 5) -> float:
    """Processor time, in microseconds a text."""
    started = time.process_time()
    for _ in range(repeats):
        for row in rows:
            linker.link(row["text"])
    return (time.process_time() - started) / (repeats * len(rows)) * 1e6


def main() -> None:
    parser = options(__doc__ or "", data=False)
    parser.add_argument("--half", choices=["tuning", "heldout"], default="heldout")
    parser.add_argument("--fit", action="store_true", help="fit the calibration on the tuning half and show it")
    parser.add_argument("--errors", action="store_true", help="list what went wrong")
    arguments = parser.parse_args()
    graph = Catalogue.load().graph
    raw = Linker(graph, calibration=None)
    if arguments.fit:
        tally = measure(raw, read("tuning"))
        console.print(Platt.fit(tally.confidences, tally.outcomes, ridge=20))
        for row in reliability(tally.confidences, tally.outcomes):
            console.print(row)
    linker = Linker(graph)
    rows = read(arguments.half)
    results: dict[str, float] = {}
    for lang in track(("zh", "en"), "linking", console=console):
        part = [row for row in rows if row["lang"] == lang]
        tally, plain = measure(linker, part), measure(raw, part)
        results[f"f1/{lang}"] = tally.f1
        results[f"precision/{lang}"] = tally.right / max(1, tally.said)
        results[f"recall/{lang}"] = tally.right / tally.gold
        results[f"accuracy@1/{lang}"] = tally.first / tally.gold
        results[f"ece/{lang}"] = expected_calibration_error(tally.confidences, tally.outcomes)
        results[f"ece_raw/{lang}"] = expected_calibration_error(plain.confidences, plain.outcomes)
        results[f"nil_precision/{lang}"] = tally.silent_and_nothing / max(1, tally.silent)
        results[f"nil_recall/{lang}"] = tally.silent_and_nothing / tally.nothing
        if arguments.errors:
            console.print("\n".join(tally.errors), highlight=False, soft_wrap=True)
    tally, plain = measure(linker, rows), measure(raw, rows)
    results["f1"] = tally.f1
    results["accuracy@1"] = tally.first / tally.gold
    results["nil_precision"] = tally.silent_and_nothing / max(1, tally.silent)
    results["nil_recall"] = tally.silent_and_nothing / tally.nothing
    results["ece"] = expected_calibration_error(tally.confidences, tally.outcomes)
    results["ece_raw"] = expected_calibration_error(plain.confidences, plain.outcomes)
    results["us_per_text"] = speed(linker, rows)
    report("entity_linking", results)


if __name__ == "__main__":
    main()
