from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import detect_language, fold, fold_table, tokens


@given(st.text(max_size=80))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=80))
def test_the_exported_table_folds_alone(text: str) -> None:
    table = fold_table()
    assert "".join(table.get(char, char) for char in text) == fold(text)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("星際穿越", "星际穿越"),
        ("無間道是誰導演的？", "无间道是谁导演的?"),
        ("Ｉｎｔｅｒｓｔｅｌｌａｒ　２", "interstellar 2"),
        ("Amélie", "amelie"),
        ("Schindler’s “List”", 'schindler\'s "list"'),
        ("克里斯托弗・諾蘭", "克里斯托弗·诺兰"),
        ("ﬁn…", "ﬁn…"),  # would grow: left alone
    ],
)
def test_what_is_typed_differently_folds_alike(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("星际穿越是谁导演的", "zh"),
        ("who directed Interstellar", "en"),
        ("Interstellar是谁导演的", "zh"),
        ("who directed 《三体》", "en"),
        ("who directed 我不是药神", "en"),
        ("is 我不是药神 any good?", "en"),
        ("The Dark Knight 是谁导演的", "zh"),
        ("推荐 something like 星际穿越", "zh"),
        ("help me 写一个剧本", "zh"),
        ("《三体》", "zh"),
        ("Inception", "en"),
        ("😀", None),
        ("2046", None),
        ("？！", None),
    ],
)
def test_the_sentence_decides_the_language_not_what_it_cites(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_tokens_of_both_languages() -> None:
    assert tokens("谁 directed the 流浪地球 movies?") == [
        *("谁", "directed", "the", "流", "浪", "地", "球", "流浪", "浪地", "地球", "movie"),
    ]
    assert tokens("2014年的 boxes, classes and stories") == ["2014", "年", "的", "年的", "box", "class", "and", "story"]


@given(st.text(max_size=80))
def test_tokens_are_never_blank_and_always_folded(text: str) -> None:
    for token in tokens(text):
        assert token.strip() == token != ""
        assert fold(token) == token
