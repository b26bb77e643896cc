"""The real server process, called as Rasa and the gateway call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from bot.settings import free_port
from knowledge.importers import import_catalogue

ROOT = Path(__file__).parents[2]
TOKEN = "internal-secret"
NEW_WORK = {
    "id": "film/the-lantern-clock-2024",
    "type": "film",
    "title": {"zh": "灯钟记", "en": "The Lantern Clock"},
    "year": 2024,
    "directors": ["Qiao Xia|乔夏"],
    "genres": ["drama"],
}


@pytest.fixture(scope="module")
def server(home, tmp_path_factory):
    """A client of a running server over a copy of the home."""
    own = tmp_path_factory.mktemp("served")
    (own / "models").symlink_to(home / "models")
    port = free_port()
    environment = {**os.environ, "YUBAN_HOME": str(own), "YUBAN_INTERNAL_TOKEN": TOKEN}
    log = (own / "log").open("w+")
    command = [sys.executable, "-m", "actions.server", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=10) as client:
        client.home, client.log = own, own / "log"  # type: ignore[attr-defined]
        for _ in range(300):
            try:
                if client.get("/ready").status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None, client.log.read_text()[-2000:]  # type: ignore[attr-defined]
                time.sleep(0.1)
        yield client
    process.terminate()
    process.wait(10)
    log.close()


def call(action: str, text: str, slots: dict | None = None) -> dict:
    """A webhook call as Rasa 3.6.21 makes it."""
    intent = {"name": "ask", "confidence": 0.98}
    return {
        "next_action": action,
        "sender_id": "ann.1",
        "version": "3.6.21",
        "domain": {},
        "tracker": {
            "sender_id": "ann.1",
            "slots": {"lang": "zh", "focus": None, "listed": None, "prefs": None, "said": None, **(slots or {})},
            "latest_message": {"intent": intent, "entities": [], "text": text, "intent_ranking": [intent]},
            "latest_event_time": 1.0,
            "events": [{"event": "action", "name": "action_listen"}, {"event": "user", "text": text}],
            "latest_input_channel": "gateway",
            "followup_action": None,
            "paused": False,
            "active_loop": {},
            "latest_action": {"action_name": "action_listen"},
            "latest_action_name": "action_listen",
        },
    }


def test_an_action_answers_in_parts_and_slots(server):
    answer = server.post("/webhook", json=call("action_ask", "《星际穿越》是谁导演的"))
    assert answer.status_code == 200
    body = answer.json()
    parts = [response["custom"] for response in body["responses"]]
    assert [part["type"] for part in parts][:2] == ["text", "citation"] and "诺兰" in parts[0]["text"]
    slots = {event["name"]: event["value"] for event in body["events"]}
    assert slots["focus"] == ["person/christopher-nolan", "film/interstellar-2014"]


def test_every_action_of_the_domain_is_served(server):
    import yaml

    domain = yaml.safe_load((ROOT / "bot" / "dialogue" / "domain" / "actions.yml").read_text(encoding="utf-8"))
    for action in domain["actions"]:
        assert server.post("/webhook", json=call(action, "你好")).status_code == 200, action


def test_the_token_is_asked_for_everywhere_but_at_health(server):
    bare = httpx.Client(base_url=server.base_url, headers={"Authorization": "Bearer wrong"})
    for method, path in (
        ("POST", "/webhook"),
        ("POST", "/events"),
        ("GET", "/users/a"),
        ("DELETE", "/users/a"),
        ("GET", "/ready"),
    ):
        assert bare.request(method, path).status_code == 401, path
    assert bare.get("/health").json() == {"status": "ok"}


def test_an_unknown_action_is_404(server):
    answer = server.post("/webhook", json=call("action_dance", "x"))
    assert answer.status_code == 404 and answer.json()["action_name"] == "action_dance"


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"{}", b'{"next_action": "action_ask"}', b'{"next_action": 3, "tracker": {"sender_id": "a"}}']
)
def test_a_broken_call_is_400(server, body):
    assert server.post("/webhook", content=body).status_code == 400


def test_a_failure_tells_nothing_of_the_conversation(server):
    broken = call("action_ask", "SECRET")
    broken["tracker"]["slots"] = "SECRET"
    answer = server.post("/webhook", json=broken)
    assert answer.status_code == 500 and answer.json() == {"error": "internal error"}


def test_events_export_and_erasure(server):
    body = {"user": "bob", "kind": "feedback", "items": ["film/inception-2010", "film/none"], "value": -1}
    answer = server.post("/events", json=body)
    assert answer.status_code == 202 and answer.json() == {"stored": 1}
    assert server.get("/users/bob").json()["events"][0]["item"] == "film/inception-2010"
    assert server.delete("/users/bob").json() == {"erased": True}
    assert server.get("/users/bob").json()["events"] == []
    assert server.post("/events", json={**body, "kind": "dance"}).status_code == 400


def test_a_catalogue_imported_while_running_is_known_within_seconds(server):
    def told() -> str:
        answer = server.post("/webhook", json=call("action_ask", "《灯钟记》是谁导演的"))
        return str(answer.json()["responses"][0]["custom"]["text"])

    assert "乔夏" not in told()
    file = server.home / "mine.jsonl"
    file.write_text(json.dumps(NEW_WORK, ensure_ascii=False) + "\nnot a row\n", encoding="utf-8")
    import_catalogue(file, server.home)
    until = time.monotonic() + 30
    while "乔夏" not in told():  # every answer in between comes from the old catalogue, whole
        assert time.monotonic() < until, server.log.read_text()[-2000:]
        time.sleep(0.2)
