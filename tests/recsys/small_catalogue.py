"""A catalogue small enough to know by heart: 30 works whose right answers can be worked out by eye."""

from __future__ import annotations

from pathlib import Path

from knowledge.building import GraphBuilder
from knowledge.catalogue import DEMO
from knowledge.graph import Graph
from knowledge.records import clean_record
from knowledge.vocabulary import Vocabulary


def small_graph() -> Graph:
    """The 30 works as a graph, with the real vocabulary."""
    builder = GraphBuilder(Vocabulary.load(DEMO / "vocabulary.json"))
    for line in Path(__file__).with_name("works.txt").read_text(encoding="utf-8").splitlines()[1:]:
        cells = [cell.strip() for cell in line.split("|")]
        id_, zh, en, year, countries, languages, genres, moods, length, makers, cast = cells
        type_ = id_.split("/")[0]
        runtime, _, episodes = length.partition("/")
        people = [name.strip().replace(":", "|") for name in makers.split(";") if name.strip()]
        record = clean_record(
            {
                "id": id_,
                "type": type_,
                "title": {"zh": zh, "en": en},
                "year": int(year),
                "countries": countries.split(),
                "languages": languages.split(),
                "genres": genres.split(),
                "moods": moods.split(),
                "runtime": int(runtime),
                "episodes": int(episodes) if episodes else None,
                "artists" if type_ in ("album", "show") else "directors": people,
                "cast": [name.strip().replace(":", "|") for name in cast.split(";") if name.strip()],
            }
        )
        builder.add_record(record)
    return builder.graph
