"""The three processes: started together, watched, restarted when one dies, stopped together.

Rasa and the action server get free loopback ports and a token that is drawn at each start; only the gateway is on the port the
operator chose. Each writes to its own log. A process that dies is started again, after 1, 2, 4 … 30 seconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.models import DIALOGUE, rasa_environment
from bot.settings import LOOPBACK, ROOT, Settings, free_port, kept_secret

STOP_GRACE_S = 10.0
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0  # a process that lived this long starts over with a short pause


@dataclass
class Managed:
    """One child process and how to start it again."""

    name: str
    command: list[str]
    environment: dict[str, str]
    directory: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    next_start: float = field(default=0.0)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.directory,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches only the parent, which stops the three in order
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        self.started = time.monotonic()

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def _die_with_parent() -> None:
    """Linux: ask the kernel to end this child when its parent is gone, however that came about."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Assistant:
    """The three processes as one thing to start, wait for, watch and stop."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._say = say
        self.port = free_port(settings.port, settings.host)
        self.url = f"http://{'localhost' if settings.host in (LOOPBACK, '0.0.0.0') else settings.host}:{self.port}"
        self.rasa_url = f"http://{LOOPBACK}:{free_port()}"
        self.actions_url = f"http://{LOOPBACK}:{free_port()}"
        shared = {
            "YUBAN_HOME": str(settings.home),
            "YUBAN_INTERNAL_TOKEN": settings.internal_token,
            "YUBAN_RASA_URL": self.rasa_url,
            "YUBAN_ACTIONS_URL": self.actions_url,
            "YUBAN_GATEWAY_URL": f"http://{LOOPBACK}:{self.port}",
            "YUBAN_TRACKER_URL": settings.tracker_url,
            "YUBAN_DATABASE_URL": settings.database_url,
            "YUBAN_REDIS_URL": settings.redis_url,
            "YUBAN_OPERATOR_TOKEN": os.environ.get("YUBAN_OPERATOR_TOKEN") or kept_secret(settings.operator_token),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        logs = settings.logs
        self._children = [
            Managed(
                "actions",
                [sys.executable, "-m", "actions.server", "--port", self.actions_url.rsplit(":", 1)[1]],
                {**os.environ, **shared},
                ROOT,
                logs / "actions.log",
            ),
            Managed(
                "rasa",
                [
                    str(settings.rasa_python),
                    "-m",
                    "rasa",
                    "run",
                    "--model",
                    str(settings.dialogue_models),
                    "--endpoints",
                    "endpoints.yml",
                    "--credentials",
                    "credentials.yml",
                    "--interface",
                    LOOPBACK,
                    "--port",
                    self.rasa_url.rsplit(":", 1)[1],
                ],
                {**rasa_environment(settings), **shared},
                DIALOGUE,
                logs / "rasa.log",
            ),
            Managed(
                "gateway",
                [sys.executable, "-m", "bot.gateway", "--host", settings.host, "--port", str(self.port)],
                {**os.environ, **shared},
                ROOT,
                logs / "gateway.log",
            ),
        ]

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name, of those alive."""
        return {
            child.name: child.process.pid for child in self._children if child.process and child.process.poll() is None
        }

    def start(self) -> None:
        for child in self._children:
            child.log.unlink(missing_ok=True)
            child.start()

    def wait_until_ready(self, timeout_s: float = 180.0) -> float:
        """Seconds it took until all three answered.

        Raises:
            TimeoutError: they did not in time; the message names the logs.
        """
        start = time.monotonic()
        while time.monotonic() - start < timeout_s:
            self.watch()
            try:
                up = len(self.pids) == len(self._children)
                if up and httpx.get(f"http://{LOOPBACK}:{self.port}/readyz", timeout=2).status_code == 200:
                    return time.monotonic() - start
            except httpx.HTTPError:
                pass
            time.sleep(0.25)
        raise TimeoutError(f"not ready after {timeout_s:.0f} s; see {self._children[0].log.parent}/*.log")

    def watch(self) -> None:
        """Restarts what has died; call it a few times a second."""
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                if now - child.started > STEADY_S:
                    child.failures = 0
                pause = min(2.0**child.failures, LONGEST_PAUSE_S)
                child.failures += 1
                self._say(
                    f"{child.name} stopped (exit code {child.process.returncode}); starting it again in {pause:.0f} s. Log: {child.log}"
                )
                child.process, child.next_start = None, now + pause
            elif child.process is None and now >= child.next_start:
                child.start()

    def run_forever(self) -> None:
        while True:
            self.watch()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ends all three: politely, then after ten seconds not."""
        for child in reversed(self._children):  # the door closes first
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_GRACE_S
        for child in reversed(self._children):
            if child.process is not None:
                try:
                    child.process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    child.signal(signal.SIGKILL)
                    child.process.wait()
