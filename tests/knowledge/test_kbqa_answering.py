"""Questions about small graphs, without training, in both languages; what is odd, and what is kept."""

from __future__ import annotations

from pathlib import Path as FilePath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.graph import Entity, Fact, Graph, KnowledgeError, Relation
from knowledge.kbqa import Adjacency, PathQA

FILMS = """
Alpha|directed_by|Ann Lee
Alpha|written_by|Bob Ray
Alpha|starred_actors|Cid Poe
Alpha|starred_actors|Dee Fox
Alpha|release_year|1990
Alpha|has_genre|Drama
Beta|directed_by|Ann Lee
Beta|written_by|Eve Orr
Beta|starred_actors|Cid Poe
Beta|release_year|1999
Beta|has_genre|Comedy
Gamma|directed_by|Bob Ray
Gamma|written_by|Bob Ray
Gamma|starred_actors|Dee Fox
Gamma|release_year|2005
Gamma|has_genre|Drama
"""

TOWNS = """
Paris|capital_of|France
Paris|population|2100000
Lyon|located_in|France
Lyon|population|520000
Lille|located_in|France
Lille|population|236000
Ada Byron|born_in|Paris
Ada Byron|married_to|Max Cole
Max Cole|born_in|Lyon
"""


def parsed(text: str) -> list[tuple[str, str, str]]:
    return [tuple(line.split("|")) for line in text.split("\n") if line]  # type: ignore[misc]


@pytest.fixture(scope="module")
def films() -> PathQA:
    return PathQA(Adjacency.from_triples(parsed(FILMS)))


@pytest.fixture(scope="module")
def towns() -> PathQA:
    return PathQA(Adjacency.from_triples(parsed(TOWNS)))


@pytest.fixture(scope="module")
def bilingual() -> PathQA:
    graph = Graph()
    named = {
        "film/hero": ("film", "英雄", "Hero"),
        "film/shadow": ("film", "影", "Shadow"),
        "film/ju-dou": ("film", "菊豆", "Ju Dou"),
        "person/zhang": ("person", "张艺谋", "Zhang Yimou"),
        "person/gong": ("person", "巩俐", "Gong Li"),
        "person/jet": ("person", "李连杰", "Jet Li"),
        "genre/wuxia": ("genre", "武侠", "wuxia"),
    }
    for id_, (type_, zh, en) in named.items():
        graph.add_entity(Entity(id_, type_, {"zh": zh, "en": en}))
    graph.add_relation(Relation("directed_by", {"zh": "导演", "en": "director"}, {"zh": "导演作品", "en": "directed"}))
    graph.add_relation(Relation("cast", {"zh": "主演", "en": "cast"}, {"zh": "参演作品", "en": "films with"}))
    graph.add_relation(Relation("genre", {"zh": "类型", "en": "genre"}, {"zh": "作品", "en": "works"}))
    graph.add_relation(Relation("year", {"zh": "年份", "en": "year"}, {}, "integer"))
    graph.add_relation(Relation("runtime", {"zh": "片长", "en": "running time"}, {}, "integer"))
    for subject, relation, target in [
        ("film/hero", "directed_by", "person/zhang"),
        ("film/shadow", "directed_by", "person/zhang"),
        ("film/ju-dou", "directed_by", "person/zhang"),
        ("film/hero", "cast", "person/jet"),
        ("film/ju-dou", "cast", "person/gong"),
        ("film/hero", "genre", "genre/wuxia"),
        ("film/hero", "year", 2002),
        ("film/shadow", "year", 2018),
        ("film/ju-dou", "year", 1990),
        ("film/hero", "runtime", 99),
        ("film/shadow", "runtime", 116),
        ("film/ju-dou", "runtime", 95),
    ]:
        graph.add_fact(Fact(subject, relation, target, "test"))
    return PathQA(graph)


@pytest.mark.parametrize(
    ("question", "answers", "path"),
    [
        ("who directed Alpha", {"Ann Lee"}, ("directed_by",)),
        ("who is the screenwriter of Alpha", {"Bob Ray"}, ("written_by",)),
        ("which movies did Ann Lee direct", {"Alpha", "Beta"}, ("^directed_by",)),
        ("when was Beta released", {"1999"}, ("release_year",)),
        ("what kind of film is Gamma", {"Drama"}, ("has_genre",)),
        ("who acted in Alpha", {"Cid Poe", "Dee Fox"}, ("starred_actors",)),
        ("who wrote the films directed by Ann Lee", {"Bob Ray", "Eve Orr"}, ("^directed_by", "written_by")),
        ("which films share a director with Alpha", {"Beta"}, ("directed_by", "^directed_by")),
        ("who co-starred with Cid Poe", {"Dee Fox"}, ("^starred_actors", "starred_actors")),
        (
            "who acted in the films directed by the director of Beta",
            {"Cid Poe", "Dee Fox"},
            ("directed_by", "^directed_by", "starred_actors"),
        ),
        ("Alpha是谁导演的", {"Ann Lee"}, ("directed_by",)),
        ("Alpha的导演还拍过什么", {"Beta"}, ("directed_by", "^directed_by")),
        ("Beta是哪年上映的", {"1999"}, ("release_year",)),
    ],
)
def test_labels_are_enough(films: PathQA, question: str, answers: set[str], path: tuple[str, ...]) -> None:
    result = films.answer(question)
    assert ({found.label for found in result.answers}, result.path) == (answers, path)
    assert result.source == "labels" and 0 < result.confidence < 1


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("where was Ada Byron born", {"Paris"}),
        ("who is the wife of Max Cole", {"Ada Byron"}),
        ("what is the capital of France", {"Paris"}),
        ("where was the husband of Ada Byron born", {"Lyon"}),
        ("Ada Byron出生在哪里", {"Paris"}),
        ("Max Cole的妻子是谁", {"Ada Byron"}),
    ],
)
def test_any_graph_will_do(towns: PathQA, question: str, answers: set[str]) -> None:
    assert {found.label for found in towns.answer(question).answers} == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("英雄是谁导演的", ["张艺谋"]),
        ("张艺谋导演过哪些电影", ["英雄", "影", "菊豆"]),
        ("张艺谋最新的电影是哪部", None),
        ("张艺谋导演的电影里哪部最长", ["影"]),
        ("张艺谋导演的最早的电影", ["菊豆"]),
        ("what is the first film directed by Zhang Yimou", ["Ju Dou"]),
        ("what is the shortest film by director Zhang Yimou", ["Ju Dou"]),
        ("when did the latest film directed by Zhang Yimou come out", None),
        ("最长的电影", ["影"]),
        ("what is the longest film", ["Shadow"]),
    ],
)
def test_superlatives(bilingual: PathQA, question: str, answers: list[str] | None) -> None:
    result = bilingual.answer(question)
    if answers is not None:
        assert [found.label for found in result.answers] == answers
    assert set(result.facts) <= {
        tuple(
            str(bilingual.adjacency.nodes[i].id) if n != 1 else bilingual.adjacency.relations[i].id
            for n, i in enumerate(row)
        )
        for row in bilingual.adjacency.triples.tolist()
    }


@pytest.mark.parametrize(
    ("question", "kind", "value"),
    [
        ("how many films did Zhang Yimou direct", "count", 3),
        ("张艺谋导演了几部电影", "count", 3),
        ("Did Zhang Yimou direct Hero?", "yes_no", True),
        ("Is Gong Li in the cast of Hero?", "yes_no", False),
        ("英雄是张艺谋导演的吗", "yes_no", True),
        ("英雄是不是巩俐主演的", "yes_no", False),
        ("how many years between Hero and Shadow", "difference", 16),
        ("Shadow is how much longer than Hero", "difference", 17),
        ("菊豆比英雄早几年", "difference", 12),
    ],
)
def test_counts_claims_and_differences(bilingual: PathQA, question: str, kind: str, value: int | bool) -> None:
    result = bilingual.answer(question)
    assert (result.kind, result.value) == (kind, value)
    assert result.facts and result.confidence > 0


@pytest.mark.parametrize(
    "question", ["who directed The Last Exorcism", "《最后的武士》的导演", "the latest film Foo Bar"]
)
def test_a_superlative_in_an_unknown_title_asks_for_nothing(bilingual: PathQA, question: str) -> None:
    assert not bilingual.answer(question).answers


def test_one_character_of_a_word_is_no_topic(bilingual: PathQA) -> None:
    assert bilingual.answer("王二导演的电影有哪些").topic != "film/shadow"


def test_the_topic_may_be_told(films: PathQA) -> None:
    assert films.answer("who directed it", "Beta").answers[0].label == "Ann Lee"
    assert films.answer("who directed Alpha and then Beta", "Beta").topic == "Beta"
    unknown = films.answer("who directed it", "Alfa")
    assert not unknown and unknown.nearest == ("Alpha",)


def test_misspelt_names_are_read_and_trusted_less(bilingual: PathQA) -> None:
    right, wrong = bilingual.answer("who directed Zhang Yimou"), bilingual.answer("films directed by Zhang Yimuo")
    assert wrong.topic == "person/zhang"
    assert wrong.confidence < max(right.confidence, 0.7)


@pytest.mark.parametrize(
    "question", ["", "   ", "?!", "\ud800", "\x00", "谁", "who directed", "[]" * 50, "\ue000\ue001"]
)
def test_a_question_that_names_nothing_gets_nothing(films: PathQA, question: str) -> None:
    result = films.answer(question)
    assert not result and result.answers == () and result.confidence == 0 and result.facts == ()


def test_forty_names_and_two_megabytes(films: PathQA) -> None:
    assert films.answer(" ".join(["Alpha", "Beta", "Gamma"] * 14) + " who directed").confidence <= 1
    assert films.answer("who directed Alpha " * 110_000).confidence <= 1
    assert films.answer("x" * 2_000_000).kind == "none"


@pytest.mark.parametrize("question", ["who directed Alpha", "how many films", "the longest film", ""])
def test_an_empty_graph_answers_nothing(question: str) -> None:
    assert not PathQA(Adjacency.from_triples([])).answer(question)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    qa = PathQA(Adjacency.from_triples(parsed(FILMS)))
    for question in (text, f"who directed Alpha {text}", f"{text} Ann Lee {text} Beta?"):
        result = qa.answer(question)
        assert 0 <= result.confidence <= 1
        assert set(result.facts) <= set(parsed(FILMS))


def test_a_limit_is_kept_and_the_count_is_not_cut(films: PathQA, bilingual: PathQA) -> None:
    assert len(films.answer("who acted in Alpha", limit=1).answers) == 1
    counted = bilingual.answer("how many films did Zhang Yimou direct", limit=1)
    assert counted.value == 3 and len(counted.answers) == 1


def test_what_is_saved_is_what_is_loaded(tmp_path: FilePath) -> None:
    qa = PathQA(Adjacency.from_triples(parsed(FILMS)))
    pairs = [(f"boss of {film}", film, ["Ann Lee"]) for film in ("Alpha", "Beta")]
    pairs += [(f"boss of {film}", film, ["Bob Ray"]) for film in ("Gamma",)] * 2
    qa.fit(pairs * 10)
    qa.save(tmp_path)
    again = PathQA.load(tmp_path)
    assert again.learned is not None and qa.learned is not None
    assert np.array_equal(again.learned.weights, qa.learned.weights)
    for question in ("boss of Alpha", "boss of Gamma", "who wrote Beta", "nothing"):
        assert again.answer(question) == qa.answer(question)
    assert again.answer("boss of Beta").answers[0].label == "Ann Lee"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pathqa.json", "pathqa.npz"]


def test_a_damaged_folder_is_said(tmp_path: FilePath) -> None:
    with pytest.raises(KnowledgeError, match=r"pathqa\.json: not there"):
        PathQA.load(tmp_path)
    PathQA(Adjacency.from_triples(parsed(FILMS))).save(tmp_path)
    (tmp_path / "pathqa.npz").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(KnowledgeError, match="damaged"):
        PathQA.load(tmp_path)
    (tmp_path / "pathqa.json").write_text("{")
    with pytest.raises(KnowledgeError, match="damaged"):
        PathQA.load(tmp_path)


def test_from_a_file(tmp_path: FilePath) -> None:
    (tmp_path / "kb.txt").write_text(FILMS.strip(), encoding="utf-8")
    qa = PathQA.from_triples(tmp_path / "kb.txt")
    assert [result.answers[0].label for result in qa.answer_many(["who directed Alpha", "who wrote Beta"])] == [
        "Ann Lee",
        "Eve Orr",
    ]
