"""What an import did: how much went in, and for every row that did not, where it is and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.graph import KnowledgeError

__all__ = ["ImportFailed", "ImportReport", "RowError"]


class ImportFailed(KnowledgeError):
    """A file that could not be read at all; nothing was changed."""


@dataclass(frozen=True, slots=True)
class RowError:
    """One row left out. ``line`` counts from 1, a table's header included."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(slots=True)
class ImportReport:
    """Rows ``added``, rows that ``updated`` something known, and rows ``skipped`` with a reason each."""

    added: int = 0
    updated: int = 0
    skipped: list[RowError] = field(default_factory=list)

    def __add__(self, other: ImportReport) -> ImportReport:
        return ImportReport(self.added + other.added, self.updated + other.updated, self.skipped + other.skipped)
