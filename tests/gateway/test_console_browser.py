"""The pages in a real browser: the policy lets everything of ours through, and an operator can do the job."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from gateway_rig import OPERATOR, Rig

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Any]:
    playwright = pytest.importorskip("playwright.async_api")
    async with playwright.async_playwright() as driver:
        installed = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        bundled = Path(driver.chromium.executable_path).exists()
        try:
            program = None if bundled else installed
            chromium = await driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"no browser: {error}")
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Any) -> AsyncIterator[Any]:
    """A page that fails the test when a script fails or the policy is broken."""
    page = await browser.new_page(locale="en-GB")
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(f"dialog {dialog.message}"))
    page.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert problems == []
    await page.close()


async def test_an_operator_at_work(rig: Rig, page: Any) -> None:
    client = await rig.session("zh")
    waiting = {"type": "handoff", "state": "waiting", "text": "正在转接", "summary": f"退款 {HOSTILE}"}
    rig.rasa.reply = lambda turn: [{"custom": waiting}]
    await client.reply("转人工")

    await page.goto(rig.url + "/console")
    await page.get_by_label("Operator token").fill("wrong")
    await page.keyboard.press("Enter")
    await page.get_by_text("The operator token is wrong.").wait_for()
    await page.get_by_label("Operator token").fill(OPERATOR)
    await page.keyboard.press("Enter")
    entry = page.locator(f'button[data-id="{client.conversation}"]')
    await entry.wait_for()
    await entry.focus()
    await page.keyboard.press("Enter")
    await page.locator(".summary", has_text="＜script>").wait_for()
    await page.locator(".line.user", has_text="转人工").wait_for()

    await client.say(f"订单 {HOSTILE}")  # arrives by itself
    await page.locator(".line.user", has_text="订单").wait_for()
    assert await page.locator(".transcript img, .transcript script, .summary img").count() == 0

    await page.get_by_label("Reply").fill("您好，正在处理")
    await page.keyboard.press("Control+Enter")
    await page.locator(".line.agent", has_text="您好，正在处理").wait_for()
    assert (await client.history())[-1]["parts"][0]["text"] == "您好，正在处理"

    await page.get_by_role("button", name="中文").click()
    await page.get_by_role("button", name="结束服务").click()
    await page.locator(".talk").wait_for(state="hidden")
    assert (await client.ask("GET", "/v1/session")).json["handoff"] is None

    await page.reload()
    await page.locator(".desk").wait_for()
    await page.get_by_role("button", name="Log out").click()
    assert await page.evaluate("sessionStorage.length") == 0


async def test_the_documentation(rig: Rig, page: Any) -> None:
    await page.goto(rig.url + "/docs")
    operation = page.locator(".operation", has_text="POST /v1/messages").first
    await operation.get_by_text("at most 2,000 characters").wait_for()
    assert await page.locator(".operation").count() >= 15


async def test_the_demonstration(rig: Rig, page: Any) -> None:
    await page.goto(rig.url + "/")
    await page.get_by_role("heading", name="The Lamplighter of Harbour Nine").wait_for()
    await page.get_by_role("button", name="中文").click()
    await page.get_by_role("heading", name="九号港的点灯人").wait_for()
    assert rig.url in await page.locator(".embed pre").inner_text()
