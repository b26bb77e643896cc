"""Work that outlasts a turn: acknowledged at once, done in a thread, delivered late through the gateway."""

from __future__ import annotations

import asyncio
import logging
import os
import uuid
from collections.abc import Callable
from concurrent.futures import Future

import httpx

from actions.reply import Part, text
from actions.turn import Turn

logger = logging.getLogger(__name__)

MAX_RUNNING = 4  # jobs at a time; on two cores more would only make each other late
ATTEMPTS = 4
SOONEST_S = 1.5  # what is done sooner would overtake the acknowledgement, which still has to go through Rasa
_running: set[asyncio.Task[None]] = set()
_slots = asyncio.Semaphore(MAX_RUNNING)
Report = Callable[[float], None]


def submit(turn: Turn, work: Callable[[Report], list[Part]], title: str) -> Part:
    """Starts ``work`` and returns the progress part that acknowledges it.

    ``work`` runs in a thread; it is given a function to report progress with (0–1) and returns the parts to deliver.
    """
    job = uuid.uuid4().hex
    task = asyncio.get_running_loop().create_task(_run(job, turn, work, title))
    _running.add(task)  # the loop itself keeps only a weak reference
    task.add_done_callback(_running.discard)
    return progress(job, title, 0.0)


def progress(job: str, title: str, fraction: float | None, done: bool = False) -> Part:
    return {"type": "progress", "job": job, "text": title, "fraction": fraction, "done": done}


async def _run(job: str, turn: Turn, work: Callable[[Report], list[Part]], title: str) -> None:
    loop = asyncio.get_running_loop()
    soonest = loop.time() + SOONEST_S
    sent = 0.0
    updates: list[Future[bool]] = []

    def report(fraction: float) -> None:
        nonlocal sent
        if fraction - sent >= 0.2 and fraction < 1 and loop.time() > soonest:  # a handful of updates, not hundreds
            sent = fraction
            update = deliver(turn, [progress(job, title, fraction)], attempts=1)
            updates.append(asyncio.run_coroutine_threadsafe(update, loop))

    async with _slots:
        try:
            parts = await asyncio.to_thread(work, report)
        except Exception:
            logger.exception("job failed: %s", title)
            sorry = turn.say(
                "抱歉，这次没写成。换个说法再试一次，或者换一部作品？",
                "Sorry, that didn't work out. Try again in other words, or pick another title?",
            )
            parts = [text(sorry)]
    # The bar must not be seen to move once it is full.
    await asyncio.gather(*map(asyncio.wrap_future, updates), return_exceptions=True)
    await asyncio.sleep(soonest - loop.time())
    await deliver(turn, [progress(job, title, 1.0, done=True), *parts])


async def deliver(turn: Turn, parts: list[Part], attempts: int = ATTEMPTS) -> bool:
    """Hands parts to the gateway for this conversation, trying for some seconds; whether it took them."""
    url = os.environ.get("YUBAN_GATEWAY_URL", "http://127.0.0.1:8000") + "/internal/deliver"
    headers = {"Authorization": f"Bearer {os.environ.get('YUBAN_INTERNAL_TOKEN', '')}"}
    body = {"conversation": turn.conversation, "lang": turn.lang, "parts": parts}
    async with httpx.AsyncClient(timeout=5) as client:
        for attempt in range(1, attempts + 1):
            try:
                answer = await client.post(url, json=body, headers=headers)
                if answer.status_code < 500:
                    answer.raise_for_status()
                    return True
                reason = str(answer.status_code)
            except httpx.HTTPStatusError as error:
                logger.error("the gateway refused a delivery: %s", error.response.status_code)
                return False
            except httpx.HTTPError as error:
                reason = type(error).__name__
            logger.warning("delivery failed (%s), attempt %s of %s", reason, attempt, attempts)
            if attempt < attempts:
                await asyncio.sleep(2**attempt / 4)
    return False
