"""An index of documents by their terms that scores, explains, changes and keeps itself: what BM25 and TF-IDF share.

Every weight is computed when the index is built, so that a query gathers and adds (Lù, "BM25S", 2024), and only what
can matter (:mod:`knowledge.search.topk`). Documents can be added, changed and deleted at any time. Weights depend on the
whole collection (idf, mean length), so after a change every one of them is a little off; queries then weigh the terms
they ask for on the spot, from the counts, which is exact and takes time in proportion to those terms' postings. When
that has cost as much as compiling the index anew would, it is compiled anew (ski rental: at most about twice what
foresight could do). The documents themselves are not read again.

Rows number the documents in the order given. A row keeps its document for good: deleting leaves a gap, which scores
``-inf``, until :meth:`SparseIndex.compact`.

Threads: any number may query at once; changes exclude each other, and queries on changed, not yet compiled data
take turns.

Memory: 9 bytes per distinct (term, document) cell (see :mod:`knowledge.search.postings`), 100 to 150 per term of the
vocabulary, 5 per document, and 4 per document for each term that stands in at least a sixth of them (about 30 terms
of a natural language); while an index is built or compiled, twice that.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.search.changes import Changes
from knowledge.search.compiled_index import Collected, Compiled, Weighting, counts_of
from knowledge.search.index_file import load_index, save_index
from knowledge.search.postings import MAX_ROWS, Postings, Run, assemble, count_tokens, read_runs, vocabulary_of
from knowledge.search.searching import Backend, Hits, Searcher, exclusion
from knowledge.search.topk import Matrix, best_of, full_scores

__all__ = ["SparseIndex"]


class SparseIndex(Weighting):
    """See the module. A subclass says what a weight is (:class:`knowledge.search.compiled_index.Weighting`)."""

    def __init__(self, corpus: Iterable[Sequence[str]], backend: Backend) -> None:
        vocabulary = vocabulary_of()
        runs: list[Run] = []
        lengths = [np.zeros(0, np.int32)]
        for run, part in read_runs(corpus, vocabulary):
            runs.append(run)
            lengths.append(part)
        postings = assemble(runs, len(vocabulary))
        runs.clear()
        self._open(self._compile(vocabulary, postings, np.concatenate(lengths), None), backend)

    def _open(self, compiled: Compiled, backend: Backend) -> None:
        self._compiled = compiled
        self._changes: Changes | None = None
        self._lengths = compiled.lengths
        self._alive = compiled.alive
        self._amid: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None  # idf, norms
        self._lock = threading.RLock()
        self._searcher = Searcher(backend, len(compiled.lengths))

    # --- reading -----------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        with self._lock:
            return len(self._lengths) if self._alive is None else int(np.count_nonzero(self._alive))

    @property
    def n_rows(self) -> int:
        """Rows given out so far, deleted ones counted: the length of :meth:`scores`."""
        return len(self._lengths)

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """Term → its number, the place in :attr:`idf`. Read only; terms of deleted documents stay."""
        return self._compiled.vocabulary

    @property
    def idf(self) -> NDArray[np.float64]:
        """How telling each term is, ``(n_terms,)`` float64."""
        with self._lock:
            return self._compiled.idf if self._changes is None else self._weighing()[0]

    def scores(self, query_tokens: Iterable[str]) -> NDArray[np.float32]:
        """One score per row, ``(n_rows,)`` float32; a deleted row's is ``-inf``. A term asked twice counts twice."""
        compiled = self._ready()
        if compiled is None:
            return self._scores_amid(query_tokens)
        query = self._query(counts_of(query_tokens, compiled.vocabulary, len(compiled.idf)), compiled.idf)
        scores = full_scores(compiled.matrix, query)
        if compiled.alive is not None:
            scores[~compiled.alive] = -np.inf
        return scores

    def top(
        self, query_tokens: Iterable[str], k: int, *, exclude: Collection[int] | NDArray[np.bool_] = ()
    ) -> list[tuple[int, float]]:
        """The ``k`` best documents as ``(row, score)``, best first; of equals the earlier row.

        Args:
            k: fewer come back only where there are fewer documents; those that hold no term of the query come last,
                in order of their rows. 0 or less gives none.
            exclude: rows to leave out, or a mask of all rows, ``(n_rows,)`` bool, true = leave out.

        Raises:
            KnowledgeError: ``exclude`` does not fit the index.
        """
        rows, scores = self._top([query_tokens], k, exclude, 1)[0]
        return list(zip(rows.tolist(), scores.tolist(), strict=True))

    def top_batch(
        self,
        queries: Iterable[Iterable[str]],
        k: int,
        *,
        exclude: Collection[int] | NDArray[np.bool_] = (),
        threads: int = 1,
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """:meth:`top` for many queries: rows and scores, ``(n_queries, k')`` int32 and float32.

        ``k'`` is ``k``, or what is left of the documents where that is less.

        Args:
            exclude: as for :meth:`top`, the same for all queries.
            threads: how many to use; only the compiled kernels gain by more than one.

        Raises:
            KnowledgeError: ``threads`` is below 1, or ``exclude`` does not fit the index.
        """
        if threads < 1:
            raise KnowledgeError(f"threads must be at least 1, not {threads}")
        hits = self._top(list(queries), k, exclude, threads)
        if not hits:
            return np.zeros((0, max(k, 0)), np.int32), np.zeros((0, max(k, 0)), np.float32)
        return np.stack([rows for rows, _ in hits]), np.stack([scores for _, scores in hits])

    def _top(
        self, queries: Sequence[Iterable[str]], k: int, exclude: Collection[int] | NDArray[np.bool_], threads: int
    ) -> list[Hits]:
        compiled = self._ready()
        if compiled is None:
            with self._lock:
                skip = exclusion(exclude, len(self._lengths))
                return [_best(self._scores_amid(query), k, self._alive, skip) for query in queries]
        n_rows = len(compiled.lengths)
        skip = None if isinstance(exclude, tuple) and not exclude else exclusion(exclude, n_rows)
        k = min(k, compiled.size if skip is None else n_rows)
        if k <= 0:
            return [(np.zeros(0, np.int32), np.zeros(0, np.float32))] * len(queries)
        vocabulary, idf = compiled.vocabulary, compiled.idf
        made = [self._query(counts_of(query, vocabulary, len(idf)), idf) for query in queries]
        if len(made) == 1:
            return [self._searcher.one(compiled.matrix, made[0], k, compiled.alive, skip)]
        return self._searcher.many(compiled.matrix, made, k, compiled.alive, skip, threads)

    def explain(self, query_tokens: Iterable[str], row: int) -> list[tuple[str, float]]:
        """The terms of the query that a document holds, each with what it adds to the score, most first.

        Raises:
            KnowledgeError: there is no document at ``row``.
        """
        with self._lock:
            self._check(row)
            compiled = self._ready()
            vocabulary, idf = self.vocabulary, self.idf
            tokens = list(query_tokens)
            names = {vocabulary[token]: token for token in tokens if token in vocabulary}
            query = self._query(counts_of(tokens, vocabulary, len(idf)), idf)
            found = []
            for term, factor in zip(query.terms, query.factors, strict=True):
                rows, weights = self._column(term, compiled)
                at = np.flatnonzero(rows == row)
                if len(at):
                    constant = self._query({term: 1}, idf).constant
                    found.append((names[term], float(factor * (weights[at[0]] + constant))))
        return sorted(found, key=lambda pair: -pair[1])

    # --- changing ----------------------------------------------------------------------------------------------------

    def add(self, documents: Iterable[Sequence[str]]) -> range:
        """Adds documents and returns their rows. All are added or, on an error, none.

        Few are counted into the changes; many (an eighth of the index or more) are compiled at once.

        Raises:
            KnowledgeError: as for a new index.
        """
        with self._lock:
            first, documents = len(self._lengths), list(documents)
            new = range(first, first + len(documents))
            if new.stop > MAX_ROWS:
                raise KnowledgeError(f"an index holds at most {MAX_ROWS:,} documents; make another for the rest")
            vocabulary: Any = self._compiled.vocabulary
            if len(documents) * 8 >= max(first, 512):
                runs, lengths = [], [self._lengths]
                with _all_or_nothing(vocabulary):
                    for run, part in read_runs(documents, vocabulary, first):
                        runs.append(run)
                        lengths.append(part)
                self._grow(np.concatenate(lengths))
                self._merge(runs)
                return new
            with _all_or_nothing(vocabulary):
                pairs = zip(new, documents, strict=True)
                counted = [count_tokens(document, vocabulary, row) for row, document in pairs]
            changes = self._changing()
            for row, counts in zip(new, counted, strict=True):
                changes.put(row, counts)
            sizes = np.fromiter(map(len, documents), np.int32, len(documents))
            self._grow(np.concatenate([self._lengths, sizes]))
            return new

    def update(self, row: int, tokens: Sequence[str]) -> None:
        """Gives the document at ``row`` new tokens.

        Raises:
            KnowledgeError: there is no document at ``row``, or the tokens are not strings.
        """
        with self._lock:
            self._check(row)
            vocabulary: Any = self._compiled.vocabulary
            counts = count_tokens(tokens, vocabulary, row)
            self._changing().put(row, counts)
            self._lengths[row] = len(tokens)

    def delete(self, rows: Iterable[int]) -> None:
        """Deletes documents; their rows stay empty until :meth:`compact`. All of them or, on an error, none.

        Raises:
            KnowledgeError: there is no document at one of the rows.
        """
        with self._lock:
            gone = set(rows)
            for row in gone:
                self._check(row)
            if not gone:
                return
            changes = self._changing()
            alive = np.ones(len(self._lengths), np.bool_) if self._alive is None else self._alive.copy()
            for row in gone:
                changes.drop(row)
                alive[row] = False
                self._lengths[row] = 0
            self._alive = alive

    def compile(self) -> None:
        """Works changes in now; otherwise queries do when it pays. About 40 ns per posting."""
        with self._lock:
            if self._changes is not None:
                self._merge([])

    def compact(self) -> NDArray[np.int64]:
        """Closes the gaps of deleted documents and forgets terms that none holds.

        Returns:
            The former row of each present row, ``(len(self),)``, ascending.
        """
        with self._lock:
            self.compile()
            old = self._compiled
            rows = np.arange(len(old.lengths)) if old.alive is None else np.flatnonzero(old.alive)
            number = np.zeros(len(old.lengths), np.int32)
            number[rows] = np.arange(len(rows), dtype=np.int32)
            held = old.postings.frequencies() > 0
            vocabulary = vocabulary_of(term for term, number in old.vocabulary.items() if held[number])
            indptr = np.append(old.postings.indptr[:-1][held], old.postings.indptr[-1])
            postings = Postings(indptr, number[old.postings.rows], old.postings.tf)
            matrix = Matrix.of(indptr, postings.rows, old.matrix.weights, old.matrix.bounds[held], len(rows))
            lengths = old.lengths[rows]
            self._settle(Compiled(vocabulary, postings, matrix, old.idf[held], lengths, None, len(rows)))
            return rows

    # --- keeping -----------------------------------------------------------------------------------------------------

    def save(self, folder: str | PathLike[str]) -> None:
        """Writes the index to a folder, atomically over an earlier one; changes are compiled first.

        Disk: 9 bytes per posting, 24 per term besides the term itself, 4 to 5 per document.

        Raises:
            KnowledgeError: ``folder`` is a file.
        """
        with self._lock:
            self.compile()
            state = self._compiled
        arrays: dict[str, NDArray[Any]] = {
            "indptr": state.postings.indptr, "rows": state.postings.rows, "tf": state.postings.tf,
            "weights": state.matrix.weights, "bounds": state.matrix.bounds, "idf": state.idf,
            "lengths": state.lengths, "alive": np.zeros(0, np.bool_) if state.alive is None else state.alive,
        }  # fmt: skip
        save_index(folder, type(self).__name__, self.parameters(), state.vocabulary, arrays)

    @classmethod
    def load(cls, folder: str | PathLike[str], *, mmap: bool = True, backend: Backend = "auto") -> Self:
        """An index from a folder.

        Args:
            mmap: map the postings: the vocabulary and the commonest terms' postings are read, the rest only as far as
                queries touch it. ``False`` reads and checks everything.
            backend: see :mod:`knowledge.search.searching`.

        Raises:
            KnowledgeError: no sound index of this class there; the message names the file and what to do.
        """
        parameters, terms, arrays = load_index(folder, cls.__name__, mmap=mmap)
        index = cls.__new__(cls)
        try:
            index._set(**parameters)
        except TypeError as error:
            raise KnowledgeError(f"{folder}/index.json: unknown parameters ({error}); build the index anew") from error
        postings = Postings(arrays["indptr"], arrays["rows"], arrays["tf"])
        lengths, alive = arrays["lengths"], arrays["alive"] if len(arrays["alive"]) else None
        size = len(lengths) if alive is None else int(np.count_nonzero(alive))
        try:
            matrix = Matrix.of(postings.indptr, postings.rows, arrays["weights"], arrays["bounds"], len(lengths))
        except IndexError as error:
            raise KnowledgeError(f"{folder}: rows-….npy names rows that do not exist; save the index again") from error
        index._open(Compiled(vocabulary_of(terms), postings, matrix, arrays["idf"], lengths, alive, size), backend)
        return index

    # --- states ------------------------------------------------------------------------------------------------------

    def _settle(self, compiled: Compiled) -> None:
        self._compiled = compiled  # before the changes go: a query sees one or the other
        self._changes = self._amid = None
        self._lengths, self._alive = compiled.lengths, compiled.alive

    def _merge(self, runs: Sequence[Run]) -> None:
        """Compiles the changes, and runs of new documents, into the index."""
        old, changes = self._compiled, self._changes
        parts, rewritten = [], []
        if changes is None:
            parts.append(old.postings.without(np.zeros(len(old.lengths), np.bool_)))
        else:
            parts = [old.postings.without(changes.hidden), changes.run()]
            rewritten = changes.rewritten()
        vocabulary = old.vocabulary
        postings = assemble([*parts, *runs], len(vocabulary))
        for term in rewritten:
            cells = slice(postings.indptr[term], postings.indptr[term + 1])
            order = np.argsort(postings.rows[cells], kind="stable")
            postings.rows[cells], postings.tf[cells] = postings.rows[cells][order], postings.tf[cells][order]
        self._settle(self._compile(vocabulary, postings, self._lengths, self._alive))

    def _ready(self) -> Compiled | None:
        """The compiled state, if it is the present one or has become worth making."""
        if self._changes is None:
            return self._compiled
        with self._lock:
            if self._changes is not None and (not self._local or self._changes.spent > 2 * len(self._changes.base)):
                self.compile()
            return self._compiled if self._changes is None else None

    def _changing(self) -> Changes:
        if self._changes is None:
            self._lengths = self._lengths.copy()  # the compiled state keeps its own
            self._changes = Changes(self._compiled.postings, len(self._lengths))
        self._amid = None
        return self._changes

    def _grow(self, lengths: NDArray[np.int32]) -> None:
        if self._alive is not None:
            self._alive = np.concatenate([self._alive, np.ones(len(lengths) - len(self._alive), np.bool_)])
        self._lengths = lengths

    def _check(self, row: int) -> None:
        if not 0 <= row < len(self._lengths) or (self._alive is not None and not self._alive[row]):
            raise KnowledgeError(f"no document at row {row}; rows go from 0 to {len(self._lengths) - 1}")

    # --- amid changes ------------------------------------------------------------------------------------------------

    def _weighing(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """idf and norms as they are now."""
        if self._amid is None:
            assert self._changes is not None
            df = self._changes.frequencies(len(self._compiled.vocabulary))
            collected = Collected(len(self), df, self._lengths)
            idf = self._idf(collected)
            self._amid = idf, self._norms(collected, idf, self._compiled.postings)
        return self._amid

    def _column(self, term: int, compiled: Compiled | None) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Rows and weights of one term; of the compiled state, or as they are amid changes."""
        if compiled is not None:
            cells = slice(compiled.matrix.indptr[term], compiled.matrix.indptr[term + 1])
            return compiled.matrix.rows[cells], compiled.matrix.weights[cells]
        assert self._changes is not None
        idf, norms = self._weighing()
        rows, tf = self._changes.cells(term)
        return rows, self._weigh(tf, idf[term], norms[rows]).astype(np.float32)

    def _scores_amid(self, query_tokens: Iterable[str]) -> NDArray[np.float32]:
        with self._lock:
            compiled = self._ready()
            if compiled is not None:
                return self.scores(query_tokens)
            assert self._changes is not None
            idf, _ = self._weighing()
            query = self._query(counts_of(query_tokens, self.vocabulary, len(idf)), idf)
            columns = [self._column(term, None) for term in query.terms]
            self._changes.spent += len(self._lengths) + sum(len(rows) for rows, _ in columns)
            most = [
                weights.max(initial=0) * factor for (_, weights), factor in zip(columns, query.factors, strict=True)
            ]
            scores = np.zeros(len(self._lengths), np.float32)
            for place in np.argsort(-np.array(most), kind="stable").tolist():
                rows, weights = columns[place]
                scores[rows] += weights * np.float32(query.factors[place])
            found = scores + np.float32(query.constant)
            if self._alive is not None:
                found[~self._alive] = -np.inf
            return found


@contextmanager
def _all_or_nothing(vocabulary: Any) -> Iterator[None]:
    """Takes back the terms that documents brought in before one of them proved wrong."""
    known = len(vocabulary)
    try:
        yield
    except KnowledgeError:
        while len(vocabulary) > known:
            vocabulary.popitem()  # the newest
        raise


def _best(scores: NDArray[np.float32], k: int, alive: NDArray[np.bool_] | None, skip: NDArray[np.bool_] | None) -> Hits:
    allowed = np.ones(len(scores), np.bool_) if alive is None else alive.copy()
    if skip is not None:
        allowed &= ~skip
    rows = np.flatnonzero(allowed).astype(np.int32)
    return best_of(rows, scores[rows], max(k, 0))
