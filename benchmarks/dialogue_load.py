"""Messages per second of the whole assistant, against Rasa's own starter pipeline.

Protocol
    Ours: the real three processes, spoken to through the gateway (sessions, storage, envelopes included).
    Stock: Rasa 3.6.21 as ``rasa init`` leaves it — the pipeline and policies that Rasa fills in where none are named (white space,
    count vectors, DIET; memoization, rules, UnexpecTED, TED; 100 epochs) — trained on the same NLU data, domain and rules, and, as in
    the starter bot, on a few stories, which are what TED learns from; spoken to through its REST channel, calling the same
    action server.
    Both get the same script, half of whose turns call an action, from 1, 4 and 16 clients one after the other in one run; every
    client starts a new conversation after ten turns. A reply without content counts as empty, any HTTP status but 200 as an error.
    Then one conversation of 205 turns (ours), memory of all processes (ours), and the time of a second start to the first answer.
    NLU F1 is macro F1 over intents in cross-validation (``rasa test nlu --cross-validation``), same folds, same data.
    Stock needs about 20 minutes for a training on two cores. Epochs change what it learns and not how fast it answers, so
    ``--stock-epochs 5 --no-cross-validation`` is enough to measure speed.
Anchor
    Rasa's published figure is 19.5 requests/s on a c5.4xlarge node (RasaHQ/rasa#12974); stock is measured here in the same run.
Command
    python -m benchmarks.dialogue_load [--seconds 20] [--folds 5 | --no-cross-validation]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import httpx
import psutil
from rich.console import Console
from rich.table import Table

from bot.evaluation import cross_validate
from bot.models import DIALOGUE, ensure, rasa, rasa_environment
from bot.processes import Assistant
from bot.settings import LOOPBACK, Settings, free_port

CLIENTS = (1, 4, 16)
TURNS_PER_CONVERSATION = 10
# Ten turns: five that an utterance answers, five that call an action; in both languages, in turn.
SCRIPT = (
    (
        "你好",
        "谁导演了《流浪地球》",
        "谢谢",
        "推荐一部轻松的科幻片",
        "你是机器人吗",
        "更新一点",
        "好的",
        "怎么退款",
        "再见",
        "星际穿越有多长",
    ),
    (
        "hello",
        "who directed Parasite",
        "thanks a lot",
        "recommend a funny film",
        "are you a robot",
        "something newer",
        "okay",
        "how do I get a refund",
        "bye",
        "how long is Interstellar",
    ),
)
console = Console()
Send = Callable[[aiohttp.ClientSession, int, int], Awaitable["tuple[int, bool]"]]


@dataclass
class Load:
    """What the clients of one run saw."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    empty: int = 0
    errors: int = 0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, q: float) -> float:
        """Milliseconds."""
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[round(q * 100) - 1] * 1000


async def drive(send: Send, clients: int, seconds: float) -> Load:
    """Closed loop: each client sends its next turn when the last one is answered."""
    load = Load()
    end = time.perf_counter() + seconds

    async def client(number: int) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
            for turn in itertools.count():
                start = time.perf_counter()
                if start >= end:
                    return
                status, answered = await send(http, number, turn)
                load.latencies.append(time.perf_counter() - start)
                load.errors += status != 200
                load.empty += status == 200 and not answered

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    load.seconds = time.perf_counter() - began
    return load


def line(client: int, turn: int) -> str:
    return SCRIPT[(client + turn // TURNS_PER_CONVERSATION) % 2][turn % TURNS_PER_CONVERSATION]


def through_gateway(url: str) -> Send:
    tokens: dict[int, str] = {}

    async def send(http: aiohttp.ClientSession, client: int, turn: int) -> tuple[int, bool]:
        if turn % TURNS_PER_CONVERSATION == 0:
            async with http.post(f"{url}/v1/session", json={}) as answer:
                tokens[client] = (await answer.json())["token"]
        headers = {"Authorization": f"Bearer {tokens[client]}"}
        async with http.post(f"{url}/v1/messages", json={"text": line(client, turn)}, headers=headers) as answer:
            body = await answer.json()
            return answer.status, bool(body.get("replies")) and all(reply["parts"] for reply in body["replies"])

    return send


def through_rest(url: str) -> Send:
    async def send(http: aiohttp.ClientSession, client: int, turn: int) -> tuple[int, bool]:
        sender = f"c{client}-{os.getpid()}-{turn // TURNS_PER_CONVERSATION}-{url[-4:]}"
        body = {"sender": sender, "message": line(client, turn)}
        async with http.post(f"{url}/webhooks/rest/webhook", json=body) as answer:
            return answer.status, bool(await answer.json())

    return send


async def measure(name: str, send: Send, seconds: float) -> dict[int, Load]:
    await drive(send, 2, 3)  # warm up
    loads = {}
    for clients in CLIENTS:
        loads[clients] = await drive(send, clients, seconds)
        load = loads[clients]
        console.print(
            f"{name}, {clients:2} clients: {load.rate:6.1f} messages/s, p50 {load.quantile(0.5):6.1f} ms, p95 {load.quantile(0.95):6.1f} ms, "
            f"{load.empty} empty, {load.errors} errors"
        )
    return loads


async def long_conversation(url: str, turns: int = 205) -> float:
    """Median time of turns 196–205 over that of turns 6–15, each averaged over three conversations."""
    early, late = [], []
    async with aiohttp.ClientSession() as http:
        for _ in range(3):
            async with http.post(f"{url}/v1/session", json={}) as answer:
                headers = {"Authorization": f"Bearer {(await answer.json())['token']}"}
            for turn in range(1, turns + 1):
                start = time.perf_counter()
                async with http.post(
                    f"{url}/v1/messages", json={"text": line(0, turn % 10)}, headers=headers
                ) as answer:
                    await answer.read()
                took = time.perf_counter() - start
                if 6 <= turn <= 15:
                    early.append(took)
                elif turn > turns - 10:
                    late.append(took)
    return statistics.median(late) / statistics.median(early)


def resident_mib(pids: list[int]) -> float:
    """Resident memory of the processes and all their children, shared pages counted once per process."""
    family = {
        process.pid: process
        for pid in pids
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    }
    return sum(process.memory_info().rss for process in family.values()) / 2**20


STORIES = """version: "3.1"
stories:
- story: a question, then thanks
  steps:
  - intent: greet
  - action: utter_greet
  - intent: ask
  - action: action_ask
  - intent: thanks
  - action: utter_thanks
- story: a recommendation, changed, taken
  steps:
  - intent: recommend
  - action: action_recommend
  - intent: critique
  - action: action_critique
  - intent: feedback
  - action: action_feedback
- story: a frequent question, then good-bye
  steps:
  - intent: faq
  - action: action_faq
  - intent: goodbye
  - action: utter_goodbye
"""


# What Rasa 3.6.21 fills into an empty configuration (rasa/engine/recipes/config_files/default_config.yml).
CONFIG = """recipe: default.v1
assistant_id: stock
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- {{name: DIETClassifier, epochs: {epochs}, constrain_similarities: true}}
- name: EntitySynonymMapper
- {{name: ResponseSelector, epochs: {epochs}, constrain_similarities: true}}
- {{name: FallbackClassifier, threshold: 0.3, ambiguity_threshold: 0.1}}
policies:
- name: MemoizationPolicy
- name: RulePolicy
- {{name: UnexpecTEDIntentPolicy, max_history: 5, epochs: {epochs}}}
- {{name: TEDPolicy, max_history: 5, epochs: {epochs}, constrain_similarities: true}}
"""


def train_stock(settings: Settings, folder: Path, epochs: int) -> Path:
    """The starter bot on our data: Rasa's default pipeline and policies; returns the project's folder."""
    project = folder / "stock"
    project.mkdir()
    (project / "config.yml").write_text(CONFIG.format(epochs=epochs))
    shutil.copytree(DIALOGUE / "domain", project / "domain")
    shutil.copytree(DIALOGUE / "data", project / "data")
    shutil.copytree(settings.home / "nlu", project / "data" / "nlu" / "generated")
    (project / "data" / "stories.yml").write_text(STORIES)
    (project / "credentials.yml").write_text("rest:\n")
    (project / "endpoints.yml").write_text(
        "action_endpoint:\n  url: ${YUBAN_ACTIONS_URL}/webhook\n  headers:\n    Authorization: Bearer ${YUBAN_INTERNAL_TOKEN}\n"
    )
    rasa(
        settings,
        ["train", "--domain", "domain", "--data", "data", "--out", "models"],
        log="train-stock",
        directory=project,
    )
    return project


def start_stock(settings: Settings, project: Path, assistant: Assistant) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    environment = {
        **rasa_environment(settings),
        "YUBAN_ACTIONS_URL": assistant.actions_url,
        "YUBAN_INTERNAL_TOKEN": settings.internal_token,
    }
    environment.pop("PYTHONPATH")
    # fmt: off
    command = [str(settings.rasa_python), "-m", "rasa", "run", "--model", "models", "--endpoints", "endpoints.yml",
               "--credentials", "credentials.yml", "--interface", LOOPBACK, "--port", str(port)]
    # fmt: on
    with (settings.logs / "stock.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=project, env=environment, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://{LOOPBACK}:{port}"
    for _ in range(600):
        try:  # an answer to a message, not only an open port, says that the model is loaded
            if httpx.post(
                f"{url}/webhooks/rest/webhook", json={"sender": "warm", "message": "hello"}, timeout=5
            ).json():
                return process, url
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(0.5)
    process.terminate()
    raise TimeoutError(f"stock Rasa did not answer; see {settings.logs / 'stock.log'}")


def second_start(settings: Settings) -> float:
    """Seconds from a second ``yuban run`` (everything built) to the first answer to a message."""
    start = time.monotonic()
    ensure(settings, lambda _: None)
    assistant = Assistant(settings, console.print)
    assistant.start()
    try:
        assistant.wait_until_ready()
        asyncio.run(drive(through_gateway(assistant.url), 1, 0.01))
        return time.monotonic() - start
    finally:
        assistant.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each load run")
    parser.add_argument("--folds", type=int, default=5, help="folds of the cross-validation")
    parser.add_argument("--cv-examples", type=int, help="cross-validate both on a stratified sample of this size")
    parser.add_argument("--stock-epochs", type=int, default=100, help="epochs of stock's models (Rasa's default: 100)")
    parser.add_argument("--no-cross-validation", action="store_true", help="leave out NLU F1 (stock takes long)")
    options = parser.parse_args()
    for limit in ("", "_IP", "_SESSIONS", "_READS"):  # one address sends everything here
        os.environ[f"YUBAN_RATE_LIMIT{limit}"] = "off"
    settings = Settings.from_environment()
    ensure(settings, lambda text: console.print(f"· {text}"))
    results: dict[str, float] = {}
    rivals: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="yuban-bench-") as scratch:
        results["start_s/second"] = second_start(settings)
        start = time.monotonic()
        with console.status("training stock Rasa on the same data …"):
            project = train_stock(settings, Path(scratch), options.stock_epochs)
        rivals["stock/train_s"] = time.monotonic() - start
        assistant = Assistant(replace(settings, port=free_port()), console.print)
        assistant.start()
        try:
            assistant.wait_until_ready()
            ours = asyncio.run(measure("ours", through_gateway(assistant.url), options.seconds))
            results["turn200_over_turn10"] = asyncio.run(long_conversation(assistant.url))
            results["rss_mib/total"] = resident_mib(list(assistant.pids.values()))
            process, url = start_stock(settings, project, assistant)
            try:
                stock = asyncio.run(measure("stock", through_rest(url), options.seconds))
                rivals["stock/rss_mib"] = resident_mib([process.pid])
            finally:
                process.terminate()
                process.wait()
        finally:
            assistant.stop()
        for clients in CLIENTS:
            for where, prefix, load in ((results, "", ours[clients]), (rivals, "stock/", stock[clients])):
                where[f"{prefix}msgs_per_s/c{clients}"] = load.rate
                where[f"{prefix}p50_ms/c{clients}"] = load.quantile(0.5)
                where[f"{prefix}p95_ms/c{clients}"] = load.quantile(0.95)
        results["ratio/c16"] = ours[16].rate / stock[16].rate
        results["p95_ratio/c4"] = ours[4].quantile(0.95) / stock[4].quantile(0.95)
        results["empty"] = sum(load.empty for load in ours.values())
        results["errors"] = sum(load.errors for load in ours.values())
        rivals["stock/empty"] = sum(load.empty for load in stock.values())
        if not options.no_cross_validation:
            results["nlu_f1/ours"] = cross_validate(settings, options.folds, examples=options.cv_examples).macro_f1
            results["nlu_f1/stock"] = cross_validate(
                settings, options.folds, config=project / "config.yml", name="stock", examples=options.cv_examples
            ).macro_f1
    table = Table("figure", "ours", "stock")
    for key, number in results.items():
        table.add_row(key, f"{number:.3f}", f"{rivals[f'stock/{key}']:.3f}" if f"stock/{key}" in rivals else "")
    console.print(table)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    rounded = {key: round(value, 4) for key, value in results.items()}
    print(
        json.dumps(
            {
                "benchmark": "dialogue_load",
                "split": None,
                "results": rounded,
                "rivals": {k: round(v, 4) for k, v in rivals.items()},
                "machine": machine,
            }
        )
    )


if __name__ == "__main__":
    main()
