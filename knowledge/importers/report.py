"""What an import did: how much went in, and for every row that did not, where it is and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.graph import KnowledgeError

__all__ = ["MAX_REASONS", "ImportFailed", "ImportReport", "RowError"]

MAX_REASONS = 10_000
"""Skipped rows that a report lists; the others are counted."""


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
    """Rows ``added``, rows that ``updated`` something known, and rows ``skipped`` with a reason each.

    ``repeated`` counts rows that said what an earlier row had said. Only the first :data:`MAX_REASONS` skipped rows are
    kept with their reason, so that a file of nothing but errors does not fill the memory; ``unlisted`` counts the rest.
    """

    added: int = 0
    updated: int = 0
    skipped: list[RowError] = field(default_factory=list)
    repeated: int = 0
    unlisted: int = 0

    def skip(self, error: RowError) -> None:
        """Notes a row that stays out."""
        if len(self.skipped) < MAX_REASONS:
            self.skipped.append(error)
        else:
            self.unlisted += 1

    def __add__(self, other: ImportReport) -> ImportReport:
        return ImportReport(
            self.added + other.added,
            self.updated + other.updated,
            self.skipped + other.skipped,
            self.repeated + other.repeated,
            self.unlisted + other.unlisted,
        )
