"""What training teaches on a toy language, that it repeats itself, and files of pairs good and bad."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.importers.faq import FaqEntry
from knowledge.search.encoder_training import BadPairs, Settings, faq_groups, read_groups, train

torch = pytest.importorskip("torch")

ZH = ["退票", "卡顿", "会员", "下载", "字幕", "密码", "发票", "投屏"]
EN = ["refund", "lag", "member", "offline", "caption", "password", "invoice", "cast"]
GROUPS = [
    (f"怎么{zh}", f"{zh}怎么办", f"请问{zh}呢", f"how to {en}", f"some {en} now", f"about {en}")
    for zh, en in zip(ZH, EN, strict=True)
]
QUICK = Settings(dimensions=32, buckets=1024, epochs=30, batch=16)


class Fixed:
    """An encoder of English: a direction for each word."""

    def encode(
        self, texts: Sequence[str], batch_size: int = 0, progress: Callable[[int, int], None] | None = None
    ) -> np.ndarray:
        axis = {word: number for number, word in enumerate([*EN, "unseen", "hello"])}
        rows = np.full((len(texts), len(axis)), 0.01, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.split():
                if word in axis:
                    row[axis["refund" if word == "unseen" else word]] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_languages_meet_and_training_repeats_itself() -> None:
    told: list[tuple[int, int, float]] = []
    encoder = train(GROUPS, QUICK, progress=lambda *state: told.append(state))
    # Neither sentence was seen; the words in them were.
    found = encoder.encode([f"我要{zh}" for zh in ZH]) @ encoder.encode([f"{en} please" for en in EN]).T
    assert found.argmax(axis=1).tolist() == list(range(len(ZH)))
    assert told[-1][:2] == (30, 30) and told[-1][2] < told[0][2] / 2
    np.testing.assert_array_equal(train(GROUPS, QUICK).table, encoder.table)


def test_a_teacher_passes_on_words_no_group_holds() -> None:
    encoder = train(GROUPS, QUICK, teacher=Fixed(), words=["unseen", "hello"])
    refund, lag = encoder.encode(["退票", "卡顿"])
    unseen = encoder.encode(["unseen"])[0]
    assert unseen @ refund > unseen @ lag + 0.2


def test_training_leaves_torchs_threads_alone() -> None:
    before = torch.get_num_threads()
    train(GROUPS[:2], Settings(dimensions=4, buckets=8, epochs=1))
    assert torch.get_num_threads() == before


def test_one_group_teaches_nothing() -> None:
    with pytest.raises(BadPairs, match="at least two"):
        train(GROUPS[:1])


def test_groups_of_the_faq() -> None:
    entry = FaqEntry("a/b", "a", {"zh": "问", "en": "ask"}, {"zh": ["怎么问"]}, {"zh": "答"})
    alone = FaqEntry("a/c", "a", {"zh": "问"}, {}, {"zh": "答"})
    assert faq_groups([entry, alone]) == [("问", "ask", "怎么问")]


def test_files_of_groups(tmp_path: Path) -> None:
    lines = '{"zh": ["退票", " 不想要了 "], "en": "refund"}\n\n["a", "b"]\n["alone"]\n'
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    assert read_groups(tmp_path / "a.jsonl") == [("退票", "不想要了", "refund"), ("a", "b")]
    (tmp_path / "a.csv").write_text('退票,"refund, please",\nalone\n', encoding="utf-8-sig")
    assert read_groups(tmp_path / "a.csv") == [("退票", "refund, please")]
    (tmp_path / "a.tsv").write_text("a\tb\n", encoding="utf-8")
    assert read_groups(tmp_path / "a.tsv") == [("a", "b")]


@pytest.mark.parametrize("text", ["nonsense", '"a string"', '["a", 3]', '["a", "b"]\n{"zh": null}'])
def test_a_bad_file_names_itself(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(BadPairs, match=r"bad\.jsonl, after [01] groups"):
        read_groups(tmp_path / "bad.jsonl")
    with pytest.raises(BadPairs, match="none"):
        read_groups(tmp_path / "none.jsonl")
    (tmp_path / "latin.csv").write_bytes(b"caf\xe9,x\n")
    with pytest.raises(BadPairs, match=r"latin\.csv"):
        read_groups(tmp_path / "latin.csv")
