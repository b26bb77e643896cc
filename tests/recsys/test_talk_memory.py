"""What a talk keeps and lets go of, how often it asks, and what it says of what it does not know."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.conversation import Conversation
from recsys.critiques import CritiqueReader
from recsys.elicit import log_belief
from recsys.operations import Operation
from recsys.points import ratings
from recsys.posterior_scoring import PosteriorScorer
from recsys.state import PreferenceState


def test_one_thing_is_taken_back_and_the_rest_stays() -> None:
    said = [
        Operation("like", "item", "film/coco"),
        Operation("dislike", "item", "film/ring"),
        Operation("seen", "item", "film/coco"),
        Operation("similar_to", "item", "film/coco"),
        Operation("not", "genre", "genre/horror"),
        Operation("only", "country", ("country/jp", "country/kr")),
        Operation("only", "cast", "person/zhou-xun"),
        Operation("less", "runtime", None, "film/coco"),
    ]
    state = PreferenceState().apply(said)
    after = state.apply([Operation("reset", "item", "film/coco")])
    assert not after.liked and not after.seen and not after.similar_to
    assert after.disliked == state.disliked and after.wishes == state.wishes
    for value, gone in (("genre/horror", "genre"), ("country/kr", "country"), ("person/zhou-xun", "cast")):
        left = state.apply([Operation("reset", "person" if gone == "cast" else gone, value)]).wishes
        assert {w.operation.facet for w in state.wishes} - {w.operation.facet for w in left} == {gone}
    assert state.apply([Operation("reset", "genre", "genre/comedy")]).wishes == state.wishes
    taken = PreferenceState().apply([Operation("accept", "item", "film/coco")])
    assert taken.apply([Operation("reset", "item", "film/coco")]).excluded == frozenset()
    op = Operation("reset", "genre", "genre/horror")
    assert Operation.from_json(op.to_json()) == op


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ratings_are_said_to_be_missing_once_and_nothing_is_claimed(
    talk: Conversation, reader: CritiqueReader, lang
) -> None:
    words = "评分8分以上的喜剧" if lang == "zh" else "a comedy rated above 8"
    result = talk.recommend(PreferenceState().apply(reader.parse(words)), k=3, lang=lang)
    assert result.items and all("genre/comedy" in talk.graph.objects(one.item, "genre") for one in result.items)
    assert ("没有评分" if lang == "zh" else "any ratings") in result.message
    assert not any(facet == "rating" for one in result.items for facet, _ in one.satisfied)
    again = talk.recommend(result.state.apply([Operation("another")]), k=1, lang=lang)
    assert "评分" not in again.message and "ratings" not in again.message


@pytest.mark.parametrize(
    ("text", "points"),
    [("豆瓣8.5分以上", 9), ("评分七分以上", 7), ("rated at least 7", 7), ("a 4 star rating", 4), ("imdb 8+", 8)],
)
def test_points(text: str, points: int) -> None:
    assert [least for _, least in ratings(text)] == [points]


@pytest.mark.parametrize("text", ["90分钟以内", "第8部", "8部电影", "the 39 steps", "十分好看", "8点开始"])
def test_what_is_no_rating(text: str) -> None:
    assert not list(ratings(text))


def test_at_most_two_questions_a_talk_and_a_second_only_if_it_tells(
    demo_talk: Conversation, demo_reader: CritiqueReader
) -> None:
    asked = []
    state = PreferenceState()
    for words in ("", "想放松一下", "换一批", "换一批", "再来"):
        result = demo_talk.recommend(state.apply(demo_reader.parse(words)), k=4)
        asked += [result.question.id] if result.question else []
        state = result.state
    assert 1 <= len(asked) <= 2 and len(set(asked)) == len(asked)
    told = PreferenceState().apply(demo_reader.parse("周迅演的爱情片"))
    assert demo_talk.recommend(told, k=4).question is None


def test_belief_is_the_mean_of_what_each_draw_would_choose(demo_talk: Conversation) -> None:
    ranker = demo_talk._ranker
    assert isinstance(ranker, PosteriorScorer)
    ranking = ranker.rank(PreferenceState(), [("film/interstellar-2014", 1.0)])
    allowed = np.arange(len(demo_talk.facets)) % 3 == 0
    got = np.exp(log_belief(ranking.draw, allowed, 0.1, np.random.default_rng(4)).astype(np.float64))
    rng, expected = np.random.default_rng(4), np.zeros(len(allowed))
    for _ in range(8):
        weight = np.where(allowed, np.exp(ranking.draw(rng).astype(np.float64) / 0.1), 0.0)
        expected += weight / weight.sum() / 8
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-9)
    assert got.sum() == pytest.approx(1.0, abs=1e-4) and not got[~allowed].any()


def test_every_part_of_a_score_is_an_observation(demo_talk: Conversation) -> None:
    """Exact: the reason's work adds what it is said to, and taking it away takes just the posterior's word for it."""
    ranker = demo_talk._ranker
    assert isinstance(ranker, PosteriorScorer)
    history = [("film/interstellar-2014", 1.0), ("film/inception-2010", -1.0), ("film/coco-2017", 0.5)]
    state = PreferenceState().apply(
        [Operation("like", "mood", "mood/light"), Operation("similar_to", "item", "film/tenet-2020")]
    )
    ranking = ranker.rank(state, history)
    for row in (0, 100, 500):
        parts = ranking.parts(row)
        assert set(parts) == {"prior", "taste", "likeness", "wish:0"}
        assert sum(parts.values()) == pytest.approx(float(ranking.scores[row]), abs=1e-4)
        because = ranking.because(row)
        assert sum(one.part for one in because) == pytest.approx(parts["taste"], abs=1e-4)
        assert [one.work for one in because] == [work for work, _ in history]
        assert all(one.audience == 0 for one in because), "nobody has watched anything yet"
