"""Relations nobody wrote a rule for, imported as triples and asked for by their own names, in either language."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.answer import Answerer
from knowledge.catalogue import Catalogue
from knowledge.importers.triples import import_triples

TRIPLES = """
Inception|box office|829 million dollars
Interstellar|box office|733 million dollars
Inception|filming location|Morocco
Interstellar|filming location|Iceland
Toy Story 3|sequel of|Toy Story
The Wandering Earth II|sequel of|The Wandering Earth
霸王别姬|制片人|徐枫
Inception|stuntmen|41
"""


@pytest.fixture(scope="module")
def informed(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    home = tmp_path_factory.mktemp("home")
    path = Path(home) / "extra.txt"
    path.write_text(TRIPLES.strip(), encoding="utf-8")
    import_triples(path, home)
    return Answerer(Catalogue.load(home))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What's the box office of Inception?", "Inception — box office: 829 million dollars."),
        ("盗梦空间的票房", "《盗梦空间》的票房：829 million dollars。"),  # imported in English only
        ("where was Interstellar filmed", "Interstellar — filming location: Iceland."),
        ("霸王别姬的制片人是谁", "《霸王别姬》的制片人：徐枫。"),
        ("who was the producer of Farewell My Concubine", "Farewell My Concubine — producer: 徐枫."),
        ("Inception stuntmen", "Inception — stuntmen: 41."),
    ],
)
def test_forward(informed: Answerer, question: str, text: str) -> None:
    answer = informed.answer(question)
    assert (answer.kind, answer.text) == ("path", text)
    assert answer.facts and all(informed.graph.fact(f.subject, f.relation, f.object) == f for f in answer.facts)


@pytest.mark.parametrize(
    ("question", "path", "entities"),
    [
        ("which films were filmed in Iceland", ["^filming_location"], ["film/interstellar-2014"]),
        ("冰岛取景的电影", ["^filming_location"], ["film/interstellar-2014"]),
        ("what is the sequel of The Wandering Earth", ["^sequel_of"], ["film/the-wandering-earth-2-2023"]),
        ("流浪地球2是哪部的续集", ["sequel_of"], ["film/the-wandering-earth-2019"]),
        (
            "who directed the film that is the sequel of Toy Story",
            ["^sequel_of", "directed_by"],
            ["person/lee-unkrich"],
        ),
    ],
)
def test_backward_and_over_two_hops(informed: Answerer, question: str, path: list[str], entities: list[str]) -> None:
    answer = informed.answer(question)
    assert (list(answer.path), list(answer.entities)) == (path, entities), answer.text
    assert answer.facts


def test_what_was_always_known_is_answered_as_before(informed: Answerer, demo_answerer: Answerer) -> None:
    for question in ("星际穿越是谁导演的", "films directed by Nolan", "怎么开发票", "今天天气怎么样"):
        assert informed.answer(question).text == demo_answerer.answer(question).text


def test_what_is_still_not_kept_is_said(informed: Answerer) -> None:
    answer = informed.answer("星际穿越的摄影师是谁")
    assert answer.kind == "clarify" and "没有" in answer.text and not answer.facts


def test_nothing_is_built_for_a_catalogue_without_such_relations(demo_answerer: Answerer) -> None:
    assert demo_answerer._imported.answer("盗梦空间的票房", "zh") is None
    assert "_reader" not in vars(demo_answerer._imported)
