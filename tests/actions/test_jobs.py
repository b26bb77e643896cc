"""Late results: acknowledged at once, delivered after the acknowledgement, with progress in between."""

from __future__ import annotations

import asyncio
import json
import time

import httpx
import pytest

from actions import jobs
from actions.reply import text
from actions.turn import Turn

TURN = Turn("写", "zh", "ann.1", "create_ad")


class Gateway:
    """Takes deliveries; answers with the statuses it was given, then 202."""

    def __init__(self):
        self.heard, self.statuses = [], []

    async def __call__(self, request):
        body = json.loads(request.content)
        if body["parts"][0].get("done") is False:
            await asyncio.sleep(0.05)  # a slow line: what was sent first may arrive last
        self.heard.append((body, request.headers["authorization"]))
        return httpx.Response(self.statuses.pop(0) if self.statuses else 202)

    @property
    def parts(self):
        return [part for body, _ in self.heard for part in body["parts"]]


@pytest.fixture
def gateway(monkeypatch):
    here = Gateway()
    client = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **more: client(transport=httpx.MockTransport(here), **more))
    monkeypatch.setattr(jobs, "SOONEST_S", 0.05)
    monkeypatch.setenv("YUBAN_INTERNAL_TOKEN", "t")
    return here


async def finished():
    await asyncio.gather(*jobs._running)


async def test_a_job_is_acknowledged_and_its_result_follows_later(gateway):
    start = time.monotonic()
    part = jobs.submit(TURN, lambda report: [text("成了")], "写文案")
    assert part == {"type": "progress", "job": part["job"], "text": "写文案", "fraction": 0.0, "done": False}
    assert not gateway.heard
    await finished()
    assert time.monotonic() - start >= jobs.SOONEST_S
    ((body, token),) = gateway.heard
    assert body["conversation"] == "ann.1" and body["lang"] == "zh" and token == "Bearer t"
    assert [part["type"] for part in body["parts"]] == ["progress", "text"] and body["parts"][0]["done"]


async def test_progress_comes_in_a_few_steps_and_never_after_the_end(gateway):
    def work(report):
        time.sleep(0.1)
        for step in range(100):
            report(step / 100)
        return [text("成了")]

    jobs.submit(TURN, work, "写剧本")
    await finished()
    fractions = [part["fraction"] for part in gateway.parts if part["type"] == "progress"]
    assert 2 <= len(fractions) <= 6 and fractions[-1] == 1.0 and max(fractions[:-1]) < 1


async def test_a_failed_job_says_so(gateway):
    jobs.submit(TURN, lambda report: 1 / 0, "写剧本")
    await finished()
    assert gateway.parts[0]["done"] and "没写成" in gateway.parts[1]["text"]


async def test_a_gateway_that_is_away_is_tried_again_one_that_refuses_is_not(gateway, monkeypatch):
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    gateway.statuses = [503, 503]
    assert await jobs.deliver(TURN, [text("x")]) and len(gateway.heard) == 3 and len(pauses) == 2
    gateway.statuses = [404]
    assert not await jobs.deliver(TURN, [text("x")]) and len(gateway.heard) == 4
    gateway.statuses = [503] * 9
    assert not await jobs.deliver(TURN, [text("x")]) and len(gateway.heard) == 4 + jobs.ATTEMPTS
