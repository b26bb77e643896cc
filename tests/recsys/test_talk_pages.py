"""How a page is filled: alternatives covered, genres in proportion, and otherwise works that are not all alike."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.graph import Graph
from recsys.among import narrowed
from recsys.content import ContentSimilarity
from recsys.conversation import Conversation
from recsys.critiques import CritiqueReader
from recsys.facets import Facets
from recsys.model import top_k
from recsys.operations import Operation
from recsys.page import Pager, Rerank
from recsys.rerank import maximal_marginal_relevance
from recsys.state import PreferenceState


@pytest.fixture(scope="module")
def facets(demo: Graph) -> Facets:
    return Facets(demo)


@pytest.fixture(scope="module")
def vectors(demo: Graph):  # type: ignore[no-untyped-def]
    return ContentSimilarity.of(demo).vectors


@pytest.fixture(scope="module")
def scores(facets: Facets) -> np.ndarray:
    """Comedies come first: the best score 2, the best of everything else 1."""
    rng = np.random.default_rng(0)
    return (facets.mask("genre", ["genre/comedy"]) + rng.random(len(facets))).astype(np.float32)


def page(facets, vectors, scores, rerank: Rerank, state=None, told=()) -> list[str]:  # type: ignore[no-untyped-def]
    pager = Pager(facets, vectors, facets.genres(), rerank)
    rows = pager.rows(scores, np.ones(len(scores), bool), 6, state or PreferenceState(), list(told))
    return [facets.items[row] for row in rows]


def films(facets: Facets, genre: str, n: int) -> list[tuple[str, float]]:
    rows = np.flatnonzero(facets.mask("genre", [f"genre/{genre}"]) & facets.mask("type", ["film"]))
    return [(facets.items[row], 1.0) for row in rows[:n]]


def test_genres(facets: Facets, demo: Graph) -> None:
    genres = facets.genres()
    for row in range(0, len(facets), 97):
        assert genres[row].sum() == len(set(demo.objects(facets.items[row], "genre")))


def test_someone_known_gets_the_genres_in_proportion(facets, vectors, scores) -> None:
    """Most of what they like is horror; the ranking holds comedies, with horror a little behind."""
    spread = scores + 0.95 * facets.mask("genre", ["genre/horror"])
    told = [*films(facets, "horror", 8), *films(facets, "comedy", 4)]
    kinds = facets.genres()
    kinds /= np.maximum(kinds.sum(axis=1, keepdims=True), 1)
    liked = kinds[[facets.row[item] for item, _ in told]].mean(axis=0)

    def apart(rerank: Rerank) -> float:
        shown = page(facets, vectors, spread, rerank, told=told)
        return float(np.abs(kinds[[facets.row[item] for item in shown]].mean(axis=0) - liked).sum())

    assert apart("auto") < 0.8 * apart("mmr") and apart("auto") < 0.8 * apart("none")
    assert page(facets, vectors, spread, "auto", told=told) == page(facets, vectors, spread, "calibrated", told=told)


def test_too_little_or_a_wish_is_no_proportion(facets, vectors, scores) -> None:
    few, many = films(facets, "war", 4), films(facets, "war", 9)
    wish = PreferenceState().apply([Operation("only", "genre", "genre/comedy")])
    like = PreferenceState().apply([Operation("similar_to", "item", many[0][0])])
    refused = [(item, -1.0) for item, _ in many]
    mmr = page(facets, vectors, scores, "mmr")
    for state, told in ((PreferenceState(), few), (wish, many), (like, many), (PreferenceState(), refused)):
        assert page(facets, vectors, scores, "auto", state, told) == mmr
    assert page(facets, vectors, scores, "auto", told=many) != mmr


@pytest.mark.parametrize("how", ["auto", "xquad"])
def test_of_alternatives_each_is_shown(facets, vectors, scores, how: Rerank) -> None:
    either = PreferenceState().apply([Operation("only", "type", ("film", "album"))])
    of_type = facets.mask("type", ["film"]) + 0.8 * facets.mask("type", ["album"])  # albums lie a little behind
    close = (of_type + np.random.default_rng(1).random(len(facets)) / 10).astype(np.float32)
    shown = page(facets, vectors, close, how, either)
    assert {item.split("/")[0] for item in shown[:2]} == {"film", "album"}
    assert {item.split("/")[0] for item in page(facets, vectors, close, "none", either)} == {"film"}


def test_plain_and_mmr_are_what_they_are_called(facets, vectors, scores) -> None:
    everything = np.ones(len(scores), bool)
    expected = [facets.items[row] for row in top_k(scores, 6, everything)]
    assert page(facets, vectors, scores, "none") == expected
    expected = [facets.items[row] for row in maximal_marginal_relevance(scores, vectors, everything, 6)]
    assert page(facets, vectors, scores, "mmr") == page(facets, vectors, scores, "auto") == expected


def test_another_way_is_refused(demo: Graph) -> None:
    with pytest.raises(ValueError, match="rerank must be one of auto, mmr"):
        Conversation(None, demo, rerank="best")  # type: ignore[arg-type]


def test_nothing_forbidden_gets_onto_a_page(facets, vectors, scores) -> None:
    allowed = facets.mask("type", ["film"]) & ~facets.mask("genre", ["genre/comedy"])
    told = films(facets, "war", 9)
    for how in ("auto", "calibrated", "xquad", "mmr", "none"):
        rows = Pager(facets, vectors, facets.genres(), how).rows(scores, allowed, 6, PreferenceState(), told)  # type: ignore[arg-type]
        assert len(set(rows.tolist())) == 6 and allowed[rows].all()
        none = Pager(facets, vectors, facets.genres(), how).rows(scores, allowed & False, 6, PreferenceState(), told)  # type: ignore[arg-type]
        assert not len(none)


# --- a list in view ---------------------------------------------------------------------------------------------------


def minutes(facets: Facets, works: list[str]) -> list[float]:
    return [float(facets.ordinals["runtime"][facets.row[work]]) for work in works]


@pytest.fixture(scope="module")
def five(facets: Facets) -> list[str]:
    """Five films of five lengths, in no order."""
    length = facets.ordinals["runtime"]
    rows = np.flatnonzero(facets.mask("type", ["film"]) & ~np.isnan(length))
    _, first = np.unique(length[rows], return_index=True)
    chosen = [facets.items[row] for row in rows[first[::3]][:5]]
    return [chosen[at] for at in (2, 0, 4, 1, 3)]


def test_shorter_of_a_list(facets: Facets, five: list[str]) -> None:
    in_order = sorted(five, key=lambda work: minutes(facets, [work]))
    kept, operations = narrowed(five, [Operation("less", "runtime", anchor="film/elsewhere")], facets)
    assert kept == in_order[:2], "shortest first"
    assert operations == [Operation("less", "runtime", anchor=in_order[2])], "the middle of the list"
    assert narrowed(five, [Operation("more", "runtime")], facets)[0] == in_order[:-3:-1]
    assert narrowed(five, [Operation("less", "runtime", strength=2.0)], facets)[0] == in_order[:1]
    assert narrowed(in_order[:2], [Operation("less", "runtime")], facets)[0] == in_order[:1]


def test_other_conditions_of_the_same_breath_hold_too(facets: Facets, five: list[str]) -> None:
    shorter = Operation("less", "runtime")
    kept, _ = narrowed(five, [shorter, Operation("only", "year", (None, 3000))], facets)
    assert kept == narrowed(five, [shorter], facets)[0]
    assert narrowed(five, [shorter, Operation("not", "type", "film")], facets)[0] == []
    assert narrowed(five, [shorter, Operation("only", "type", "album")], facets)[0] == []


def test_moods_have_degrees(facets: Facets, five: list[str]) -> None:
    kept, _ = narrowed(five, [Operation("more", "mood", "mood/light")], facets)
    light = facets.mood("mood/light")
    rest = [light[facets.row[work]] for work in five if work not in kept]
    assert kept and min(light[facets.row[work]] for work in kept) > max(rest)


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [Operation("only", "genre", "genre/comedy")],
        [Operation("another")],
        [Operation("less", "runtime"), Operation("another")],
        [Operation("less", "runtime"), Operation("dislike", "item", "film/interstellar-2014")],
        [Operation("more", "genre", "genre/comedy")],
        [Operation("more", "mood", "mood/unheard-of")],
        [Operation("more", "rating")],
    ],
)
def test_what_cannot_be_judged_within_a_list_narrows_nothing(facets: Facets, five: list[str], operations) -> None:
    assert narrowed(five, operations, facets) == ([], operations)


def test_lists_with_nothing_to_choose_from(facets: Facets, five: list[str]) -> None:
    shorter = [Operation("less", "runtime")]
    for works in ([], five[:1], ["film/nowhere", five[0]], [five[0], five[0]]):
        assert narrowed(works, shorter, facets)[0] == []


def test_the_reader_and_a_list(demo: Graph, demo_reader: CritiqueReader, facets: Facets, five: list[str]) -> None:
    for words in ("短一点的", "something shorter"):
        parsed = demo_reader.parse(words, shown=five)
        kept, _ = narrowed(five, parsed, facets)
        assert kept and max(minutes(facets, kept)) < sorted(minutes(facets, five))[2], words
