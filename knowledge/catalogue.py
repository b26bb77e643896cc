"""Everything the assistant knows, in one object: the graph, the questions people ask, the troubleshooting guides.

A catalogue is the demo and then, in the order they were imported, the files under ``<home>/catalogue``; later rows
about the same id replace earlier ones. Loading is reading: nothing is written, and nothing is remembered between loads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.building import GraphBuilder
from knowledge.graph import Graph, KnowledgeError
from knowledge.importers.catalogue import read_records
from knowledge.importers.faq import FaqEntry, read_faq
from knowledge.importers.files import json_lines
from knowledge.importers.report import RowError
from knowledge.linking.nicknames import read_nicknames
from knowledge.vocabulary import Vocabulary

__all__ = ["DEMO", "Catalogue"]

DEMO = Path(__file__).parent / "demo"
"""The bundled catalogue: original descriptions of real works."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``troubleshooting`` are folders of guides; ``skipped`` are rows that could not be read, with the reason."""

    graph: Graph
    vocabulary: Vocabulary
    faq: tuple[FaqEntry, ...]
    troubleshooting: tuple[Path, ...]
    skipped: tuple[RowError, ...]
    fingerprint: str

    @classmethod
    def load(cls, home: Path | None = None, *, demo: bool = True) -> Catalogue:
        """The demo (unless told not to) plus everything imported under ``home``.

        Raises:
            KnowledgeError: the vocabulary cannot be read. A bad row elsewhere is skipped and listed.
        """
        vocabulary = Vocabulary.load(DEMO / "vocabulary.json")
        builder = GraphBuilder(vocabulary)
        faq: dict[str, FaqEntry] = {}
        skipped: list[RowError] = []
        for path, kind, source in _files(home, demo):
            try:
                _read(path, kind, source, builder, faq, skipped)
            except KnowledgeError as error:
                skipped.append(RowError(path.name, 0, str(error)))
        folders = [DEMO / "troubleshooting"] if demo else []
        if home is not None:
            folders.append(home / "catalogue" / "troubleshooting")
        return cls(
            graph=builder.graph,
            vocabulary=vocabulary,
            faq=tuple(faq.values()),
            troubleshooting=tuple(folder for folder in folders if folder.is_dir()),
            skipped=tuple(skipped),
            fingerprint=fingerprint(home, demo=demo),
        )

    def changed(self, home: Path | None = None, *, demo: bool = True) -> bool:
        """Whether the files on disk are no longer those this was loaded from."""
        return self.fingerprint != fingerprint(home, demo=demo)


def fingerprint(home: Path | None = None, *, demo: bool = True) -> str:
    """Names, sizes and modification times of every file a load would read; cheap enough to ask every few seconds."""
    paths = [path for path, _, _ in _files(home, demo)]
    parts = []
    for path in (DEMO / "vocabulary.json", *paths):
        try:
            status = path.stat()
        except FileNotFoundError:  # replaced while we looked: the next look will tell
            continue
        parts.append(f"{path.name}:{status.st_size}:{status.st_mtime_ns}")
    return "|".join(parts)


def _files(home: Path | None, demo: bool) -> Iterator[tuple[Path, str, str]]:
    """``(path, kind, source)`` of each file in load order."""
    if demo:
        for path in sorted((DEMO / "works").glob("*.jsonl")):
            yield path, "works", "editorial"
        yield DEMO / "nicknames.json", "nicknames", "editorial"
        if (DEMO / "faq.jsonl").is_file():
            yield DEMO / "faq.jsonl", "faq", "editorial"
    folder = home / "catalogue" if home is not None else None
    if folder is not None and folder.is_dir():
        for path in sorted(folder.glob("[0-9]*-*.jsonl")):
            _, kind, name = (*path.stem.split("-", 2), "")[:3]
            yield path, kind, name or "import"


def _read(
    path: Path, kind: str, source: str, builder: GraphBuilder, faq: dict[str, FaqEntry], skipped: list[RowError]
) -> None:
    if kind == "works":
        for line, record in read_records(path):
            if isinstance(record, str):
                skipped.append(RowError(path.name, line, record))
            else:
                builder.add_record(record, source)
    elif kind == "nicknames":
        for id_, aliases in read_nicknames(path).items():
            if not builder.add_aliases(id_, aliases):
                skipped.append(RowError(path.name, 0, f"a nickname for {id_!r}, which the catalogue does not have"))
    elif kind == "faq":
        for line, entry in read_faq(path):
            if isinstance(entry, str):
                skipped.append(RowError(path.name, line, entry))
            else:
                faq[entry.id] = entry
    elif kind == "triples":
        for line, row in json_lines(path):
            try:
                builder.add_triple(row, source)
            except (KeyError, TypeError, ValueError) as error:
                skipped.append(RowError(path.name, line, f"not a triple: {error}"))
