"""The supervisor, over processes that are only shell commands."""

import os
import socket
import sys
import time

import psutil
import pytest

from bot.processes import Assistant, Managed
from bot.settings import Settings, free_port


@pytest.fixture
def assistant(tmp_path):
    said = []
    made = Assistant(Settings(home=tmp_path), said.append)
    made.said = said
    yield made
    made.stop()


def child(assistant, tmp_path, code, name="child"):
    made = Managed(name, [sys.executable, "-c", code], dict(os.environ), tmp_path, tmp_path / f"{name}.log")
    assistant._children = [made]
    return made


def eventually(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_dead_process_is_started_again_and_said_to_be(assistant, tmp_path):
    made = child(assistant, tmp_path, "import time; time.sleep(60)")
    assistant.start()
    first = made.process.pid
    made.process.kill()
    made.process.wait()
    assistant.watch()
    assert "child stopped" in assistant.said[0] and "1 s" in assistant.said[0]
    made.next_start = 0  # do not wait out the pause here
    assistant.watch()
    assert made.process.pid != first and made.process.poll() is None


def test_pauses_grow(assistant, tmp_path):
    made = child(assistant, tmp_path, "raise SystemExit(3)")
    assistant.start()
    for _ in range(3):
        made.process.wait()
        assistant.watch()
        made.next_start = 0
        assistant.watch()
    assert [line.split(" again in ")[1].split(" s")[0] for line in assistant.said] == ["1", "2", "4"]
    assert "exit code 3" in assistant.said[0]


def test_stop_ends_a_process_that_will_not_listen_and_its_children(assistant, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.processes.STOP_GRACE_S", 0.5)
    ignore = "import signal, subprocess, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    code = f"{ignore}; subprocess.Popen(['sleep', '60']); print('up', flush=True); time.sleep(60)"
    made = child(assistant, tmp_path, code)
    assistant.start()
    eventually(lambda: "up" in made.log.read_text())
    family = [psutil.Process(made.process.pid), *psutil.Process(made.process.pid).children()]
    assistant.stop()
    eventually(lambda: all(not process.is_running() or process.status() == psutil.STATUS_ZOMBIE for process in family))


def test_not_ready_in_time_names_the_logs(assistant, tmp_path):
    child(assistant, tmp_path, "import time; time.sleep(60)")
    assistant.start()
    with pytest.raises(TimeoutError, match=str(tmp_path)):
        assistant.wait_until_ready(timeout_s=0.5)


def test_a_taken_port_is_stepped_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port


def test_inner_processes_are_on_loopback(assistant):
    assert assistant.rasa_url.startswith("http://127.0.0.1:") and assistant.actions_url.startswith("http://127.0.0.1:")


def test_the_token_is_not_shown(tmp_path):
    settings = Settings(home=tmp_path, internal_token="s3cret-token")
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize("port", ["0", "http", "70000", "-1"])
def test_a_bad_port_is_named(monkeypatch, port):
    monkeypatch.setenv("YUBAN_PORT", port)
    with pytest.raises(ValueError, match="YUBAN_PORT"):
        Settings.from_environment()
