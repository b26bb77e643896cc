"""Whatever an action sends comes out valid, harmless and with all its words."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.gateway.envelope import MAX_LIST, MAX_TEXT, admit, allowed_url, dump

CARD = {
    "id": "film/interstellar-2014",
    "kind": "film",
    "title": "星际穿越",
    "subtitle": "2014 · 科幻",
    "image": "https://img.test/i.jpg",
    "reason": "你喜欢《盗梦空间》",
    "contrast": "比上一部更长",
    "facts": [{"label": "导演", "value": "克里斯托弗·诺兰"}],
    "buttons": [{"title": "更短", "payload": "更短一点"}],
}
VALID = [
    {"type": "text", "text": "正文", "label": "AI 生成", "title": "文案", "draft": "d1", "copyable": True},
    {"type": "quick_replies", "text": "选一个", "replies": [{"title": "甲", "payload": "甲"}]},
    {"type": "image", "url": "/media/a.png", "alt": "海报"},
    {"type": "carousel", "cards": [CARD]},
    {"type": "audio", "url": "https://a.test/x.mp3", "title": "配音", "label": "AI 生成"},
    {"type": "video", "url": "https://a.test/x.mp4", "title": "预告"},
    {"type": "file", "url": "/v1/me/export", "name": "data.json", "mime": "application/json", "size": 3},
    {"type": "rating", "about": "film/x", "max": 5, "text": "打几分？"},
    {"type": "citation", "facts": [{"text": "《星际穿越》— 导演 — 诺兰", "source": "metaqa"}]},
    {"type": "progress", "job": "j", "text": "正在写", "fraction": 0.5, "done": False},
    {"type": "handoff", "state": "waiting", "text": "转接中", "summary": "退款"},
    {"type": "control", "op": "language", "lang": "en"},
]


def through(raw: Any, lang: str = "zh") -> list[dict[str, Any]]:
    return orjson.loads(dump(admit(raw, lang)))


@pytest.mark.parametrize("part", VALID, ids=lambda part: part["type"])
def test_valid_parts_pass_unchanged(part: dict[str, Any]) -> None:
    assert through(part) == [part]
    assert through({**part, "surprise": 1}) == [part], "fields nobody knows are left out"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"type": "poll", "question": "哪部？", "options": ["甲", {"label": "乙"}]}, "哪部？\n甲\n乙"),
        ({"text": "没有类型", "id": "x"}, "没有类型"),
        ("只是文字", "只是文字"),
        ({"type": "image", "url": "javascript:alert(1)", "alt": "海报"}, "海报"),
        ({"type": "audio", "url": "file:///etc/passwd", "title": "配音"}, "配音"),
        ({"type": "rating", "about": "x", "max": "many", "text": "打几分？"}, "打几分？"),
        ({"type": "accordion", "link": "https://x.test/a", "title": "条款"}, "https://x.test/a\n条款"),
        ({"type": "handoff", "state": "maybe", "text": "稍等"}, "稍等"),
        ({"type": ["text"], "text": "怪"}, "怪"),
        ({"type": "chart", "values": [1, 2]}, "（这里有一条无法显示的内容）"),
        (7, "（这里有一条无法显示的内容）"),
    ],
)
def test_what_cannot_be_shown_is_said(raw: Any, text: str) -> None:
    assert through(raw) == [{"type": "text", "text": text}]


def test_a_bad_poster_costs_the_poster_only() -> None:
    (carousel,) = through({"type": "carousel", "cards": [{**CARD, "image": "data:text/html,x"}]})
    assert "image" not in carousel["cards"][0] and carousel["cards"][0]["title"] == "星际穿越"
    (carousel,) = through(
        {"type": "carousel", "cards": [{**CARD, "image": None, "facts": [{"label": "年", "value": 2014}]}]}
    )
    assert carousel["cards"][0]["facts"] == [{"label": "年", "value": "2014"}]


def test_long_parts_go_on_in_the_next() -> None:
    cards = [{"id": f"film/{n}", "kind": "film", "title": str(n)} for n in range(MAX_LIST * 2 + 1)]
    parts = through({"type": "carousel", "cards": cards})
    assert [len(part["cards"]) for part in parts] == [MAX_LIST, MAX_LIST, 1]
    assert [card["title"] for part in parts for card in part["cards"]] == [card["title"] for card in cards]
    text = "".join(chr(0x4E00 + n % 20000) for n in range(MAX_TEXT + 5))
    assert "".join(part["text"] for part in through({"type": "text", "text": text})) == text
    replies = [{"title": str(n), "payload": str(n)} for n in range(MAX_LIST + 1)]
    first, second = through({"type": "quick_replies", "text": "选", "replies": replies})
    assert first["text"] == "选" and "text" not in second and len(second["replies"]) == 1


def test_a_script_keeps_its_lines() -> None:
    script = "    内景 夜\n\n<b>甲</b>\t说：走吧。\r\n"
    (part,) = through({"type": "text", "text": script})
    assert part["text"] == "    内景 夜\n\n＜b>甲＜/b>\t说：走吧。"


@pytest.mark.parametrize(
    "url", ["https://a.test/x?y=1#z", "http://a.test", "/media/a.png", "media/a.png", "https://影院.test/海报.png"]
)
def test_addresses_we_link_to(url: str) -> None:
    assert allowed_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///x", "//evil.test/x",
        "https://user:pw@evil.test", "https:///x", "http:x", "java\nscript:x", " https://a.test", "\\\\evil\\x",
        "/\\evil.test", '/a"onerror="x', "https://[::1", "", "https://a.test/<b>", "x" * 3000,
    ],
)  # fmt: skip
def test_addresses_we_do_not(url: str) -> None:
    assert not allowed_url(url)


HOSTILE = st.text("<>/!?aAb《》中\"'\\&\n\t \x00\u202e\ud800:é", max_size=12)
LEAF = HOSTILE | st.none() | st.booleans() | st.integers() | st.floats()
KEYS = st.sampled_from(
    ["type", "text", "title", "payload", "replies", "cards", "facts", "label", "value", "url", "image", "alt", "id",
     "kind", "about", "max", "job", "done", "state"]
) | st.text("xyz", min_size=1, max_size=3)  # fmt: skip
TYPES = st.sampled_from([part["type"] for part in VALID] + ["poll", "", "TEXT"])
ANYTHING = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
MUTATED = st.builds(
    lambda part, key, value: {**part, key: value}, st.sampled_from(VALID), KEYS | TYPES, ANYTHING
)  # valid parts with one thing wrong
RAW = ANYTHING | MUTATED | st.lists(MUTATED, max_size=3)


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [s for key, inner in value.items() if key != "type" for s in strings(inner)]
    return [s for inner in value for s in strings(inner)] if isinstance(value, list) else []


@given(RAW, st.sampled_from(["zh", "en"]))
@settings(max_examples=400)
def test_nothing_comes_out_that_is_not_an_envelope(raw: Any, lang: str) -> None:
    parts = through(raw, lang)
    assert through(parts, lang) == parts, "what was admitted is valid, and admitting it again changes nothing"
    for string in strings(parts):
        assert not re.search(r"<[A-Za-z/!?]", string)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\ud800]", string)


WORDS = st.text("甲乙丙丁abc", min_size=1, max_size=8)


@given(
    st.dictionaries(
        st.sampled_from(["title", "text", "options", "note"]), WORDS | st.lists(WORDS, min_size=1), min_size=1
    )
)
def test_unknown_types_lose_no_word(fields: dict[str, Any]) -> None:
    (part,) = through({"type": "unheard-of", **fields})
    assert set(strings(fields)) <= set(part["text"].split("\n"))


@given(HOSTILE.filter(lambda text: text.strip() != ""))
def test_an_offer_is_found_again(payload: str) -> None:
    """The search for offered payloads compares JSON text, so both writers have to spell a string the same way."""
    parts = admit({"type": "quick_replies", "replies": [{"title": "x", "payload": payload}]}, "zh")
    for reply in (reply for part in parts if part.type == "quick_replies" for reply in part.replies):
        assert b'"payload":' + orjson.dumps(reply.payload) in dump(parts)
