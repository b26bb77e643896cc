"""What is remembered can be seen, changed and taken back piece by piece, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions import profile, taste
from actions.drafts import DraftStore
from knowledge.graph import Graph
from recsys import erasure
from recsys.audience import AudienceStore
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.operations import Operation
from recsys.phrases import name
from recsys.training import load, train

LIKED, REFUSED = "film/inception-2010", "genre/horror"

SAYINGS = {
    "zh": ("我喜欢《盗梦空间》", "不要恐怖片", "忘掉《盗梦空间》", "忘掉关于恐怖片的要求", "你都记着我什么"),
    "en": (
        "I love “Inception”",
        "no horror",
        "forget “Inception”",
        "forget what I said about horror",
        "what do you know",
    ),
}


@pytest.mark.parametrize("lang", SAYINGS)
@pytest.mark.parametrize("action", ["action_data_show", "action_data_delete", "action_critique", "action_feedback"])
def test_one_thing_is_forgotten_and_the_rest_kept(viewer, bundle, lang: str, action: str) -> None:
    """However the message was understood, naming what to forget is enough."""
    like, refuse, forget_work, forget_genre, show = SAYINGS[lang]
    person = viewer(lang)
    person.say("action_feedback", like)
    person.say("action_critique", refuse)
    title, horror = name(bundle.graph, LIKED, lang), name(bundle.graph, REFUSED, lang).lower()
    seen = person.say("action_data_show", show)
    assert title in seen.text and horror in seen.text.lower()
    said = person.say(action, forget_work)
    assert title in said.text.splitlines()[0] and title not in "\n".join(said.text.splitlines()[1:])
    assert LIKED not in dict(bundle.audience.history(person.user))
    assert LIKED not in dict(taste.recall(person.turn(""), bundle.audience, bundle.graph).liked)
    seen = person.say("action_data_show", show)
    assert title not in seen.text and horror in seen.text.lower()
    person.say(action, forget_genre)
    state = taste.recall(person.turn(""), bundle.audience, bundle.graph)
    assert not any(REFUSED in wish.operation.ids for wish in state.wishes)
    assert horror not in person.say("action_data_show", show).text.lower()
    elsewhere = viewer(lang, person.user)
    assert horror not in elsewhere.say("action_data_show", show).text.lower(), "nor on another visit"


@pytest.mark.parametrize("lang", SAYINGS)
def test_what_is_offered_to_be_forgotten_is_forgotten(viewer, bundle, lang: str) -> None:
    person = viewer(lang)
    for words in SAYINGS[lang][:2]:
        person.say("action_critique", words)
    chips = person.say("action_data_show", "").chips
    offered = [chip for chip in chips if chip.lower().startswith(("忘掉", "forget"))]
    assert len(offered) == 2
    for chip in offered:
        person.say("action_data_delete", chip)
    state = taste.recall(person.turn(""), bundle.audience, bundle.graph)
    assert not state.wishes and not state.liked and not bundle.audience.history(person.user)


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "对《盗梦空间》不感兴趣"), ("en", "I'm not interested in “Inception”")]
)
def test_a_later_word_changes_what_is_kept(viewer, bundle, lang: str, words: str) -> None:
    person = viewer(lang)
    person.say("action_feedback", SAYINGS[lang][0])
    person.say("action_feedback", words)
    assert dict(bundle.audience.history(person.user))[LIKED] < 0


def test_everything_is_still_asked_about_before_it_is_erased(viewer, bundle) -> None:
    person = viewer()
    person.say("action_feedback", "我喜欢《盗梦空间》")
    person.say("action_data_delete", "把我的数据都删掉")
    assert bundle.audience.history(person.user)
    person.say("action_data_delete", "确认删除")
    assert not bundle.audience.history(person.user)


def _korean(graph: Graph, item: str) -> bool:
    return "country/kr" in graph.objects(item, "country")


KOREAN = ("lang", "asked", "critique"), [("zh", "有哪些韩国电影", "短一点的"), ("en", "Korean films", "shorter")]


def _after_list(person, bundle, asked: str, works: list[str]) -> None:
    """The slots as :func:`actions.ask.shown` leaves them after a list."""
    parsed = bundle.reader.parse(asked)
    person.slots |= taste.after_list(person.turn(asked), parsed, works, bundle.audience, bundle.graph)
    person.slots |= {"listed": works, "focus": works[:1]}


def _minutes(graph: Graph, work: str) -> int:
    return int(graph.value(work, "runtime") or 0)


@pytest.mark.parametrize(*KOREAN)
def test_a_critique_after_a_list_narrows_the_list(viewer, bundle, lang, asked, critique) -> None:
    person = viewer(lang)
    works = [w.id for w in bundle.graph.entities("film") if _korean(bundle.graph, w.id)]
    lengths_of = {_minutes(bundle.graph, work): work for work in works if _minutes(bundle.graph, work)}
    works = list(lengths_of.values())[:5]  # of different lengths
    _after_list(person, bundle, asked, works)
    said = person.say("action_critique", critique)
    lengths = sorted(_minutes(bundle.graph, work) for work in works)
    assert sorted(_minutes(bundle.graph, work) for work in said.ids) == lengths[:2] and set(said.ids) < set(works)
    again = person.say("action_critique", critique)
    assert again.ids == [min(works, key=lambda work: _minutes(bundle.graph, work))], "and once more"
    beyond = person.say("action_critique", critique)
    assert beyond.ids and not set(beyond.ids) & set(works), "then there are none left in it"
    others = [work for work in beyond.ids if not _korean(bundle.graph, work)]
    assert not others or "短" in beyond.text or "short" in beyond.text.lower()


@pytest.mark.parametrize(*KOREAN)
def test_a_critique_that_the_list_cannot_meet_goes_beyond_it(viewer, bundle, lang, asked, critique) -> None:
    person = viewer(lang)
    works = [w.id for w in bundle.graph.entities("film") if _korean(bundle.graph, w.id)]
    longest = sorted(works, key=lambda work: -_minutes(bundle.graph, work))[:1]
    _after_list(person, bundle, asked, longest)
    said = person.say("action_critique", critique)
    assert said.ids and all(_korean(bundle.graph, item) for item in said.ids) and longest[0] not in said.ids


@pytest.mark.parametrize("words", ["换一批", "不要喜剧", "要喜剧片"])
def test_what_compares_nothing_is_about_other_works(viewer, bundle, words: str) -> None:
    person = viewer()
    works = [w.id for w in bundle.graph.entities("film") if _korean(bundle.graph, w.id)][:5]
    _after_list(person, bundle, "有哪些韩国电影", works)
    assert not set(person.say("action_critique", words).ids) & set(works)


def test_a_list_no_longer_in_view_is_not_narrowed(viewer, bundle) -> None:
    person = viewer()
    works = [w.id for w in bundle.graph.entities("film") if _korean(bundle.graph, w.id)][:5]
    _after_list(person, bundle, "有哪些韩国电影", works)
    person.slots |= {"listed": [LIKED], "focus": [LIKED]}
    assert not set(person.say("action_critique", "短一点的").ids) & set(works)


def test_a_list_without_conditions_leaves_the_wishes_alone(viewer, bundle) -> None:
    person = viewer()
    assert (
        taste.after_list(person.turn("都有什么"), bundle.reader.parse("都有什么"), [], bundle.audience, bundle.graph)
        == {}
    )


@pytest.mark.parametrize(("lang", "words"), [("zh", "豆瓣8分以上的喜剧电影"), ("en", "a comedy film rated above 8")])
def test_that_there_are_no_ratings_is_said_once(viewer, lang: str, words: str) -> None:
    person = viewer(lang)
    said = person.say("action_recommend", words)
    assert said.cards and ("没有评分" in said.text or "ratings" in said.text)
    again = person.say("action_critique", "换一批" if lang == "zh" else "something else")
    assert again.cards and "没有评分" not in again.text and "any ratings" not in again.text


def test_forgetting_touches_one_viewer_and_one_work(bundle) -> None:
    store = bundle.audience
    store.add("forget-a", [LIKED, "film/tenet-2020"], "feedback", 1.0)
    store.add("forget-b", LIKED, "feedback", 1.0)
    assert store.forget("forget-a", LIKED) == 1 and store.forget("forget-a", LIKED) == 0
    assert [item for item, _ in store.history("forget-a")] == ["film/tenet-2020"]
    assert [item for item, _ in store.history("forget-b")] == [LIKED]


def test_only_named_things_are_to_be_forgotten(bundle) -> None:
    for words in ("重新来", "start over", "忘掉之前的要求", "forget everything", "类型不限"):
        operations = bundle.reader.parse(words).operations
        assert Operation("reset") in operations or all(not op.ids for op in operations), words


def test_an_erased_viewer_is_erased_from_what_recommends(bundle, tmp_path) -> None:
    """Through the whole product: confirm the deletion, and the model that serves is one that never knew them."""
    rows = [(f"w{n}", item, 1.0) for n in range(30) for item in ("film/a", "film/b", f"film/{n % 5}")]
    with AudienceStore(tmp_path / "audience.db") as audience, DraftStore(tmp_path / "drafts.db") as drafts:
        audience.add("gone", ["film/a", "film/secret"], "rating", 5.0)
        learnt = Interactions.from_rows([*rows, ("gone", "film/a", 1.0), ("gone", "film/secret", 1.0)])
        models = tmp_path / "models" / "recsys"
        train(learnt, models, seed=7)
        assert load(models).model.recommend(["film/secret"], 1)[0][0] == "film/a"
        profile.erase("gone", replace(bundle, audience=audience, drafts=drafts))
        assert not audience.history("gone") and erasure.pending(models) == 0
        served = load(models)
    assert isinstance(served.model, EASE)
    never = EASE(served.model.regularization).fit(Interactions.from_rows(rows))
    known = [item for item in served.model.item_ids if item in never]
    for item in known:
        got, expected = dict(served.model.recommend([item])), dict(never.recommend([item]))
        assert {other: got[other] for other in expected} == pytest.approx(expected, rel=1e-4, abs=1e-6)
    assert not served.model.scores(["film/secret"]).any()
    assert served.popularity.scores([])[served.popularity.item_ids.index("film/secret")] == 0


def test_a_viewer_is_erased_even_where_the_models_cannot_be_touched(bundle, tmp_path, monkeypatch, caplog) -> None:
    def refuse(*_: object) -> str:
        raise PermissionError("read-only")

    monkeypatch.setattr(erasure, "erase", refuse)
    with AudienceStore(tmp_path / "audience.db") as audience, DraftStore(tmp_path / "drafts.db") as drafts:
        audience.add("gone", "film/a", "seen")
        profile.erase("gone", replace(bundle, audience=audience, drafts=drafts))
        assert not audience.history("gone") and "train it again" in caplog.text
