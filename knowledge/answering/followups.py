"""What to ask next, and the small ordering and citing that every answer shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.answering.answers import Suggestion
from knowledge.answering.sentences import Sentences
from knowledge.graph import WORK_TYPES, Fact, Graph
from knowledge.questions.readings import Hop
from knowledge.text import Language

__all__ = ["by_year", "cited", "follow_ups"]

MAX_FACTS = 24
"""How many facts an answer cites; a list of hundreds does not need them all."""


def follow_ups(
    graph: Graph, sentences: Sentences, topic: str, hops: Sequence[Hop], lang: Language
) -> tuple[Suggestion, ...]:
    """Up to three things to ask next about a work that the graph can answer."""
    name = sentences.name(topic, lang)
    if graph.entity(topic).type not in WORK_TYPES:
        return ()
    asked = {hop.relation for hop in hops}
    zh = {
        "directed_by": ("谁导演的", f"{name}是谁导演的"),
        "cast": ("主演有谁", f"{name}的主演有谁"),
        "performed_by": ("谁的专辑", f"{name}是谁的专辑"),
        "year": ("哪年的", f"{name}是哪年的"),
        "runtime": ("多长", f"{name}有多长"),
        "episodes": ("多少集", f"{name}有多少集"),
    }
    en = {
        "directed_by": ("Who directed it", f"Who directed {name}"),
        "cast": ("Who is in it", f"Who stars in {name}"),
        "performed_by": ("Whose album", f"Whose album is {name}"),
        "year": ("What year", f"What year is {name} from"),
        "runtime": ("How long", f"How long is {name}"),
        "episodes": ("How many episodes", f"How many episodes does {name} have"),
    }
    if graph.entity(topic).type != "album":  # a company or a troupe has no album of it
        zh["performed_by"] = ("谁演出的", f"{name}是哪个团演的")
        en["performed_by"] = ("Who performs it", f"Who performs {name}")
    found = []
    directors = graph.objects(topic, "directed_by")
    if "directed_by" in asked and len(hops) == 1 and len(directors) == 1:
        person = sentences.name(directors[0], lang)
        if len(graph.subjects(str(directors[0]), "directed_by")) > 1:
            text = f"{person}还导演过什么" if lang == "zh" else f"What else did {person} direct"
            found.append(Suggestion(text, text))
    for relation, (title, text) in (zh if lang == "zh" else en).items():
        if relation not in asked and graph.objects(topic, relation):
            found.append(Suggestion(title, text))
    return tuple(found[:3])


def by_year(works: Iterable[str], graph: Graph, *, newest_first: bool = False) -> list[str]:
    """Works in order of year; those without one come last."""
    sign = -1 if newest_first else 1

    def key(work: str) -> tuple[bool, int]:
        year = graph.value(work, "year")
        return not isinstance(year, int), sign * int(year) if isinstance(year, int) else 0

    return sorted(works, key=key)


def cited(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The first facts of an answer, none twice."""
    return tuple(dict.fromkeys(facts))[:MAX_FACTS]
