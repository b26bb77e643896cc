"""Pages, headers, health and metrics."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fake_services import FakeActions, serving
from gateway_rig import Rig, running
from yarl import URL

from bot.gateway.site import PAGES


@pytest.mark.parametrize("path", ["/", "/console", "/docs"])
async def test_pages_run_no_script_but_ours(rig: Rig, path: str) -> None:
    answer = await rig.client().ask("GET", path)
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'" and policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] and answer.headers["Permissions-Policy"]
    page = re.sub(r"<pre>.*?</pre>", "", answer.body.decode(), flags=re.DOTALL)
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|javascript:|<style", page)
    for address in re.findall(r'(?:src|href)="([^"#]+)"', page):
        assert address.startswith("/"), "everything comes from here"
        if address.startswith("/pages/"):
            asset = await rig.client().ask("GET", address)
            assert asset.status == 200 and "text/html" not in asset.headers["Content-Type"], address


def test_scripts_write_text_only() -> None:
    for script in PAGES.glob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script.read_text()), (
            script
        )


async def test_every_response_has_the_headers(rig: Rig) -> None:
    client = await rig.session()
    for path in ("/healthz", "/v1/messages", "/nowhere", "/openapi.json"):
        headers = (await client.ask("GET", path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


ASTRAY = [
    "nothing.js",
    "../outside.json",
    "..%2foutside.json",
    "%2e%2e/outside.json",
    "x/../../outside.json",
    ".hidden.json",
    "notes.txt",
    "yuban.js%00",
    "%00",
    "..",
]


async def test_nothing_else_is_served(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    for path in (tmp_path / "outside.json", dist / ".hidden.json", dist / "notes.txt"):
        path.write_text("{}")
    async with running(tmp_path, widget_dir=dist) as rig:
        for name in [*ASTRAY, "/" + str(tmp_path / "outside.json")]:
            for folder in ("widget", "pages"):
                raw = URL(f"{rig.url}/{folder}/{name}", encoded=True)  # as it is: clients tidy such paths up
                async with rig.http.get(raw) as answer:
                    assert answer.status == 404, raw
                    assert (await answer.json())["error"]["code"] in {"not_found", "widget_not_built"}


async def test_the_widget_may_be_embedded_anywhere(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "yuban.js").write_text("export {};")
    async with running(tmp_path, widget_dir=dist, allowed_origins=("https://a.test",)) as rig:
        answer = await rig.client().ask("GET", "/widget/yuban.js")
        assert answer.body == b"export {};" and answer.headers["Content-Type"].startswith("text/javascript")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
        for origin, allowed in (("https://a.test", "https://a.test"), ("https://evil.test", None)):
            flight = await rig.client().ask("OPTIONS", "/v1/messages", headers={"Origin": origin, **ask})
            assert flight.headers.get("Access-Control-Allow-Origin") == allowed
        huge = {"Origin": "https://a.test", "Content-Type": "application/json"}
        refused = await rig.client().ask("POST", "/v1/session", headers=huge, data=b"x" * 70_000)
        assert refused.status == 413 and refused.headers["Access-Control-Allow-Origin"] == "https://a.test"


async def test_other_origins_get_nothing_by_default(rig: Rig) -> None:
    answer = await rig.client().ask("GET", "/healthz", headers={"Origin": "https://a.test"})
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_the_api_describes_itself(rig: Rig) -> None:
    api = (await rig.client().ask("GET", "/openapi.json")).json
    for path, methods in {
        "/v1/session": {"post", "get", "patch"},
        "/v1/messages": {"post", "get"},
        "/v1/events": {"get"},
        "/v1/messages/{message}/feedback": {"post"},
        "/v1/me/export": {"get"},
        "/v1/me": {"delete"},
        "/v1/operator/conversations": {"get"},
        "/v1/operator/conversations/{conversation}/messages": {"get", "post"},
        "/v1/operator/conversations/{conversation}/resolve": {"post"},
    }.items():
        assert set(api["paths"][path]) == methods
        assert all(operation["description"] for operation in api["paths"][path].values())


async def test_readiness_is_not_health(tmp_path: Path) -> None:
    actions = FakeActions()
    async with serving(actions.app()) as actions_url:
        async with running(tmp_path / "1") as rig:
            ready = await rig.client().ask("GET", "/readyz")
            assert (ready.status, set(ready.json["services"].values())) == (200, {"ready"})
            assert set(ready.json["services"]) == {"dialogue", "actions", "database"}
        async with running(tmp_path / "2", actions_url=actions_url) as rig:
            rig.rasa.ready = False
            ready = await rig.client().ask("GET", "/readyz")
            assert ready.status == 503
            assert ready.json["services"] == {"dialogue": "unavailable", "actions": "ready", "database": "ready"}
            assert (await rig.client().ask("GET", "/healthz")).json == {"status": "ok"}


async def test_metrics(tmp_path: Path) -> None:
    async with running(tmp_path) as rig:
        client = await rig.session()
        await client.reply("你好")
        await client.say("")
        assert (await client.ask("GET", "/metrics")).error == "internal_unauthorized"
        answer = await rig.internal.ask("GET", "/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain")
        text = answer.body.decode()
        for line in (
            'yuban_turns_total{lang="zh",outcome="answered"} 1.0',
            "yuban_turn_seconds_count 1.0",
            'yuban_errors_total{code="message_empty"} 1.0',
            'yuban_errors_total{code="internal_unauthorized"} 1.0',
            "yuban_open_streams 0.0",
        ):
            assert line in text
