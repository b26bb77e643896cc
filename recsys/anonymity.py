"""k-anonymity: before a table leaves the house, no combination of what an outsider may know points at fewer than k
people.

    Sweeney, "k-anonymity: a model for protecting privacy", IJUFKS 10(5), 2002.

Quasi-identifiers are the columns somebody else could know about a person: age band, city, device, favourite genre.
:func:`small_groups` names the combinations that fewer than k people share, :func:`require` refuses a table that has
any, and :func:`suppress` takes the rows out.

What it protects against: singling out a person by those columns. What it does not: when everyone in a group shares the
secret, the group gives it away (homogeneity), somebody who knows more columns than were declared sees smaller groups,
and two exports of the same people can be subtracted from each other. Where those matter, publish sums with noise
(:mod:`recsys.dp`) rather than rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["Suppression", "TooFew", "require", "small_groups", "suppress"]

_NAMED = 5


class TooFew(ValueError):
    """Some combinations of quasi-identifiers are shared by fewer than k people; the message names the smallest."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """What was taken out of a table."""

    groups: int
    """Combinations that were too small."""
    rows: int
    """Rows removed with them."""
    people: int
    """People those rows were about; the rows themselves where no ``person`` column was named."""


def small_groups(table: pa.Table, quasi_identifiers: Sequence[str], k: int, *, person: str | None = None) -> pa.Table:
    """Every combination of the quasi-identifiers shared by fewer than ``k`` people, smallest first.

    Parameters
    ----------
    table
        The rows to be published.
    quasi_identifiers
        Column names. A missing value counts as a value of its own.
    k
        The smallest group allowed, at least 2. 5 and 10 are usual.
    person
        The column that tells people apart, for tables with several rows a person. Without it a row is a person.

    Returns the quasi-identifier columns and ``people`` (int64). Raises ``ValueError`` for an unknown column, no
    quasi-identifier at all, or k < 2. Memory: about 40 bytes a row.
    """
    group, people = _groups(table, quasi_identifiers, k, person)
    small = np.flatnonzero(people < k)
    small = small[np.argsort(people[small], kind="stable")]
    _, first = np.unique(group, return_index=True)
    named = table.select(list(quasi_identifiers)).take(pa.array(first[small], pa.int64()))
    return named.append_column("people", pa.array(people[small], pa.int64()))


def require(table: pa.Table, quasi_identifiers: Sequence[str], k: int, *, person: str | None = None) -> None:
    """Raise :class:`TooFew` unless the table is k-anonymous. Arguments as in :func:`small_groups`."""
    small = small_groups(table, quasi_identifiers, k, person=person)
    if small.num_rows:
        named = "; ".join(
            ", ".join(f"{column} = {row[column]!r}" for column in quasi_identifiers) + f" ({row['people']})"
            for row in small.slice(0, _NAMED).to_pylist()
        )
        more = f" and {small.num_rows - _NAMED} more" if small.num_rows > _NAMED else ""
        raise TooFew(
            f"{small.num_rows} combination(s) of {', '.join(quasi_identifiers)} describe fewer than {k} people: "
            f"{named}{more}. Use coarser values, leave a column out, or suppress these rows"
        )


def suppress(
    table: pa.Table, quasi_identifiers: Sequence[str], k: int, *, person: str | None = None
) -> tuple[pa.Table, Suppression]:
    """The table without the rows of small groups, in their order, and a count of what went.

    The result passes :func:`require`. Arguments as in :func:`small_groups`.
    """
    group, people = _groups(table, quasi_identifiers, k, person)
    kept = people[group] >= k
    gone = table.filter(pa.array(~kept))
    about = gone.num_rows if person is None else len(pc.unique(gone[person]))
    return table.filter(pa.array(kept)), Suppression(int((people < k).sum()), gone.num_rows, about)


def _groups(
    table: pa.Table, quasi_identifiers: Sequence[str], k: int, person: str | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row → group number (n_rows,), and group → how many people (n_groups,)."""
    if k < 2:
        raise ValueError(f"k must be at least 2, not {k}: every group has one person")
    if not quasi_identifiers:
        raise ValueError("name at least one quasi-identifier")
    needed = [*quasi_identifiers, *([person] if person else [])]
    unknown = [column for column in needed if column not in table.column_names]
    if unknown:
        raise ValueError(f"no column {', '.join(map(repr, unknown))}; there are: {', '.join(table.column_names)}")
    group = np.zeros(table.num_rows, np.int64)
    for column in quasi_identifiers:
        code = _codes(table[column])
        # Renumbered after every column, so that many columns of many values cannot overflow.
        group = np.unique(group * (code.max(initial=0) + 1) + code, return_inverse=True)[1]
    if person is None:
        return group, np.bincount(group)
    who = _codes(table[person])
    pairs = np.unique(group * (who.max(initial=0) + 1) + who)
    return group, np.bincount(pairs // (who.max(initial=0) + 1))


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Values as numbers 0…, equal ones equal; missing ones share a number."""
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    codes: NDArray[np.int64] = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes
