"""Rasa's environment cannot import ``knowledge``, so folding and language detection exist twice: here they must agree."""

import importlib.util
import json
from pathlib import Path

import pytest

from knowledge.text import detect_language, fold, fold_table

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("dialogue_text", ROOT / "bot" / "dialogue" / "components" / "text.py")
dialogue = importlib.util.module_from_spec(spec)
spec.loader.exec_module(dialogue)


def sentences():
    entries = [
        json.loads(line)
        for line in (ROOT / "knowledge" / "demo" / "faq.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    for entry in entries:
        for lang in ("zh", "en"):
            for text in [entry["question"][lang], *entry["phrasings"][lang]]:
                yield lang, text


MIXED = [
    "谁导演了 Interstellar", "who directed 三体", "what is 《我不是药神》 about", "有没有像Interstellar但是lighter一点的", "《霸王别姬》",
    "recommend something like 甄嬛传 but shorter", "推薦一部輕鬆的電影", "👍", "123 !!", "ＡＢＣ，你好", "Interstellar 和 流浪地球 哪个更长",
]  # fmt: skip


@pytest.mark.parametrize("text", MIXED)
def test_mixed_sentences(text):
    assert dialogue.detect_language(text) == detect_language(text)


def test_the_faq_in_both_languages():
    wrong = [text for lang, text in sentences() if dialogue.detect_language(text) != detect_language(text)]
    assert not wrong, wrong[:10]


def test_folding_is_the_same_once_the_table_is_shared():
    table = dialogue.fold_table(fold_table())
    for text in (
        "輕鬆的電影，ＡＢＣ！",
        "Ａmélie ½ ﬁ",
        "《我不是藥神》",
        *[text for _, text in list(sentences())[:50]],
    ):
        assert dialogue.fold(text, table) == fold(text)
