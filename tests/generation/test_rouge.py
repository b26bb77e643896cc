"""ROUGE: known answers, and the fast longest common subsequence against the obvious one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.text.rouge import Reference, lcs_length, rouge_l, rouge_n

WORDS = st.lists(st.sampled_from("abcde"), max_size=14)


def naive(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            table[i][j] = table[i - 1][j - 1] + 1 if x == y else max(table[i - 1][j], table[i][j - 1])
    return table[-1][-1]


def test_the_example_of_the_paper():
    """Lin 2004, §3.1: the reference "police killed the gunman" and its two candidates."""
    reference = ["police", "killed", "the", "gunman"]
    assert rouge_l(["police", "kill", "the", "gunman"], reference).f1 == pytest.approx(0.75)
    assert rouge_l(["the", "gunman", "kill", "police"], reference).f1 == pytest.approx(0.5)
    assert rouge_n(["police", "kill", "the", "gunman"], reference, 2).f1 == pytest.approx(1 / 3)
    assert rouge_n(["the", "gunman", "kill", "police"], reference, 2).f1 == pytest.approx(1 / 3)


def test_chinese_by_characters():
    score = rouge_n("港口音乐节", "老港口的音乐会", 1)
    assert (score.precision, score.recall) == (4 / 5, 4 / 7)
    assert rouge_l("港口音乐节", "老港口的音乐会").f1 == pytest.approx(2 * 4 / 12)
    assert rouge_n("港口音乐节", "老港口的音乐会", 2).f1 == pytest.approx(2 * 2 / 10)


def test_a_unit_counts_as_often_as_both_have_it():
    assert rouge_n("aaa", "ab", 1).precision == pytest.approx(1 / 3)
    assert rouge_n("ab", "aaa", 1).recall == pytest.approx(1 / 3)
    assert rouge_n("aaab", "aac", 1).recall == pytest.approx(2 / 3)


def test_nothing_scores_nothing():
    for a, b in (("", "ab"), ("ab", ""), ("", "")):
        assert rouge_l(a, b).f1 == rouge_n(a, b, 1).f1 == 0
    assert rouge_n("a", "a", 2).f1 == 0
    with pytest.raises(ValueError, match="at least one"):
        rouge_n("a", "a", 0)


@given(WORDS, WORDS)
def test_the_fast_table_is_the_obvious_one(a, b):
    assert lcs_length(a, b) == naive(a, b) == lcs_length(b, a)


@given(WORDS, WORDS, st.integers(0, 5))
def test_all_prefixes_at_once(a, b, start):
    found = Reference(b).lcs_lengths(a, start, 6)
    assert found == [naive(a[start : start + k], b) for k in range(1, len(a[start : start + 6]) + 1)]


@given(WORDS)
def test_a_text_is_its_own_best_summary(a):
    assert rouge_l(a, a).f1 == (1.0 if a else 0.0)
