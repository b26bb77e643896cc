"""What is remembered can be seen, changed and taken back piece by piece, in both languages."""

from __future__ import annotations

import pytest

from actions import taste
from knowledge.graph import Graph
from recsys.operations import Operation
from recsys.phrases import name

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


@pytest.mark.parametrize(
    ("lang", "asked", "critique"), [("zh", "有哪些韩国电影", "短一点的"), ("en", "Korean films", "shorter")]
)
def test_a_critique_after_a_list_keeps_the_conditions_of_the_list(viewer, bundle, lang, asked, critique) -> None:
    person = viewer(lang)
    works = [w.id for w in bundle.graph.entities("film") if _korean(bundle.graph, w.id)][:5]
    parsed = bundle.reader.parse(asked)
    person.slots |= taste.after_list(person.turn(asked), parsed, works, bundle.audience, bundle.graph)
    person.slots |= {"listed": works, "focus": works[:1]}
    said = person.say("action_critique", critique)
    assert said.ids and all(_korean(bundle.graph, item) for item in said.ids) and not set(said.ids) & set(works)


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
