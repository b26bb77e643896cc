"""Byte-pair encoding: any text comes back, common pieces become one token, and no document can end another."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("tokenizers")

from hypothesis import given, settings
from hypothesis import strategies as st

from generation.briefs import GenerationError
from generation.text.tokenizer import END, BytePairs
from generation.text.training_files import CheckpointError

TEXTS = [
    "夜色里的电影院，灯光慢慢暗下来。电影开始了。",
    "The cinema goes dark, and the film begins. The film is long.",
    "电影散场，电影院外面下着雨。",
] * 5


@pytest.fixture(scope="module")
def pairs() -> BytePairs:
    return BytePairs.train(TEXTS, 400)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_comes_back_exactly(pairs: BytePairs, text: str) -> None:
    tokens = pairs.encode(text)
    assert pairs.decode(tokens) == text
    assert all(0 <= token < len(pairs) for token in tokens)


def test_common_pieces_become_one_token(pairs: BytePairs) -> None:
    assert len(pairs.encode(" film")) == 1
    assert len(pairs.encode("电影")) < 6  # bytes in UTF-8
    assert len(pairs.encode("鑫")) == 3  # never seen: its bytes


def test_training_is_repeatable(pairs: BytePairs) -> None:
    again = BytePairs.train(TEXTS, 400)
    assert again.tokenizer.to_str() == pairs.tokenizer.to_str()


def test_the_mark_in_a_text_is_letters(pairs: BytePairs) -> None:
    tokens = pairs.encode(f"one{END}two")
    assert pairs.end not in tokens
    assert pairs.decode(tokens) == f"one{END}two"
    assert pairs.decode([*pairs.encode("a"), pairs.end]) == "a"


def test_saved_it_opens_here_and_in_transformers(pairs: BytePairs, tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    pairs.save(tmp_path / "encoding")
    again = BytePairs.load(tmp_path / "encoding")
    text = "The film begins，电影开始了 🎬"
    assert again.encode(text) == pairs.encode(text) and again.end == pairs.end
    assert again.encode(END) == pairs.encode(END)
    theirs = transformers.AutoTokenizer.from_pretrained(str(tmp_path / "encoding"))
    assert theirs(text)["input_ids"] == pairs.encode(text)
    assert theirs.eos_token_id == pairs.end
    assert {file.name for file in (tmp_path / "encoding").iterdir()} == {"tokenizer.json", "tokenizer_config.json"}


def test_bad_input_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="256 bytes"):
        BytePairs.train(TEXTS, 100)
    with pytest.raises(GenerationError, match="no text"):
        BytePairs.train([], 300)
    with pytest.raises(CheckpointError, match="no tokenizer at"):
        BytePairs.load(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(CheckpointError, match="is no tokenizer"):
        BytePairs.load(tmp_path)
