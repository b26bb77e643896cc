from __future__ import annotations

import pytest

from knowledge.graph import WORK_TYPES
from knowledge.questions.constraints import Bounds, KindWords, number, read_constraints
from knowledge.text import fold
from knowledge.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("90年代的电影", (1990, 1999)),
        ("上世纪八十年代", (1980, 1989)),
        ("films from the 1990s", (1990, 1999)),
        ("the nineties", (1990, 1999)),
        ("10年代", (2010, 2019)),
        ("2010年以后", (2010, None)),
        ("2010年之后", (2011, None)),
        ("after 2010", (2011, None)),
        ("since 2010", (2010, None)),
        ("2000年以前", (None, 1999)),
        ("before 2000", (None, 1999)),
        ("between 1990 and 2000", (1990, 2000)),
        ("1990年到2000年", (1990, 2000)),
        ("in 1994", (1994, 1994)),
        ("film from 1994", (1994, 1994)),
        ("98年的专辑", (1998, 1998)),
        ("03年", (2003, 2003)),
        ("近三年", (2021, None)),
        ("the last 5 years", (2019, None)),
        ("本世纪", (2001, None)),
    ],
)
def test_years(text: str, bounds: Bounds) -> None:
    assert read_constraints(fold(text), newest=2023).bounds == {"year": bounds}


@pytest.mark.parametrize(
    ("text", "relation", "bounds"),
    [
        ("两小时以内", "runtime", (None, 120)),
        ("不到两小时", "runtime", (None, 119)),
        ("一个半小时以内", "runtime", (None, 90)),
        ("movies under 100 minutes", "runtime", (None, 99)),
        ("at most 100 minutes", "runtime", (None, 100)),
        ("超过3小时", "runtime", (181, None)),
        ("三小时以上", "runtime", (180, None)),
        ("longer than 2 hours", "runtime", (121, None)),
        ("90分钟左右", "runtime", (81, 99)),
        ("20集以内", "episodes", (None, 20)),
        ("under 20 episodes", "episodes", (None, 19)),
        ("五十集以上", "episodes", (50, None)),
        ("12集", "episodes", (12, 12)),
    ],
)
def test_lengths(text: str, relation: str, bounds: Bounds) -> None:
    assert read_constraints(fold(text)).bounds == {relation: bounds}


@pytest.mark.parametrize("text", ["10年前我看过", "有多少集", "how long is it", "第二个", "好看的电影"])
def test_nothing_is_read_where_nothing_is_said(text: str) -> None:
    assert not read_constraints(fold(text)).bounds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1.5", 1.5),
        ("十", 10),
        ("十二", 12),
        ("两", 2),
        ("一百二十", 120),
        ("三半", 3.5),
        ("three", 3),
        ("猫", None),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    assert number(text) == value


def test_kind_words_are_those_of_the_vocabulary(vocabulary: Vocabulary) -> None:
    kinds = KindWords(vocabulary, WORK_TYPES)
    assert [types for *_, types in kinds.find("哪些电影和电视剧")] == [frozenset(["film"]), frozenset(["series"])]
    assert [types for *_, types in kinds.find("films, tv shows and albums")] == [
        frozenset(["film"]),
        frozenset(["series"]),
        frozenset(["album"]),
    ]
    assert kinds.find("什么") == []
