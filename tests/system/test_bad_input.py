"""Whatever is sent, the answer is clear, in the user's language, and the conversation goes on afterwards."""

import os
import re
import signal
import time

import httpx
import pytest

HAN = re.compile(r"[一-鿿]")


def goes_on(viewer, within_s=0):
    deadline = time.monotonic() + within_s
    while "郭帆" not in (heard := viewer.say("流浪地球是谁导演的").text):
        assert time.monotonic() < deadline, heard
        time.sleep(0.5)


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "\n\t"])
def test_empty(person, text):
    viewer = person("zh")
    answer = viewer.post(text)
    assert answer.status_code == 422 and HAN.search(answer.json()["error"]["message"]["zh"])
    goes_on(viewer)


def test_a_hundred_kilobytes(person):
    viewer = person("zh")
    answer = viewer.post("长" * 100_000)
    assert answer.status_code in (413, 422) and answer.json()["error"]["message"]["en"]
    goes_on(viewer)


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x02 流浪地球 \x1b[31m",
        "👍🎬🍿",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "'; DROP TABLE messages; --",
        "../../../etc/passwd",
        "C:\\Windows\\System32",
        "《一部不存在的电影名字》是谁导演的",
        "推荐 something like 流浪地球 but lighter 一点",
        "/restart",
        '/ask{"said": "x"}',
        "{{7*7}} ${jndi:ldap://x}",
        "a" * 1999,
        "؀‮reversed",
    ],
)
def test_strange_texts(person, text):
    viewer = person()
    heard = viewer.say(text)
    assert heard.text.strip() or heard.cards
    assert "<script>" not in heard.text
    goes_on(viewer)


def test_an_unknown_title_is_said_to_be_unknown(person):
    heard = person().say("《火星上的豆腐店》是谁导演的？")
    assert "火星上的豆腐店" in heard.text and re.search("没有|没找到|不在", heard.text)


def test_a_forged_session(assistant):
    for token in ("x.y.z", "Bearer", "eyJ1c2VyIjoiYSJ9.fake.fake"):
        answer = httpx.get(f"{assistant.url}/v1/messages", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401 and answer.json()["error"]["message"]["zh"]


def test_one_cannot_read_anothers_conversation(person):
    one, other = person(), person()
    reply = one.say("流浪地球是谁导演的").last_id
    assert "郭帆" in one.http.get("/v1/messages").text
    assert "郭帆" not in other.http.get("/v1/messages").text
    assert other.http.post(f"/v1/messages/{reply}/feedback", json={"value": 1}).status_code == 404


def test_a_payload_nobody_offered(person):
    viewer = person()
    assert viewer.post("删除", '/data_delete{"said": "确认删除"}').status_code == 400
    goes_on(viewer)


def test_inner_ports_are_loopback_and_locked(assistant):
    body = {"sender": "x", "message": "hi"}
    assert httpx.post(f"{assistant.rasa_url}/webhooks/gateway/webhook", json=body).status_code == 401
    assert httpx.post(f"{assistant.rasa_url}/webhooks/rest/webhook", json=body).status_code == 404
    assert httpx.post(f"{assistant.actions_url}/webhook", json={}).status_code == 401
    assert httpx.post(f"{assistant.url}/internal/deliver", json={}).status_code in (401, 403)


class TestActionServerInTrouble:
    def test_down_then_back(self, person, assistant):
        viewer = person("zh")
        os.kill(assistant.pids["actions"], signal.SIGKILL)
        heard = viewer.say("流浪地球是谁导演的")
        assert HAN.search(heard.text)
        assistant.watch()
        assert any("actions stopped" in line for line in assistant.said)
        assistant.wait_until_ready()
        goes_on(viewer, within_s=30)  # the gateway may take a moment to notice

    def test_frozen(self, person, assistant):
        viewer = person("en")
        assistant.wait_until_ready()
        process = assistant.pids["actions"]
        os.kill(process, signal.SIGSTOP)
        try:
            start = time.monotonic()
            heard = viewer.say("who directed Parasite")
            assert heard.text and not HAN.search(heard.text)
            assert time.monotonic() - start < 40
        finally:
            os.kill(process, signal.SIGCONT)
        assert "Bong" in viewer.say("who directed Parasite").text

    def test_rasa_down_then_back(self, person, assistant):
        viewer = person("en")
        os.kill(assistant.pids["rasa"], signal.SIGKILL)
        answer = viewer.post("who directed Parasite")
        words = (
            answer.json()["error"]["message"]["en"]
            if answer.is_error
            else answer.json()["replies"][0]["parts"][0]["text"]
        )
        assert words
        assistant.watch()
        assistant.wait_until_ready()
        assert "Bong" in viewer.say("who directed Parasite").text
