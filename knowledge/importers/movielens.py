"""MovieLens folders as GroupLens publishes them: 100K (``u.item``), 1M (``movies.dat``) and the later CSV editions.

Films become catalogue records, ratings become ``interactions-….parquet`` beside them (columns ``user``, ``item``,
``value``, ``time``), both under ``home/catalogue``. A film the catalogue already has, by title and year, keeps its
id, so the ratings are about the same films that people ask for.

The data sets are GroupLens's and not for redistribution: this reads a copy the operator has.

    Harper and Konstan, "The MovieLens Datasets: History and Context", TiiS 5(4), 2015.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from knowledge.graph import Graph
from knowledge.importers.files import decode, kept, read_bytes, replacing, write_json_lines
from knowledge.importers.report import ImportFailed, ImportReport, RowError
from knowledge.records import BadRow, clean_record
from knowledge.text import fold

__all__ = ["import_movielens"]

# MovieLens genre → ours; IMAX and "(no genres listed)" say nothing about what a film is like.
_GENRES = {
    "children's": "family", "children": "family", "film-noir": "crime", "sci-fi": "science-fiction", "imax": "",
    "(no genres listed)": "", "unknown": "",
}  # fmt: skip
_ARTICLE = re.compile(r"^(.+), (The|A|An|Les|Le|La|L'|El|Il|Lo|Los|Las|Der|Die|Das|Det|Den|Un|Une)$")
_YEAR = re.compile(r"\((\d{4})(?:[-–]\d{0,4})?\)\s*$")


def import_movielens(folder: Path, home: Path, graph: Graph | None = None) -> ImportReport:
    """Imports films, and ratings where the folder has them; ``graph`` is the catalogue so far.

    Raises:
        ImportFailed: the folder is not a MovieLens data set; nothing is changed.
    """
    folder = Path(folder)
    movies, file = _movies(folder)
    report = ImportReport()
    known = _known_films(graph)
    ids: dict[str, str] = {}
    records: dict[str, dict[str, Any]] = {}
    for line, movie, title, genres in movies:
        try:
            record = _record(title, genres)
            existing = known.get((fold(record["title"].get("en", "")), record["year"]))
            if existing:
                report.updated += 1  # rated now; what we say about it stays the catalogue's
            else:
                report.added += 1
                records.setdefault(record["id"], record)
            ids[movie] = existing or record["id"]
        except BadRow as error:
            report.skip(RowError(file, line, str(error)))
    if not ids:
        raise ImportFailed(f"{folder.name}/{file} holds no usable film")

    ratings = _ratings(folder, ids, report)
    target, earlier = kept(home, "works", folder.name)
    with replacing(target, earlier) as temporary:
        write_json_lines(temporary, records.values())
    if ratings is not None:
        target, earlier = kept(home, "interactions", folder.name, "parquet")
        with replacing(target, earlier) as temporary:
            pq.write_table(ratings, temporary)
    return report


def _record(title: str, genres: Iterable[str]) -> dict[str, Any]:
    """``"Seven Samurai (Shichinin no samurai) (1954)"`` → title, other title, year; articles back in front."""
    year = _YEAR.search(title)
    name = title[: year.start()].strip() if year else title.strip()
    aliases = [_article_first(part) for part in re.findall(r"\(([^()]*[^()\d][^()]*)\)", name)]
    name = _article_first(re.sub(r"\s*\([^()]*\)", "", name).strip())
    ours = [_GENRES.get(genre.lower(), genre.lower()) for genre in genres]
    return clean_record(
        {
            "type": "film",
            "title": {"en": name},
            "aliases": [alias.removeprefix("a.k.a. ") for alias in aliases],
            "year": int(year.group(1)) if year else None,
            "genres": [genre for genre in ours if genre],
            "sources": dict.fromkeys(("title", "year", "genres"), "movielens"),
        }
    )


def _article_first(title: str) -> str:
    match = _ARTICLE.match(title)
    if match is None:
        return title
    gap = "" if match.group(2).endswith("'") else " "
    return f"{match.group(2)}{gap}{match.group(1)}"


def _known_films(graph: Graph | None) -> dict[tuple[str, int | str | None], str]:
    films: dict[tuple[str, int | str | None], str] = {}
    for film in graph.entities("film") if graph is not None else ():
        for name in (film.labels.get("en", ""), *film.aliases):
            films.setdefault((fold(name), graph.value(film.id, "year")), film.id)  # type: ignore[union-attr]
    return films


def _movies(folder: Path) -> tuple[Iterator[tuple[int, str, str, list[str]]], str]:
    """``(line, movie id, title, genres)`` of each film, and the name of the file they are in."""
    if (folder / "u.item").is_file():
        return _u_item(folder), "u.item"
    if (folder / "movies.dat").is_file():
        text = decode(read_bytes(folder / "movies.dat"), "movies.dat", ("utf-8", "latin-1"))
        rows = ((line, row.split("::")) for line, row in enumerate(text.splitlines(), start=1) if row.strip())
        return ((line, c[0], c[1], c[2].split("|")) for line, c in rows if len(c) == 3), "movies.dat"
    if (folder / "movies.csv").is_file():
        text = decode(read_bytes(folder / "movies.csv"), "movies.csv")
        reader = csv.DictReader(io.StringIO(text, newline=""))
        return (
            (reader.line_num, row["movieId"], row["title"], (row["genres"] or "").split("|")) for row in reader
        ), "movies.csv"
    raise ImportFailed(f"{folder.name}: no u.item, movies.dat or movies.csv in it")


def _u_item(folder: Path) -> Iterator[tuple[int, str, str, list[str]]]:
    names: dict[int, str] = {}
    for row in decode(read_bytes(folder / "u.genre"), "u.genre", ("utf-8", "latin-1")).splitlines():
        if "|" in row:
            name, number = row.split("|")[:2]
            names[int(number)] = name
    text = decode(read_bytes(folder / "u.item"), "u.item", ("utf-8", "latin-1"))
    for line, row in enumerate(text.splitlines(), start=1):
        cells = row.split("|")
        if len(cells) >= 5 + len(names):
            flags = cells[5 : 5 + len(names)]
            yield line, cells[0], cells[1], [names[index] for index, flag in enumerate(flags) if flag == "1"]


def _ratings(folder: Path, ids: dict[str, str], report: ImportReport) -> pa.Table | None:
    known = (("u.data", "\t"), ("ratings.dat", "::"), ("ratings.csv", ","))
    present = [(name, separator) for name, separator in known if (folder / name).is_file()]
    if not present:
        return None
    name, separator = present[0]
    users, items, values, times = [], [], [], []
    for line, row in enumerate(decode(read_bytes(folder / name), name, ("latin-1",)).splitlines(), start=1):
        cells = row.split(separator)
        if line == 1 and cells[0] == "userId":
            continue
        try:
            user, movie, value, time = cells[:4]
            item = ids[movie]
            users.append(f"{folder.name}/{user}")
            items.append(item)
            values.append(float(value))
            times.append(int(time))
        except KeyError:
            report.skip(RowError(name, line, f"a rating of film {movie}, which is not in the list"))
        except ValueError:
            report.skip(RowError(name, line, "expected user, film, rating and time"))
            del users[len(times) :], items[len(times) :], values[len(times) :]
    columns = {
        "user": pa.array(users, pa.string()),
        "item": pa.array(items, pa.string()),
        "value": pa.array(np.asarray(values, np.float32)),
        "time": pa.array(np.asarray(times, np.int64)),
    }
    return pa.table(columns)
