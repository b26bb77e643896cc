"""Changing what was written: what a message asks for, what comes of it, and what is kept."""

from __future__ import annotations

import asyncio
import json
import re

import pytest

from actions import ask, create, files, recommend, support
from actions.change import Change, read_change
from actions.drafts import DraftStore, Saved

ROOM = {action.action: action() for room in (ask, create, recommend, support) for action in room.ACTIONS}


class Desk:
    """A viewer with something written for them; jobs are done on the spot."""

    def __init__(self, viewer, monkeypatch, bundle):
        self.viewer, self.bundle, self.delivered = viewer, bundle, []

        def submit(turn, work, title):
            asyncio.get_running_loop()  # a job is started on the loop, never from a thread
            self.delivered = work(lambda _: None)
            return {"type": "progress", "job": "1", "text": title, "fraction": 0.0, "done": False}

        monkeypatch.setattr(create, "submit", submit)

    def orders(self, kind, text):
        self.viewer.slots["create_kind"] = kind
        self.act("validate_create_form", text, form="starting")
        return self.act("action_create", text)

    def act(self, action, text, **more):
        reply = asyncio.run(ROOM[action].reply(self.viewer.turn(text, **more)))
        self.viewer.slots.update(reply.slots)
        json.dumps(self.viewer.slots)  # slots travel as JSON
        return reply

    def says(self, text, action="action_revise"):
        self.delivered = []
        return self.act(action, text).parts

    @property
    def drafts(self):
        return [part for part in self.delivered if part.get("draft")]


@pytest.fixture
def desk(viewer, monkeypatch, bundle):
    return lambda lang="zh": Desk(viewer(lang), monkeypatch, bundle)


@pytest.fixture
def ad(desk):
    front = desk()
    front.orders("ad", "给《英雄本色》写个小红书文案")
    return front


def words(parts):
    return "\n".join(part["text"] for part in parts if part.get("text"))


def payloads(parts):
    return [reply["payload"] for part in parts if part["type"] == "quick_replies" for reply in part["replies"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("再感人一点", {"tone": "warm", "emotion": "touching", "stronger": 1}),
        ("shorter, for teenagers", {"size": -1, "audience": "teenagers"}),
        ("第二版，导出PDF", {"pick": 2, "export": "pdf"}),
        ("别那么搞笑", {"tone": "playful", "stronger": -1}),
        ("make it funnier", {"tone": "playful", "stronger": 1}),
        ("换成微博", {"channels": ("weibo",)}),
        ("改成30秒", {"seconds": 30}),
        ("英文版", {"lang": "en"}),
        ("Make scene 2 sadder", {"emotion": "sadness", "stronger": 1, "scene": 2}),
        ("不要用“震撼”", {"avoid": ("震撼",)}),
        ("export as word", {"export": "docx"}),
        ("下载", {"export": "?"}),
        ("版本二更好", {"pick": 2}),
        ("最后一版", {"pick": -1}),
        ("这个版本不错", {"keep": True}),
        ("谁导演的", {}),
        ("recommend a film", {}),
    ],
)
def test_what_a_message_asks_for(bundle, text, found):
    channels = tuple(bundle.catalogue.vocabulary.channels.values())
    assert read_change(text, channels) == Change(**found)


@pytest.mark.parametrize(
    ("text", "current", "swap"),
    [
        ("把“热血”改成“冷静”", "一段热血往事", ("热血", "冷静")),
        ("把李雷改成王芳", "李雷走进来", ("李雷", "王芳")),
        ("change the name Tom to Jack", "TOM walks in", ("TOM", "Jack")),
        ("把标题改成蓝色", "别的", None),
    ],
)
def test_words_are_replaced_only_where_they_stand(text, current, swap):
    assert read_change(text, current=current).replace == swap


def test_candidates_are_written_and_kept(ad):
    assert len(ad.drafts) == 3 and len({part["text"] for part in ad.drafts}) == 3
    kept = ad.bundle.drafts.of(ad.viewer.user, ad.viewer.slots["writing"]["id"])
    assert [saved.id for saved in kept] == [part["draft"] for part in ad.drafts]


def test_shorter_is_shorter_and_a_person_can_take_one(ad):
    first = ad.drafts[0]["text"]
    said = ad.says("再短一点")
    assert "更短" in words(said) and said[-1]["type"] == "progress"
    assert ad.drafts and all(len(part["text"]) < len(first) for part in ad.drafts)
    taken = ad.says("就用第一版")
    assert "第1版" in words(taken) or "第一版" in words(taken)
    assert any("导出" in payload for payload in payloads(taken))


def test_a_critique_after_a_draft_is_about_the_draft(ad):
    said = ad.says("更活泼一点", action="action_critique")
    assert said[-1]["type"] == "progress" and "更活泼" in words(said)
    assert ad.viewer.slots["writing"]["about"]["tone"] == "playful"


def test_after_a_recommendation_a_critique_is_about_that_again(ad):
    ad.says("推荐几部喜剧", action="action_recommend")
    said = ad.says("短一点", action="action_critique")
    assert not ad.drafts and any(part["type"] == "carousel" for part in said)


def test_for_another_channel_audience_and_language(ad):
    ad.says("换成微博，写给大学生看")
    assert "微博" in ad.drafts[0]["title"] and ad.viewer.slots["writing"]["about"]["audience"] == "大学生"
    ad.says("再写一版英文的，写成英文")
    assert ad.drafts[0]["label"] == "AI-generated"


def test_words_by_hand_stay_and_forbidden_ones_are_refused(ad):
    text = ad.drafts[0]["text"]
    old = re.findall(r"[\u4e00-\u9fff]{3}", text)[-1]
    said = ad.says(f"把“{old}”改成“江湖气”")
    assert "江湖气" in words(said)
    (kept, *_) = [s for s in ad.bundle.drafts.of(ad.viewer.user, ad.viewer.slots["writing"]["id"]) if s.edited]
    assert "江湖气" in kept.text
    refused = ad.says("把“江湖气”改成“全国第一”")
    assert "不能写进广告" in words(refused) and "全国第一" not in ad.bundle.drafts.get(ad.viewer.user, kept.id).text


def test_a_file_for_the_one_that_was_chosen(ad):
    said = ad.says("第二版，导出Markdown")
    (file,) = [part for part in said if part["type"] == "file"]
    assert file["url"] == f"/v1/drafts/{ad.bundle.drafts.of(ad.viewer.user, ad.viewer.slots['writing']['id'])[1].id}/md"
    offered = ad.says("导出")
    assert payloads(offered)
    for payload in payloads(offered):
        assert any(part["type"] == "file" for part in ad.says(payload)), payload


def test_no_such_version(ad):
    assert "3版" in words(ad.says("用第五版"))


def test_nothing_to_change_yet(desk):
    front = desk("en")
    assert "no draft" in words(front.says("make the copy shorter"))


def test_what_was_not_understood_is_asked(ad):
    assert "想怎么改" in words(ad.says("嗯这个嘛"))


@pytest.mark.parametrize("kind", ["ad", "summary"])
def test_every_file_carries_its_marks(kind, tmp_path):
    from generation import verify

    saved = Saved("yuban-1", kind, "zh", "《样例》 · 微博", "内景 咖啡馆 日\n\n样例正文，今晚一起看。", "AI 生成")
    for format_ in files.FORMATS[kind]:
        path = tmp_path / f"a.{format_}"
        path.write_bytes(files.render(saved, format_))
        found = verify.read(path)
        assert found.complete and found.intact and found.record["ProduceID"] == "yuban-1", (format_, found)


def test_drafts_of_one_viewer_are_not_another_s(tmp_path):
    with DraftStore(tmp_path / "drafts.db") as store:
        store.add("ann", "w", Saved("d1", "ad", "en", "t", "text", "AI-generated"))
        assert store.get("bob", "d1") is None and store.of("bob", "w") == []
        assert store.export("ann")[0]["text"] == "text"
        store.continue_with("ann", "w", {"id": "w2"})
        store.continue_with("ann", "w2", {"id": "w3"})
        assert store.continued("ann", "w") == {"id": "w3"} and store.continued("bob", "w") is None
        assert len(store.orders("ann")) == 2
        store.erase("ann")
        assert (
            store.export("ann") == []
            and store.orders("ann") == []
            and b"text" not in (tmp_path / "drafts.db").read_bytes()
        )


@pytest.mark.parametrize(
    ("lang", "kind", "text"),
    [
        ("zh", "ad", "给《英雄本色》写个小红书文案"),
        ("en", "ad", "Write a push notification for “A Better Tomorrow”"),
        ("zh", "script", "写个剧本，关于催婚"),
        ("en", "script", "write a short script about two old friends"),
    ],
)
def test_everything_offered_next_works(desk, lang, kind, text):
    front = desk(lang)
    front.orders(kind, text)
    offered = payloads(front.delivered)
    assert len(offered) >= 4
    for payload in offered:
        said = front.says(payload)
        written = said[-1]["type"] in ("progress", "file") or any(part.get("draft") for part in said)
        assert written or payload in ("用第一版", "Use version 1"), (payload, said)


@pytest.fixture(params=["zh", "en"])
def script(desk, request):
    front = desk(request.param)
    front.orders(
        "script", {"zh": "写个剧本，关于两个老朋友重逢", "en": "write a script about two old friends"}[request.param]
    )
    return front


def saved_of(front):
    return front.bundle.drafts.of(front.viewer.user, front.viewer.slots["writing"]["id"])


def test_a_scene_is_rewritten_beside_the_old_and_one_is_taken(script):
    zh = script.viewer.lang == "zh"
    from actions.edits import story_of

    said = script.says("第二场再紧张一点" if zh else "make scene 2 tenser")
    before, after = [part for part in said if part.get("title")]
    assert before["text"] != after["text"] and before["label"] and after["label"]
    old, _ = saved_of(script)
    cast = [person.name.text for person in story_of(old).people]
    assert (
        any(name in after["text"] for name in cast)
        and before["text"].split("\n")[0].split("：")[-1].split(": ")[-1] in old.text
    )
    taken = script.says("用第2版" if zh else "Use version 2")
    assert [saved.chosen for saved in saved_of(script)] == [False, True] and taken


def test_the_whole_script_keeps_its_story_when_its_tone_changes(script):
    from actions.edits import story_of

    script.says("剧本再感人一点" if script.viewer.lang == "zh" else "make the script more touching")
    old, new = saved_of(script)
    assert new.text != old.text
    assert [p.name.text for p in story_of(old).people] == [p.name.text for p in story_of(new).people]


def test_a_person_gets_another_name_everywhere(script):
    from actions.edits import story_of

    (before,) = saved_of(script)
    name = story_of(before).people[0].name.text
    new = "欧阳澈" if script.viewer.lang == "zh" else "Marlowe"
    script.says(f"把{name}改成{new}" if script.viewer.lang == "zh" else f"rename {name} to {new}")
    (after,) = saved_of(script)
    assert new.lower() in after.text.lower() and name.lower() not in after.text.lower()


def test_every_format_of_a_script_opens_marked(script, tmp_path):
    from generation import verify

    (saved,) = saved_of(script)
    for format_ in files.FORMATS["script"]:
        path = tmp_path / f"a.{format_}"
        path.write_bytes(files.render(saved, format_))
        found = verify.read(path)
        assert found.complete and found.record["ProduceID"] == saved.id, (format_, found)
        assert found.intact in (True, None if format_ == "pdf" else True), format_


def test_a_banned_product_is_refused_with_the_rule(desk):
    front = desk()
    front.orders("ad", "给我们的电子烟新品写个小红书文案")
    assert not front.drafts and "广告法" in words(front.delivered)


@pytest.mark.parametrize(
    "action", ["action_recommend", "action_ask", "action_list", "action_faq", "action_default_ask_affirmation"]
)
def test_a_change_is_heard_whatever_it_was_taken_for(ad, action):
    said = ad.says("短一点，写给大学生看", action=action)
    assert said[-1]["type"] == "progress" and ad.drafts


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("推荐几部短一点的喜剧", "action_recommend"),
        ("《英雄本色》是谁导演的", "action_ask"),
        ("有哪些短的电影", "action_list"),
    ],
)
def test_a_question_after_a_draft_is_a_question(ad, text, action):
    assert not any(part["type"] == "progress" for part in ad.says(text, action=action))


def test_this_one_is_good(ad):
    ad.says("这个版本不错", action="action_feedback")
    assert [saved.chosen for saved in saved_of(ad)] == [True, False, False]


def test_the_hero_is_the_one_it_is_about(script):
    from actions.edits import story_of

    zh = script.viewer.lang == "zh"
    script.says("主角改名叫欧阳澈" if zh else "rename the hero to Marlowe")
    (after,) = saved_of(script)
    assert story_of(after).people[0].name.text == ("欧阳澈" if zh else "Marlowe")


def test_an_accusation_against_a_real_person_is_not_written(desk):
    front = desk("en")
    front.orders("script", "write a script about Brad Pitt stealing money")
    assert not front.drafts and "Brad Pitt" in words(front.delivered)


@pytest.mark.parametrize("format_", ["docx", "txt", "json"])
def test_a_file_says_which_kind_of_machine_wrote_it(format_, tmp_path):
    from generation import labels, verify

    model = {"digital_source_type": labels.SOURCE_TYPES["model"]}
    saved = Saved("yuban-2", "ad", "en", "Sample", "Sample text.", "AI-generated", metadata=model)
    path = tmp_path / f"a.{format_}"
    path.write_bytes(files.render(saved, format_))
    assert verify.read(path).source_type == labels.SOURCE_TYPES["model"]


def test_a_slot_that_was_taken_back_does_not_lose_the_change(ad):
    before = dict(ad.viewer.slots)
    ad.says("短一点，写给大学生看", action="action_default_ask_affirmation")
    again = ad.drafts
    ad.viewer.slots.clear()
    ad.viewer.slots.update(before)  # as Rasa does after a message it did not understand
    (file,) = [part for part in ad.says("导出Word") if part["type"] == "file"]
    assert again[0]["draft"] in file["url"]


@pytest.mark.parametrize(
    ("lang", "order", "law"),
    [
        ("zh", "给我们的电子烟新品写个小红书文案", "广告法"),
        ("en", "write an Instagram ad for our new e-cigarettes", "CAP Code"),
    ],
)
def test_a_refusal_names_the_law_in_the_language_of_the_reply(desk, lang, order, law):
    front = desk(lang)
    front.orders("ad", order)
    said = words(front.delivered)
    assert law in said and ("CAP" in said) == (lang == "en")
    assert bool(re.search("[\u4e00-\u9fff]", said)) == (lang == "zh")


@pytest.mark.parametrize(
    ("lang", "order", "change"),
    [
        ("zh", "给《英雄本色》写个小红书文案", "把主角改成欧阳澈"),
        ("en", "Write a push notification for “A Better Tomorrow”", "rename the hero to Marlowe"),
    ],
)
def test_what_is_not_in_the_draft_is_not_said_to_be_changed(desk, lang, order, change):
    front = desk(lang)
    front.orders("ad", order)
    said = front.says(change)
    assert ("没有" in words(said) if lang == "zh" else "isn't in" in words(said)) and not any(
        "draft" in p for p in said
    )
