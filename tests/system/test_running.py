"""Starting, importing while it runs, long conversations, many at once."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor


def test_an_import_is_known_to_the_running_assistant(person, settings, tmp_path):
    file = tmp_path / "new.jsonl"
    record = {
        "id": "film/the-lantern-keeper-2025", "type": "film", "title": {"zh": "守灯塔的猫", "en": "The Lantern Keeper's Cat"},
        "year": 2025, "countries": ["cn"], "languages": ["zh"], "genres": ["animation", "family"], "directors": ["Lin Xiaoyu|林小雨"],
        "moods": ["warm", "light"], "line": {"zh": "一只猫接过了灯塔的班。", "en": "A cat takes over the night shift at a lighthouse."},
    }  # fmt: skip
    file.write_text(json.dumps(record, ensure_ascii=False) + "\n{broken\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "import", "catalogue", str(file)],
        env={**__import__("os").environ, "YUBAN_HOME": str(settings.home)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0 and "1 added" in done.stdout and "1 skipped" in done.stdout, done.stdout + done.stderr
    viewer = person()
    for _ in range(40):
        heard = viewer.say("守灯塔的猫是谁导演的")
        if "林小雨" in heard.text:
            break
        time.sleep(0.5)
    assert "林小雨" in heard.text


def test_twenty_people_at_once_keep_their_own_thread(person):
    titles = [("流浪地球", "郭帆"), ("霸王别姬", "陈凯歌"), ("功夫", "周星驰"), ("英雄", "张艺谋")]

    def talk(number):
        title, director = titles[number % len(titles)]
        viewer = person()
        first = viewer.say(f"《{title}》是谁导演的").text
        return director in first and title in viewer.say("它是哪年的").text

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(talk, range(20)))


def test_turn_200_still_knows_the_thread(person):
    viewer = person()
    viewer.say("《霸王别姬》是谁导演的")
    for number in range(100):
        assert viewer.say("谢谢" if number % 2 else "你好").text
    assert "1993" in viewer.say("它是哪一年的").text


def test_no_process_is_left_behind(settings):
    from dataclasses import replace

    import psutil

    from bot.processes import Assistant
    from bot.settings import free_port

    second = Assistant(replace(settings, port=free_port()), print)
    second.start()
    pids = list(second.pids.values())
    second.stop()
    assert len(pids) == 3 and not any(
        psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids
    )


def test_selective_domain_stays_off():
    from bot.models import DIALOGUE

    endpoints = (DIALOGUE / "endpoints.yml").read_text(encoding="utf-8")
    assert "enable_selective_domain: true" not in endpoints
