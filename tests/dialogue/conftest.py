"""Run in the Rasa environment, from ``bot/dialogue``: ``../../.venv-rasa/bin/python -m pytest ../../tests/dialogue``."""

import json
import os
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2] / "bot" / "dialogue"
sys.path.insert(0, str(PROJECT))
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

NAMES = [
    ("星际穿越", "work", "film/interstellar-2014", False),
    ("interstellar", "work", "film/interstellar-2014", False),
    ("her", "work", "film/her-2013", True),
    ("活着", "work", "film/to-live-1994", True),
    ("流浪地球", "work", "film/the-wandering-earth-2019", False),
    ("流浪地球2", "work", "film/the-wandering-earth-ii-2023", False),
    ("周迅", "person", "person/zhou-xun", False),
    ("科幻", "genre", "genre/science-fiction", False),
    ("小红书", "channel", "xiaohongshu", False),
]
# A corner of the table that the knowledge base exports: case, width, and three traditional characters.
FOLD = {"電": "电", "輕": "轻", "鬆": "松"}
for letter in "abcdefghijklmnopqrstuvwxyz":
    FOLD[letter.upper()] = FOLD[chr(ord(letter) + 0xFEE0)] = FOLD[chr(ord(letter.upper()) + 0xFEE0)] = letter


@pytest.fixture
def gazetteer_file(tmp_path: Path) -> Path:
    path = tmp_path / "gazetteer.json"
    write_gazetteer(path, NAMES)
    return path


def write_gazetteer(path: Path, names: list) -> None:
    entries = [dict(zip(("surface", "entity", "id", "common"), name, strict=True)) for name in names]
    path.write_text(json.dumps({"version": 1, "fold": FOLD, "entries": entries}), encoding="utf-8")
