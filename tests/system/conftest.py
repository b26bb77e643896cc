"""The real three processes, started once for all tests of this room, over a home of their own."""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from bot.models import ensure
from bot.processes import Assistant
from bot.settings import Settings, free_port

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    """A fresh home with the models that `make test` has built, so that nothing is trained twice."""
    built = Settings.from_environment()
    ensure(built, print)
    home = tmp_path_factory.mktemp("yuban")
    shutil.copytree(built.home / "models", home / "models")
    for name in ("gazetteer.json", "gazetteer.json.inputs"):
        shutil.copy2(built.home / name, home / name)
    return replace(built, home=home, port=free_port())


@pytest.fixture(scope="session")
def assistant(settings):
    said = []
    with pytest.MonkeyPatch.context() as patch:
        for limit in ("", "_IP", "_SESSIONS", "_READS"):  # all tests come from one address; limits have their own tests
            patch.setenv(f"YUBAN_RATE_LIMIT{limit}", "off")
        running = Assistant(settings, said.append)
        running.said = said
        running.start()
        try:
            running.wait_until_ready()
            yield running
        finally:
            running.stop()


@dataclass
class Person:
    """Someone talking to the assistant over its public API."""

    url: str
    lang: str | None = None
    http: httpx.Client = field(init=False)
    session: dict = field(init=False)

    def __post_init__(self):
        self.http = httpx.Client(base_url=self.url, timeout=60)
        self.session = (
            self.http.post("/v1/session", json={"lang": self.lang} if self.lang else {}).raise_for_status().json()
        )
        self.http.headers["Authorization"] = f"Bearer {self.session['token']}"

    def post(self, text, payload=None):
        body = {"text": text} | ({"payload": payload} if payload else {})
        return self.http.post("/v1/messages", json=body)

    def say(self, text, payload=None):
        answer = self.post(text, payload)
        assert answer.status_code == 200, answer.text
        return Heard(answer.json()["replies"])

    def later(self, after, kind="text", seconds=30):
        """Messages that arrived after ``after`` (a message id), once one has a part of this kind."""
        import time

        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            messages = self.http.get("/v1/messages", params={"after": after}).json()["messages"]
            heard = Heard([message for message in messages if message["role"] != "user"])
            if heard.parts(kind):
                return heard
            time.sleep(0.1)
        raise AssertionError(f"nothing of type {kind} after {seconds} s; got {messages}")


@dataclass
class Heard:
    """The replies to one message."""

    messages: list

    def parts(self, kind):
        return [part for message in self.messages for part in message["parts"] if part["type"] == kind]

    @property
    def text(self):
        return "\n".join(part["text"] for message in self.messages for part in message["parts"] if part.get("text"))

    @property
    def cards(self):
        return [card for part in self.parts("carousel") for card in part["cards"]]

    @property
    def choices(self):
        return [reply for part in self.parts("quick_replies") for reply in part["replies"]]

    @property
    def last_id(self):
        return self.messages[-1]["id"]


@pytest.fixture
def person(assistant):
    made = []

    def new(lang=None):
        made.append(Person(assistant.url, lang))
        return made[-1]

    yield new
    for each in made:
        each.http.close()


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.system)
