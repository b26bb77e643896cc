"""Recommendations, changes to them and opinions, in both languages."""

from __future__ import annotations

import pytest

from actions.wording import lifts
from recsys.operations import Operation
from recsys.state import PreferenceState

BOTH = pytest.mark.parametrize("lang", ["zh", "en"])


def say(viewer, zh, en, action="action_recommend"):
    return viewer.say(action, zh if viewer.lang == "zh" else en)


@BOTH
def test_a_wish_is_answered_with_cards_that_meet_it_and_can_be_acted_on(viewer, bundle, lang):
    person = viewer(lang)
    said = say(person, "想看科幻电影", "a science fiction film")
    assert len(said.cards) == 5
    for card in said.cards:
        assert "genre/science-fiction" in bundle.graph.objects(card["id"], "genre") and card["kind"] == "film"
        assert card["reason"] and len(card["buttons"]) == 3
    assert ("科幻" if lang == "zh" else "science fiction") in said.text
    assert said.chips and person.slots["listed"] == said.ids and person.slots["focus"][0] == said.ids[0]


@BOTH
def test_a_critique_moves_the_page_and_keeps_what_was_asked(viewer, bundle, lang):
    person = viewer(lang)
    first = say(person, "想看科幻电影", "a science fiction film")
    older = say(person, "更老的", "older", "action_critique")
    year = bundle.graph.value(first.ids[0], "year")
    assert older.ids and not set(older.ids) & set(first.ids)
    for card in older.cards:
        assert bundle.graph.value(card["id"], "year") < year
        assert "genre/science-fiction" in bundle.graph.objects(card["id"], "genre")
    assert any(card["contrast"] for card in older.cards)


@BOTH
def test_unasked_works_are_not_compared(viewer, lang):
    person = viewer(lang)
    say(person, "想看科幻电影", "a science fiction film")
    more = say(person, "换一批", "something else", "action_critique")
    assert more.cards and not any(card["contrast"] for card in more.cards)


@BOTH
def test_a_refusal_before_any_recommendation_is_a_wish(viewer, bundle, lang):
    said = say(viewer(lang), "不要恐怖片", "no horror", "action_critique")
    assert said.cards
    assert not any("genre/horror" in bundle.graph.objects(id_, "genre") for id_ in said.ids)


@BOTH
def test_a_stranger_is_asked_one_question_and_not_again(viewer, lang):
    person = viewer(lang)
    first = say(person, "推荐点好看的", "recommend something")
    assert first.cards and len(first.chips) > 3 and first.parts("quick_replies")[0]["text"]
    answered = person.say("action_recommend", first.chips[0])
    again = say(person, "再来几部", "something else", "action_critique")
    questions = [part["text"] for said in (answered, again) for part in said.parts("quick_replies") if part["text"]]
    assert first.parts("quick_replies")[0]["text"] not in questions


@BOTH
def test_chips_lead_somewhere(viewer, lang):
    person = viewer(lang)
    said = say(person, "想看喜剧电影", "a comedy film")
    for chip in said.chips[:3]:
        moved = person.say("action_critique", chip)
        assert moved.cards and not set(moved.ids) & set(said.ids), chip
        said = moved


def test_the_number_asked_for_is_shown(viewer):
    assert len(viewer().say("action_recommend", "推荐三部喜剧").cards) == 3
    assert len(viewer("en").say("action_recommend", "two comedies please").cards) == 2
    assert len(viewer().say("action_recommend", "推荐第二部那样的").cards) == 5


def test_what_gave_way_is_said(viewer):
    said = viewer().say("action_recommend", "韩国的歌剧，20分钟以内")
    assert said.cards and said.text.count("。") and ("没有" in said.text or "只有" in said.text)


def test_when_there_is_little_left_wishes_can_be_taken_back(viewer, bundle):
    person = viewer()
    said = person.say("action_recommend", "想看韩国犯罪电影")
    while said.cards and "哪国的都行" not in said.chips:
        said = person.say("action_critique", "换一批")
        assert len(person.slots["prefs"]["shown"]) < 60
    wider = person.say("action_critique", "哪国的都行")
    countries = {country for id_ in wider.ids for country in bundle.graph.objects(id_, "country")}
    assert countries - {"country/kr"}


def test_taking_a_wish_back_is_not_offered_where_it_would_take_back_a_refusal(viewer):
    state = PreferenceState().apply(
        [
            Operation("not", "genre", "genre/horror"),
            Operation("only", "genre", "genre/comedy"),
            Operation("only", "country", "country/kr"),
        ]
    )
    assert lifts(state, viewer().turn("")) == ["哪国的都行", "重新来"]


def test_a_work_seen_and_liked_is_thanked_for_once(viewer):
    person = viewer()
    title = person.say("action_recommend", "想看科幻电影").cards[0]["title"]
    said = person.say("action_feedback", "第一个看过，很喜欢")
    assert said.text.count(title) == 1 and "喜欢" in said.text and said.cards and not said.parts("rating")


@BOTH
def test_liking_one_of_the_page_is_kept_and_offers_to_take_it(viewer, bundle, lang):
    person = viewer(lang)
    said = say(person, "想看科幻电影", "a science fiction film")
    liked = say(person, "喜欢第二个", "I like the second one", "action_feedback")
    assert said.cards[1]["title"] in liked.text and not liked.cards and len(liked.chips) >= 3
    assert bundle.audience.history(person.user) == [(said.ids[1], 1.0)]
    assert person.slots["focus"][0] == said.ids[1] and person.slots["listed"] == said.ids
    taken = person.say("action_feedback", liked.chips[0])
    assert said.cards[1]["title"] in taken.text and not taken.cards


@BOTH
def test_taking_one_puts_it_in_focus_with_next_steps(viewer, bundle, lang):
    person = viewer(lang)
    said = say(person, "想看科幻电影", "a science fiction film")
    taken = say(person, "就看第三个", "I'll take the third", "action_feedback")
    title = said.cards[2]["title"]
    assert title in taken.text and person.slots["focus"][0] == said.ids[2]
    assert len(taken.chips) >= 2 and all(title in chip for chip in taken.chips)
    item, value = bundle.audience.history(person.user)[0]
    assert item == said.ids[2] and 0 < value < 1  # chosen is not yet liked
    assert [strength < 1 for _, strength in person.slots["prefs"]["liked"]] == [True]


@BOTH
@pytest.mark.parametrize("way", ["seen", "refused"])
def test_seen_or_refused_works_are_replaced_and_do_not_come_back(viewer, bundle, lang, way):
    person = viewer(lang)
    said = say(person, "想看科幻电影", "a science fiction film")
    zh, en = {
        "seen": ("第一个看过了", "I've seen the first one"),
        "refused": ("对第一个不感兴趣", "not interested in the first"),
    }[way]
    other = say(person, zh, en, "action_feedback")
    assert said.cards[0]["title"] in other.text and other.cards and said.ids[0] not in other.ids
    item, value = bundle.audience.history(person.user)[0]
    assert item == said.ids[0] and (value > 0) == (way == "seen")
    assert [part["about"] for part in other.parts("rating")] == ([said.ids[0]] if way == "seen" else [])
    fresh = say(viewer(lang, user=person.user), "想看科幻电影", "a science fiction film")
    assert said.ids[0] not in fresh.ids


@BOTH
def test_a_bare_no_after_a_page_is_about_all_of_it(viewer, bundle, lang):
    person = viewer(lang)
    say(person, "《星际穿越》是哪年的", "what year is Interstellar from", "action_ask")
    say(person, "想看科幻电影", "a science fiction film")
    other = say(person, "不喜欢", "none of these", "action_feedback")
    assert other.cards and bundle.audience.history(person.user) == []


def test_a_bare_no_about_the_work_just_discussed_is_about_that_one(viewer, bundle):
    person = viewer()
    first = person.say("action_recommend", "想看科幻电影").ids[0]
    person.say("action_ask", "第一个是哪年的")
    person.say("action_feedback", "不喜欢")
    assert bundle.audience.history(person.user) == [(first, -1.0)]


@BOTH
def test_the_buttons_of_a_card_do_what_they_say(viewer, bundle, lang):
    for number, kind in ((0, "watch"), (1, "seen"), (2, "feedback")):
        person = viewer(lang)
        said = say(person, "想听专辑" if number else "想看电影", "an album" if number else "a film")
        person.say("action_feedback", said.cards[1]["buttons"][number]["payload"])
        events = bundle.audience.export(person.user)["events"]
        assert [(event["item"], event["kind"]) for event in events] == [(said.ids[1], kind)]


@BOTH
def test_liking_a_work_out_of_the_blue_is_answered_with_works(viewer, bundle, lang):
    person = viewer(lang)
    said = say(person, "我喜欢《盗梦空间》", "I loved Inception", "action_feedback")
    assert ("盗梦空间" if lang == "zh" else "Inception") in said.text and said.cards
    assert "film/inception-2010" not in said.ids
    assert bundle.audience.history(person.user) == [("film/inception-2010", 1.0)]


@BOTH
def test_a_title_the_catalogue_lacks_is_no_opinion_about_another(viewer, bundle, lang):
    person = viewer(lang)
    say(person, "想看科幻电影", "a science fiction film")
    said = say(person, "我喜欢《没有这部片子》", "I love “No Such Picture At All”", "action_feedback")
    assert ("没有这部片子" if lang == "zh" else "No Such Picture At All") in said.text
    assert bundle.audience.history(person.user) == []


@BOTH
def test_likeness_to_a_title_the_catalogue_lacks_is_not_likeness_to_another(viewer, lang):
    person = viewer(lang)
    say(person, "想看科幻电影", "a science fiction film")
    said = say(person, "有没有像《没有这部片子》那样的", "something like “No Such Picture At All”")
    assert ("没有这部片子" if lang == "zh" else "No Such Picture At All") in said.text
    assert "similar_to" not in person.slots["prefs"] and said.cards


@BOTH
def test_an_opinion_of_nothing_in_view_asks_which(viewer, lang):
    said = say(viewer(lang), "还可以吧", "it was so-so", "action_feedback")
    assert said.text and said.chips and not said.cards


@BOTH
def test_starting_over_forgets_the_wishes(viewer, bundle, lang):
    person = viewer(lang)
    say(person, "不要恐怖片", "no horror")
    said = say(person, "重新开始", "start over", "action_critique")
    assert said.cards and "wishes" not in person.slots["prefs"]
    assert "wishes" not in bundle.audience.profile(person.user)


@BOTH
def test_something_like_a_work_names_it(viewer, lang):
    said = say(viewer(lang), "有没有像《星际穿越》的", "something like Interstellar")
    assert ("星际穿越" if lang == "zh" else "Interstellar") in said.text
    assert said.cards and "film/interstellar-2014" not in said.ids


def test_an_unread_critique_still_shows_other_works(viewer):
    person = viewer()
    first = person.say("action_recommend", "想看电影")
    said = person.say("action_critique", "嘎嘎呜噜哇咔")
    assert said.cards and not set(said.ids) & set(first.ids) and "没看懂" in said.text
