"""`python -m bot.gateway` as `yuban run` and a container start it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp
from neighbours import free_port


async def test_it_starts_alone_and_stops_with_a_window_open(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "YUBAN_HOME": str(tmp_path), "YUBAN_INTERNAL_TOKEN": "t"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.gateway", "--port", str(port), "--log-level", "error", env=environment
    )
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http, asyncio.timeout(20):
            while True:
                try:
                    async with http.get("/healthz") as answer:
                        assert answer.status == 200 and "Server" not in answer.headers
                        break
                except aiohttp.ClientConnectionError:
                    assert process.returncode is None
                    await asyncio.sleep(0.05)
            async with http.get("/readyz") as answer:
                assert answer.status == 503
            async with http.post("/v1/session") as answer:
                token = (await answer.json())["token"]
            async with http.get("/v1/events", headers={"Authorization": f"Bearer {token}"}) as stream:
                await stream.content.readline()
                process.send_signal(signal.SIGTERM)
                assert await process.wait() in (0, -signal.SIGTERM)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret", "yuban.db"], "closed cleanly: no WAL is left"
