"""A second gateway before the same Rasa and actions, with its real limits and sessions that expire at once."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bot.settings import LOOPBACK, ROOT, free_port


@pytest.fixture(scope="module")
def door(assistant, settings, tmp_path_factory):
    """Starts gateways with extra environment variables; their addresses."""
    started = []

    def start(**extra):
        port = free_port()
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("YUBAN_")}
        environment = {
            **inherited,
            "YUBAN_HOME": str(tmp_path_factory.mktemp("door")),
            "YUBAN_INTERNAL_TOKEN": settings.internal_token,
            "YUBAN_RASA_URL": assistant.rasa_url,
            "YUBAN_ACTIONS_URL": assistant.actions_url,
            **extra,
        }
        command = [sys.executable, "-m", "bot.gateway", "--host", LOOPBACK, "--port", str(port)]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        url = f"http://{LOOPBACK}:{port}"
        for _ in range(100):
            try:
                if httpx.get(f"{url}/readyz", timeout=2).status_code == 200:
                    return url
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        raise AssertionError("the gateway did not come up")

    yield start
    for process in started:
        process.terminate()
        process.wait(10)


def visitor(url):
    client = httpx.Client(base_url=url, timeout=60)
    session = client.post("/v1/session", json={"lang": "zh"}).raise_for_status().json()
    client.headers["Authorization"] = f"Bearer {session['token']}"
    return client


def test_a_thousand_messages_in_a_burst(door):
    url = door(YUBAN_RATE_LIMIT="40/second")
    flooder = visitor(url)

    def send(number):
        return flooder.post("/v1/messages", json={"text": f"流浪地球是谁导演的 {number}"})

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(1000)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert {answer.status_code for answer in answers} == {200, 429} and refused
    assert all(
        answer.json()["error"]["message"]["zh"] and int(answer.headers["Retry-After"]) >= 1 for answer in refused
    )
    assert all(answer.json()["replies"] for answer in answers if answer.status_code == 200)
    time.sleep(1.5)
    assert "郭帆" in send("").text  # the conversation goes on
    assert "郭帆" in visitor(url).post("/v1/messages", json={"text": "流浪地球是谁导演的"}).text  # as do others


def test_an_expired_session(door):
    url = door(YUBAN_SESSION_DAYS="0.00002")  # 1.7 seconds
    guest = visitor(url)
    time.sleep(3)
    answer = guest.post("/v1/messages", json={"text": "你好"})
    assert answer.status_code == 401
    words = answer.json()["error"]["message"]
    assert words["zh"] and words["en"]
    assert "郭帆" in visitor(url).post("/v1/messages", json={"text": "流浪地球是谁导演的"}).text
