"""Which documents hold which terms, how often: the table that BM25 and TF-IDF are computed from.

Postings are stored term by term (a compressed sparse row matrix, terms × documents): the rows of a term stand in one
slice, ascending. Documents are read once, in runs of :data:`RUN`: tokens become numbers in one dictionary pass, a
sort of ``(term, row)`` keys brings equal cells together, and the runs are laid behind one another, term by term. So a
corpus may be a generator, and what is held besides it is the postings themselves.

Memory: 4 bytes for the row and 1 for the count (2 or 4 only when a document repeats a term more than 255 or 65,535
times) per distinct (term, document) cell, twice that while the runs are laid together; about 40 bytes per token of one
run while it is sorted. A corpus of duplicates costs what any other does: its distinct cells.

    Zobel and Moffat, "Inverted files for text search engines", ACM Computing Surveys 38(2), 2006.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError

__all__ = ["MAX_ROWS", "Postings", "Run", "assemble", "count_tokens", "read_runs", "spreads", "vocabulary_of"]

RUN = 1 << 16
"""Documents read at a time; a row within its run then takes 16 bits of a sort key."""

MAX_ROWS = 2**31 - 1
"""Rows are int32."""

_SLICE = 1 << 18  # postings worked on at a time: its columns stay in a core's second-level cache


@dataclass(frozen=True, slots=True)
class Run:
    """The postings of some documents, in the order of their terms."""

    terms: NDArray[np.int64]
    """Distinct terms, ascending, ``(n,)``."""
    counts: NDArray[np.int64]
    """How many postings each has, ``(n,)``."""
    rows: NDArray[np.int32]
    """``(postings,)``, ascending within a term."""
    tf: NDArray[Any]
    """How often the row holds the term, ``(postings,)``, an unsigned integer type."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Terms × documents: the postings of term ``t`` are ``indptr[t]:indptr[t + 1]``, rows ascending."""

    indptr: NDArray[np.int64]
    """``(n_terms + 1,)``."""
    rows: NDArray[np.int32]
    tf: NDArray[Any]

    def __len__(self) -> int:
        return len(self.rows)

    def frequencies(self) -> NDArray[np.int64]:
        """In how many documents each term stands, ``(n_terms,)``."""
        return np.diff(self.indptr)

    def without(self, hidden: NDArray[np.bool_]) -> Run:
        """All postings but those in ``hidden`` rows (a mask of as many rows as there are), as a run."""
        frequencies = self.frequencies()
        if not hidden.any():
            terms = np.flatnonzero(frequencies)
            return Run(terms, frequencies[terms], self.rows, self.tf)
        kept = np.flatnonzero(~hidden[self.rows])
        counts = np.diff(np.searchsorted(kept, self.indptr))
        terms = np.flatnonzero(counts)
        return Run(terms, counts[terms], self.rows[kept], self.tf[kept])


def vocabulary_of(terms: Iterable[str] = ()) -> defaultdict[str, int]:
    """Term → number, in the order given; only :func:`read_runs` and :func:`count_tokens` add to it."""
    return defaultdict(None, {term: number for number, term in enumerate(terms)})


def read_runs(
    documents: Iterable[Sequence[str]], vocabulary: defaultdict[str, int], first: int = 0
) -> Iterator[tuple[Run, NDArray[np.int32]]]:
    """Yields the postings and the lengths of up to :data:`RUN` documents at a time; numbers new terms as it goes.

    Args:
        documents: sequences of terms, read once.
        vocabulary: terms known so far; grows.
        first: the row of the first document.

    Raises:
        KnowledgeError: a document is a string instead of a sequence of strings, a token is not a string, or there are
            more documents than :data:`MAX_ROWS`.
    """
    iterator = iter(documents)
    while chunk := list(islice(iterator, RUN)):
        if first + len(chunk) > MAX_ROWS:
            raise KnowledgeError(f"an index holds at most {MAX_ROWS:,} documents; split the corpus into several")
        terms, lengths = _numbered(chunk, vocabulary, first)
        yield _run(terms, lengths, first), lengths
        first += len(chunk)


def count_tokens(document: Sequence[str], vocabulary: defaultdict[str, int], row: int) -> dict[int, int]:
    """The terms of one document with their counts; numbers new terms.

    Raises:
        KnowledgeError: as :func:`read_runs`; ``row`` is what the message calls the document.
    """
    terms, _ = _numbered([document], vocabulary, row)
    return Counter(terms.tolist())


def _numbered(
    chunk: list[Sequence[str]], vocabulary: defaultdict[str, int], first: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The tokens of the documents as term numbers, end to end, and the documents' lengths."""
    known = len(vocabulary)
    # Looking a term up numbers it if it is new: the whole pass over the tokens then runs in C.
    vocabulary.default_factory = count(known).__next__
    try:
        lengths = np.fromiter(map(len, chunk), np.int32, len(chunk))
        whole = int(lengths.sum(dtype=np.int64))
        terms = np.fromiter(map(vocabulary.__getitem__, chain.from_iterable(chunk)), np.int32, whole)
        kinds = set(map(type, islice(vocabulary, known, None)))
        good = not any(isinstance(document, str) for document in chunk) and all(issubclass(kind, str) for kind in kinds)
    except (TypeError, ValueError):  # no length, not iterable, unhashable
        good = False
    vocabulary.default_factory = None
    if not good:
        while len(vocabulary) > known:
            vocabulary.popitem()  # the newest
        raise KnowledgeError(_complaint(chunk, first))
    return terms, lengths


def _complaint(chunk: list[Sequence[str]], first: int) -> str:
    for row, document in enumerate(chunk, first):
        if isinstance(document, str):
            return f"document {row} is one string; give its tokens: knowledge.text.tokens(text)"
        if not isinstance(document, Sequence):
            return f"document {row} is a {type(document).__name__}; give a list of tokens (str)"
        for token in document:
            if not isinstance(token, str):
                return f"document {row} has a token that is no string: {token!r:.80}"
    return "documents must be sequences of strings"


def _run(terms: NDArray[np.int32], lengths: NDArray[np.int32], first: int) -> Run:
    # (term, row within the run) in one integer: numpy sorts those with vector instructions.
    key = terms.astype(np.int64) << 16
    key |= np.repeat(np.arange(len(lengths)), lengths)
    key.sort()
    new = np.empty(len(key), np.bool_)
    new[:1] = True
    np.not_equal(key[1:], key[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    tf = np.diff(starts, append=len(key))
    cells = key[starts]
    rows = ((cells & 0xFFFF) + first).astype(np.int32)
    cells >>= 16
    edges = np.flatnonzero(np.diff(cells, prepend=-1))
    return Run(cells[edges], np.diff(edges, append=len(cells)), rows, tf.astype(_count_type(tf)))


def _count_type(tf: NDArray[np.integer]) -> type[np.unsignedinteger]:
    most = int(tf.max()) if len(tf) else 0
    return np.uint8 if most < 256 else np.uint16 if most < 65536 else np.uint32


def assemble(runs: Sequence[Run], n_terms: int) -> Postings:
    """Lays runs behind one another, term by term.

    Rows of a term must ascend from run to run, or be put in order by the caller (:meth:`Postings` says where).
    """
    df = np.zeros(n_terms, np.int64)
    for run in runs:
        df[run.terms] += run.counts  # a term stands once in a run
    indptr = np.concatenate([[0], np.cumsum(df)])
    if len(runs) == 1:
        return Postings(indptr, runs[0].rows, runs[0].tf)
    rows = np.empty(indptr[-1], np.int32)
    tf = np.empty(indptr[-1], np.result_type(np.uint8, *(run.tf for run in runs)))
    heads = indptr[:-1].copy()  # where the next posting of a term goes
    for run in runs:
        starts = np.concatenate([[0], np.cumsum(run.counts)])
        shift = heads[run.terms] - starts[:-1]
        for cells, spread in spreads(starts, shift):
            place = spread + np.arange(cells.start, cells.stop)
            rows[place] = run.rows[cells]
            tf[place] = run.tf[cells]
        heads[run.terms] += run.counts
    return Postings(indptr, rows, tf)


def spreads(
    indptr: NDArray[np.int64], of_term: NDArray[Any], step: int = _SLICE
) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Walks the postings in slices of at most ``step``: yields the slice, and each of its postings' term's value.

    Args:
        indptr: ``(n_terms + 1,)``.
        of_term: one value per term, ``(n_terms,)``.
    """
    whole = int(indptr[-1])
    for start in range(0, whole, step):
        stop = min(start + step, whole)
        low = int(np.searchsorted(indptr, start, "right")) - 1
        high = int(np.searchsorted(indptr, stop, "left"))
        inside = np.diff(indptr[low : high + 1].clip(start, stop)).astype(np.int64)
        yield slice(start, stop), np.repeat(of_term[low:high], inside)
