"""The page, in a real browser, in both languages: ask, recommend, refuse, take, have an ad written, fix playback, get a person."""

import os
import re
import shutil
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path(os.environ.get("YUBAN_SCREENSHOTS", "var/screenshots"))
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

SCRIPT = {
    "zh": {
        "ask": ("流浪地球是谁导演的", "郭帆"),
        "else": ("他还拍过什么", "流浪地球2"),
        "like": "有没有类似的，要新一点、轻松一点",
        "refuse": "第一个不要",
        "take": "就看第二个",
        "ad": "给它写一条30秒的广告，小红书和推送各一版",
        "stutter": "播放老是卡顿",
        "fixed": "解决了",
        "human": "转人工",
        "human_reply": "人工",
    },
    "en": {
        "ask": ("who directed Parasite?", "Bong Joon"),
        "else": ("what else did he make?", "Memories of Murder"),
        "like": "something like Parasite, but newer and lighter",
        "refuse": "not the first one",
        "take": "I'll take the second one",
        "ad": "write a 30 second ad for it, for Xiaohongshu and as a push notification",
        "stutter": "playback keeps stuttering",
        "fixed": "Yes, it's fixed",
        "human": "talk to a person",
        "human_reply": "person",
    },
}


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as runner:
        browser = runner.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Page:
    """The widget on the demo page, as a person at a keyboard meets it."""

    def __init__(self, browser, url, lang, width=1280, height=860):
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN" if lang == "zh" else "en-GB"
        )
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on(
            "console", lambda message: self.complaints.append(message.text) if message.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.foreign = []
        self.page.on(
            "request",
            lambda request: (
                None if request.url.startswith((url, "data:", "blob:")) else self.foreign.append(request.url)
            ),
        )
        self.page.goto(f"{url}/?lang={lang}")
        opener = self.page.locator("yuban-assistant .launch")
        self.input = self.page.locator("#text-input")
        if not self.page.locator("yuban-assistant .panel").is_visible():
            opener.click()
        self.input.wait_for()
        self.page.locator(".yb-assistant").first.wait_for()

    @property
    def answers(self):
        return self.page.locator(".yb-assistant")

    def say(self, text):
        """Types, presses Enter and waits for the answer; its text."""
        before = self.answers.count()
        self.input.click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.answers.nth(before).wait_for(timeout=30_000)
        self.page.wait_for_timeout(300)
        return self.since(before)

    def since(self, before):
        return "\n".join(self.answers.nth(index).inner_text() for index in range(before, self.answers.count()))

    def shot(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(700)  # let what is fading in arrive
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_story(chromium, assistant, lang):
    lines = SCRIPT[lang]
    page = Page(chromium, assistant.url, lang)
    for key in ("ask", "else"):
        said, expected = lines[key]
        assert expected in page.say(said)
    page.shot(f"{lang}-1-ask")
    page.say(lines["like"])
    first = page.page.locator(".yb-card h3").last.inner_text()
    assert first
    page.shot(f"{lang}-2-recommend")
    page.say(lines["refuse"])
    page.say(lines["take"])
    before = page.answers.count()
    page.say(lines["ad"])
    drafts = page.page.locator(".yb-draft")
    drafts.nth(1).wait_for(timeout=30_000)
    assert drafts.count() == 2
    assert all("AI" in drafts.nth(index).inner_text() for index in range(2))
    page.shot(f"{lang}-3-ad")
    assert page.answers.count() > before
    page.say(lines["stutter"])
    for _ in range(8):
        choices = page.answers.last.locator(".yb-chip")
        titles = [title.strip() for title in choices.all_inner_texts()]
        chosen = next((title for title in titles if re.search(lines["fixed"], title, re.I)), None)
        before = page.answers.count()
        choices.nth(titles.index(chosen) if chosen else 0).click()
        page.answers.nth(before).wait_for(timeout=30_000)
        page.page.wait_for_timeout(300)
        if chosen:
            break
    assert chosen, titles
    page.shot(f"{lang}-4-fixed")
    assert lines["human_reply"] in page.say(lines["human"]).lower()
    page.shot(f"{lang}-5-human")
    assert not page.foreign, page.foreign
    assert not page.complaints, page.complaints
    page.context.close()


def test_thumbs_up_is_kept(chromium, assistant):
    page = Page(chromium, assistant.url, "zh")
    page.say("流浪地球是谁导演的")
    vote = page.answers.last.locator(".yb-vote").first
    vote.click()
    page.page.locator('.yb-vote[aria-pressed="true"]').first.wait_for()
    page.context.close()


def test_the_conversation_survives_a_reload(chromium, assistant):
    page = Page(chromium, assistant.url, "zh")
    page.say("霸王别姬是谁导演的")
    page.page.reload()
    if not page.page.locator("yuban-assistant .panel").is_visible():
        page.page.locator("yuban-assistant .launch").click()
    page.page.get_by_text("陈凯歌").first.wait_for()
    page.context.close()


def test_markup_is_shown_and_not_run(chromium, assistant):
    page = Page(chromium, assistant.url, "en")
    page.say("<img src=x onerror=\"document.title='hacked'\"> **bold** who directed Parasite")
    assert page.page.title() != "hacked"
    assert page.page.locator("img[src=x]").count() == 0
    page.context.close()


def test_switching_the_language(chromium, assistant):
    page = Page(chromium, assistant.url, "zh")
    page.page.locator("yuban-assistant .language").click()
    assert not re.search("[一-鿿]", page.say("你好"))
    page.context.close()


def test_a_phone(chromium, assistant):
    page = Page(chromium, assistant.url, "zh", width=390, height=844)
    page.say("推荐一部轻松的喜剧")
    box = page.page.locator("yuban-assistant .panel").bounding_box()
    assert box["width"] == 390 and box["height"] <= 844
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    page.shot("zh-phone")
    page.context.close()


def test_keyboard_alone(chromium, assistant):
    page = Page(chromium, assistant.url, "en")
    page.say("hello")
    for _ in range(40):
        page.page.keyboard.press("Tab")
        focused = page.page.evaluate(
            "() => { let e = document.activeElement; while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;"
            " return e?.className || '' }"
        )
        if "yb-chip" in focused:
            break
    assert "yb-chip" in focused
    before = page.answers.count()
    page.page.keyboard.press("Enter")
    page.answers.nth(before).wait_for(timeout=30_000)
    page.page.keyboard.press("Escape")
    assert not page.page.locator("yuban-assistant .panel").is_visible()
    page.context.close()
