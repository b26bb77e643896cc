"""Questions, lists and comparisons: what is shown, and what "it", "she" and "the second one" mean afterwards."""

from __future__ import annotations

import pytest

BOTH = pytest.mark.parametrize("lang", ["zh", "en"])


def say(viewer, zh, en, action="action_ask"):
    return viewer.say(action, zh if viewer.lang == "zh" else en)


@BOTH
def test_a_fact_comes_with_its_source_and_more_to_ask(viewer, lang):
    said = say(viewer(lang), "《星际穿越》是谁导演的", "who directed Interstellar")
    assert ("诺兰" if lang == "zh" else "Nolan") in said.text and not said.cards
    fact = said.parts("citation")[0]["facts"][0]
    assert ("《星际穿越》 — 导演" if lang == "zh" else "Interstellar — director") in fact["text"] and fact["source"]
    assert said.chips


@BOTH
def test_he_is_the_person_answered_with_and_it_the_work_asked_about(viewer, lang):
    person = viewer(lang)
    say(person, "《星际穿越》是谁导演的", "who directed Interstellar")
    assert person.slots["focus"] == ["person/christopher-nolan", "film/interstellar-2014"]
    assert "2014" in say(person, "它是哪年的", "what year is it from").text
    others = say(person, "他还导演过什么", "what else did he direct")
    assert "film/inception-2010" in others.ids and "film/interstellar-2014" not in others.ids


@BOTH
def test_the_second_one_is_the_second_card(viewer, lang):
    person = viewer(lang)
    shown = say(person, "诺兰导演过什么", "what did Christopher Nolan direct")
    assert len(shown.cards) > 3 and person.slots["listed"] == shown.ids
    said = say(person, "第二个", "the second one")
    assert said.ids == [shown.ids[1]] and shown.cards[1]["title"] in said.text
    assert person.slots["focus"][0] == shown.ids[1]


@BOTH
def test_a_follow_up_asks_the_same_of_another_work(viewer, lang):
    person = viewer(lang)
    say(person, "《星际穿越》是哪年的", "what year is Interstellar from")
    assert "2010" in say(person, "那《盗梦空间》呢", "what about Inception").text


@BOTH
def test_a_title_alone_is_described_once_with_a_card_to_act_on(viewer, lang):
    said = say(viewer(lang), "流浪地球", "The Wandering Earth")
    assert said.ids == ["film/the-wandering-earth-2019"] and "2019" in said.text
    assert not said.cards[0]["facts"] and len(said.cards[0]["buttons"]) == 2


@BOTH
def test_a_person_comes_with_their_works_newest_first(viewer, bundle, lang):
    person = viewer(lang)
    said = say(person, "介绍一下诺兰", "tell me about Christopher Nolan")
    years = [bundle.graph.value(id_, "year") for id_ in said.ids]
    assert len(years) > 3 and years == sorted(years, reverse=True) and person.slots["listed"] == said.ids


def test_after_several_people_she_is_nobody_in_particular(viewer):
    person = viewer()
    person.say("action_ask", "《星际穿越》是谁导演的")
    person.say("action_ask", "《霸王别姬》是谁演的")
    assert person.slots["focus"] == ["film/farewell-my-concubine-1993"]
    assert len(person.slots["listed"]) > 2


@BOTH
def test_a_list_cites_only_what_it_shows(viewer, lang):
    said = say(viewer(lang), "90年代的香港喜剧有哪些", "Hong Kong comedies of the 1990s", "action_list")
    assert len(said.cards) == 10 and not said.chips
    titles = [card["title"] for card in said.cards]
    for part in said.parts("citation"):
        assert all(any(title in fact["text"] for title in titles) for fact in part["facts"])


@BOTH
def test_a_comparison_of_named_works(viewer, lang):
    person = viewer(lang)
    said = say(person, "比较星际穿越和盗梦空间", "compare Interstellar and Inception", "action_compare")
    assert all(
        title in said.text for title in (("星际穿越", "盗梦空间") if lang == "zh" else ("Interstellar", "Inception"))
    )
    assert person.slots["listed"] == ["film/interstellar-2014", "film/inception-2010"]


@BOTH
def test_a_comparison_with_what_was_talked_about(viewer, lang):
    person = viewer(lang)
    say(person, "《星际穿越》是哪年的", "what year is Interstellar from")
    said = say(person, "盗梦空间", "Inception", "action_compare")
    assert all(
        title in said.text for title in (("星际穿越", "盗梦空间") if lang == "zh" else ("Interstellar", "Inception"))
    )


@BOTH
def test_a_comparison_of_nothing_asks_which(viewer, lang):
    said = say(viewer(lang), "比一比", "compare", "action_compare")
    assert said.text and said.chips and not said.cards


@BOTH
def test_a_wish_taken_for_a_question_gets_works(viewer, bundle, lang, monkeypatch):
    from knowledge.answer import Answer

    monkeypatch.setattr(type(bundle.answerer), "answer", lambda *_, **__: Answer("–", lang, "none"))
    monkeypatch.setattr(type(bundle.answerer), "list", lambda *_, **__: Answer("–", lang, "none"))
    for action in ("action_ask", "action_list", "action_out_of_scope", "action_default_fallback"):
        assert len(say(viewer(lang), "想看轻松的喜剧电影", "a light comedy film", action).cards) == 5, action


@BOTH
def test_no_answer_is_no_dead_end_and_forgets_nothing(viewer, lang):
    person = viewer(lang)
    say(person, "《星际穿越》是谁导演的", "who directed Interstellar")
    before = dict(person.slots)
    said = say(person, "月亮为什么是圆的", "why is the moon round")
    assert said.text and len(said.chips) >= 3 and person.slots == before


@BOTH
def test_examples_offered_work(viewer, lang):
    from actions import examples

    for text in (examples.ZH if lang == "zh" else examples.EN)[1:2]:
        assert viewer(lang).say("action_ask", text).parts("citation"), text
