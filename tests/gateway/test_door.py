"""What may come in: sizes, characters, commands, markup, and the shape of every refusal."""

from __future__ import annotations

import asyncio
import json
from html.parser import HTMLParser
from typing import Any

import pytest
from gateway_rig import Rig
from hypothesis import example, given
from hypothesis import strategies as st

from bot.gateway.errors import PROBLEMS, GatewayError
from bot.gateway.text import clean, for_rasa, harmless, is_blank, language_of, user_text

EMPTY = [
    "",
    " ",
    "\n\t",
    "\u200b",
    "\u200d\ufe0f",
    "\u2060\ufeff",
    "\u3164",
    "\u2800\u00a0\u3000",
    "\x00\x07",
    "\u202e",
    "\u0301",
]


@pytest.mark.parametrize("text", EMPTY, ids=ascii)
async def test_nothing_to_see_is_no_message(rig: Rig, text: str) -> None:
    client = await rig.session()
    answer = await client.say(text)
    assert (answer.status, answer.error) == (422, "message_empty")
    assert rig.rasa.heard == [] and len(await client.history()) == 1


async def test_two_thousand_characters_and_not_one_more(rig: Rig) -> None:
    client = await rig.session()
    longest = "长" * 2000
    await client.reply(longest)
    assert rig.rasa.heard[-1]["message"] == longest
    await client.reply("🎬" * 2000)  # a character is a character, whatever it takes in UTF-8
    answer = await client.say(longest + "了")
    assert (answer.status, answer.error) == (413, "message_too_long")


async def test_a_body_too_large_is_not_read(rig: Rig) -> None:
    client = await rig.session()
    huge = json.dumps({"text": "x" * 70_000})
    for body in (huge, _chunks(huge)):
        answer = await client.ask("POST", "/v1/messages", data=body, headers={"Content-Type": "application/json"})
        assert (answer.status, answer.error) == (413, "body_too_large")
        assert "content-security-policy" in answer.headers


async def _chunks(text: str) -> Any:
    for start in range(0, len(text), 8192):
        yield text[start : start + 8192].encode()


async def test_a_lying_content_length(rig: Rig) -> None:
    host, port = rig.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n{}")
    assert b" 413 " in await reader.readline()
    writer.close()


async def test_invisible_characters_stay_outside(rig: Rig) -> None:
    client = await rig.session()
    said = (await client.say("\u202e推荐\x00\x1b[31m 一部\u200b电影\r\n轻松\u2028的\u2066 👨‍👩‍👧")).json["user"]
    assert said["parts"][0]["text"] == rig.rasa.heard[-1]["message"] == "推荐[31m 一部电影\n轻松\n的 👨‍👩‍👧"


@pytest.mark.parametrize("text", ["/restart", "  /ask{}", "\u200b/stop", '/inform{"work":"film/x"}', "//"])
async def test_a_slash_is_no_command(rig: Rig, text: str) -> None:
    client = await rig.session()
    said = (await client.say(text)).json["user"]
    assert said["parts"][0]["text"].startswith("/"), "the user sees what they typed"
    assert rig.rasa.heard[-1]["message"].startswith("／")


async def test_markup_is_text(rig: Rig) -> None:
    client = await rig.session()
    answer = await client.say("<img src=x onerror=alert(1)>a < b <3 </p><!--")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    shown = answer.json["user"]["parts"][0]["text"]
    assert shown == "＜img src=x onerror=alert(1)>a < b <3 ＜/p>＜!--"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"", 422, "invalid_request"),
        (b"[]", 422, "invalid_request"),
        (b'{"text": 7}', 422, "invalid_request"),
        (b'{"text": null}', 422, "invalid_request"),
        (b'{"text": ["a"]}', 422, "invalid_request"),
        (b'{"text": "a", "payload": {}}', 422, "invalid_request"),
        (b'{"text": "\\ud800"}', 422, "message_empty"),
        (b'{"text": "a", "payload": "\\ud800"}', 422, "invalid_request"),
        (b'{"text": "\xff"}', 400, "bad_request"),
        (b"[" * 60_000, 400, "bad_request"),
    ],
)
async def test_malformed_requests(rig: Rig, body: bytes, status: int, code: str) -> None:
    client = await rig.session()
    answer = await client.ask("POST", "/v1/messages", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.error) == (status, code)
    assert b"pydantic" not in answer.body


async def test_a_wrong_field_is_named(rig: Rig) -> None:
    answer = await (await rig.session()).ask("POST", "/v1/messages", json={"payload": 1})
    assert answer.json["error"]["fields"] == ["payload", "text"]


async def test_every_refusal_has_the_same_shape(rig: Rig) -> None:
    for method, path, status in (
        ("GET", "/nowhere", 404),
        ("PUT", "/v1/messages", 405),
        ("GET", "/v1/messages?after=x", 401),
    ):
        answer = await rig.client().ask(method, path)
        assert answer.status == status
        assert answer.error in PROBLEMS


async def test_a_crash_tells_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await rig.session()

    async def crash(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(type(rig.gateway.turns), "take", crash)
    answer = await client.say("hi")
    assert (answer.status, answer.error) == (500, "internal_error")
    assert b"secret" not in answer.body and "content-security-policy" in answer.headers


def test_refusals_are_in_both_languages() -> None:
    for code, problem in PROBLEMS.items():
        assert any("\u4e00" <= c <= "\u9fff" for c in problem.zh), code
        assert problem.en.isascii() or "’" in problem.en, code
        assert 400 <= problem.status <= 503


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)

    def handle_decl(self, decl: str) -> None:
        self.found.append(decl)

    def handle_pi(self, data: str) -> None:
        self.found.append(data)


@given(st.text("<>/!?-[] abz&;3=\"'\n<<", max_size=60))
@example("<<script>")
@example("<!-- x -->")
def test_no_parser_finds_a_tag(text: str) -> None:
    parser = _Tags()
    parser.feed(harmless(text))
    parser.close()
    assert parser.found == []
    assert harmless(text).replace("＜", "<") == text


@given(st.text(max_size=80))
def test_cleaning_is_done_once(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not set("\x00\x1b\r\u202e\u200b\ufeff") & set(cleaned)
    visible = [c for c in text if c.isalnum()]
    assert [c for c in cleaned if c.isalnum()] == visible, "nothing anybody can see is lost"


@given(st.text(max_size=30))
def test_what_passes_can_be_seen(text: str) -> None:
    try:
        passed = user_text(text)
    except GatewayError:
        assert not any(c.isalnum() and not is_blank(c) for c in text)
    else:
        assert not is_blank(passed)
        assert not for_rasa(passed).startswith("/")


@pytest.mark.parametrize(
    ("text", "lang"),
    [("你好", "zh"), ("hello", "en"), ("推荐 Interstellar", "zh"), ("123", "?"), ("x", "?"), ("ok 👍", "en")],
)
def test_language_of_a_text(text: str, lang: str) -> None:
    assert language_of(text, "?") == lang
