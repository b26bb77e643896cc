"""Fact search over a graph in both languages, untrained."""

from __future__ import annotations

import pytest

import knowledge.fact_search
from knowledge.fact_search import DialogueFacts, FactSearch


@pytest.fixture(scope="module")
def search(graph) -> FactSearch:
    return FactSearch(graph)


@pytest.fixture(scope="module")
def dialogue(graph) -> DialogueFacts:
    return DialogueFacts(graph)


@pytest.mark.parametrize(
    ("question", "subject", "relation"),
    [
        ("星际穿越是谁导演的", "Interstellar", "directed_by"),
        ("星際穿越是誰導演的", "Interstellar", "directed_by"),
        ("Interstellar 的导演是谁", "Interstellar", "directed_by"),
        ("who directed Interstellar?", "Interstellar", "directed_by"),
        ("how long is interstellar", "Interstellar", "runtime"),
        ("《星际穿越》有多长", "Interstellar", "runtime"),
        ("盗梦空间是哪年上映的", "Inception", "year"),
        ("流浪地球2的导演", "The Wandering Earth II", "directed_by"),
        ("流浪地球的导演", "The Wandering Earth", "directed_by"),
        ("what country is Parasite from", "Parasite", "country"),
    ],
)
def test_it_finds_the_fact(search, graph, question, subject, relation):
    hit = search.search(question, 1)[0]
    assert (graph.entity(hit.fact.subject).label("en"), hit.fact.relation) == (subject, relation)
    assert hit.fact in graph.facts(hit.fact.subject)
    assert hit.confidence > 0.5


def test_a_fact_can_be_asked_for_from_its_other_end(search, graph):
    for question in ("克里斯托弗·诺兰导演过什么", "诺兰导演过什么", "what did Christopher Nolan direct"):
        hits = search.search(question, 2)
        assert {graph.entity(hit.fact.subject).label("zh") for hit in hits} == {"星际穿越", "盗梦空间"}
        assert {hit.fact.relation for hit in hits} == {"directed_by"}


def test_a_fact_that_is_named_at_both_ends_comes_first(search, graph):
    for name in ("Matthew McConaughey", "Anne Hathaway"):
        assert graph.entity(str(search.search(f"cast of Interstellar {name}", 1)[0].fact.object)).label("en") == name


def test_hits_are_distinct_ordered_and_say_why(search):
    hits = search.search("星际穿越的演员有谁", 10)
    assert len({hit.fact for hit in hits}) == len(hits) == 10
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.confidence <= 1 for hit in hits)
    assert hits[0].why == "星际穿越 · 主演"
    assert len(search.search("星际穿越的演员有谁", 1)) == 1


def test_what_nothing_knows_is_nothing_or_doubted(search):
    assert search.search("") == [] and search.search("？！") == []
    for question in ("今天天气怎么样", "who am I", "x" * 100_000):
        assert all(hit.confidence < 0.3 for hit in search.search(question))


def test_a_conversation_is_followed(dialogue, graph):
    history = ["知道星际穿越吗？", "知道，科幻片。", "片子多长？"]
    hit = dialogue.search(history, 1)[0]
    assert (hit.fact.relation, hit.fact.object, hit.why) == ("runtime", 169, "星际穿越 · 片长（分钟）")
    hit = dialogue.search(["Have you seen Inception?", "I have!", "Who directed it?"], 1)[0]
    assert (graph.entity(hit.fact.subject).label("en"), hit.fact.relation) == ("Inception", "directed_by")


def test_a_conversation_moves_from_a_film_to_its_director(dialogue, graph):
    history = ["星际穿越是谁导演的？", "克里斯托弗·诺兰。", "他还导演过什么？"]
    hit = dialogue.search(history, 1)[0]
    assert (graph.entity(hit.fact.subject).label("zh"), hit.fact.relation) == (
        "盗梦空间",
        "directed_by",
    )  # the other was said


def test_the_focus_is_enough(dialogue, graph):
    film = next(entity.id for entity in graph.entities("film") if entity.label("en") == "Inception")
    hit = dialogue.search(["谁导演的？"], 1, focus=[film])[0]
    assert (hit.fact.subject, hit.fact.relation) == (film, "directed_by")
    assert dialogue.search([]) == []


def test_it_learns_how_people_here_ask(search, graph):
    ways = {"directed_by": "{}的掌镜人", "year": "{}啥时候跟大家见面的", "genre": "{}算哪一路"}
    works = list(graph.entities(("film", "series")))
    asked = [
        (way.format(work.label("zh")), fact)
        for work in works
        for relation, way in ways.items()
        for fact in graph.facts(work.id)
        if fact.relation == relation
    ]
    held = [(question, fact) for question, fact in asked if fact.subject in {work.id for work in works[::4]}]
    learned = search.learned([pair for pair in asked if pair not in held])

    def right(searching):
        found = [searching.search(question, 1)[0].fact for question, _ in held]
        return sum(
            (hit.subject, hit.relation) == (fact.subject, fact.relation)
            for hit, (_, fact) in zip(found, held, strict=True)
        )

    assert right(learned) > 0.8 * len(held) > right(search)


def test_it_learns_how_conversations_here_go(dialogue, graph):
    films = list(graph.entities("film"))
    talks = []
    for film in films:
        facts = {fact.relation: fact for fact in graph.facts(film.id)}
        name = film.label("zh")
        talk = [(f"聊聊{name}吧", [])]
        talk += [("先说掌镜的人", [facts["directed_by"]])] if "directed_by" in facts else []
        talk += [("再说几岁了", [facts["year"]])] * 2 if "year" in facts else []
        talks.append([*talk, ("好", [])])
    learned = dialogue.learned(talks * 3)
    hit = learned.search(["聊聊盗梦空间吧"], 1)[0]
    assert (hit.fact.relation, graph.entity(hit.fact.subject).label("zh")) == ("directed_by", "盗梦空间")


def test_the_public_page_is_whole():
    for name in knowledge.fact_search.__all__:
        assert getattr(knowledge.fact_search, name).__name__ == name
    with pytest.raises(AttributeError):
        _ = knowledge.fact_search.nothing
