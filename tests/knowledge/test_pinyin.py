from __future__ import annotations

import pytest

from knowledge.linking import pinyin
from knowledge.linking.pinyin import PinyinIndex, is_pinyin, syllables

NAMES = ["流浪地球", "流浪地球2", "霸王别姬", "重庆森林", "甄嬛传", "绿皮书", "周迅", "胡歌", "星际穿越", "无间道"]


@pytest.fixture(scope="module")
def index() -> PinyinIndex:
    return PinyinIndex(NAMES, lambda name: len(name) > 2)


def found(index: PinyinIndex, flat: str, words: frozenset[str] = frozenset()) -> dict[str, str]:
    return {name: flat[hit.start : hit.end] for hit in index.find(flat, words.__contains__) for name in hit.surfaces}


def test_names_are_read_in_their_phrases() -> None:
    assert syllables("重庆森林") == ["chong", "qing", "sen", "lin"]
    assert syllables("绿皮书2") == ["lu", "pi", "shu", "2"]


@pytest.mark.parametrize("word", ["liulang", "zhouxun", "liu2lang4", "xian", "lv", "er"])
def test_pinyin_is_told_from_other_words(word: str) -> None:
    assert is_pinyin(word)


@pytest.mark.parametrize("word", ["lldq", "interstellar", "the", "xyz", "12", "the3"])
def test_other_words_are_not_pinyin(word: str) -> None:
    assert not is_pinyin(word)


@pytest.mark.parametrize(
    ("flat", "name", "span"),
    [
        ("liulang diqiu是谁拍的", "流浪地球", "liulang diqiu"),
        ("liulangdiqiu2", "流浪地球2", "liulangdiqiu2"),
        ("liu2lang4di4qiu2", "流浪地球", "liu2lang4di4qiu2"),
        ("zhouxun films", "周迅", "zhouxun"),
        ("hu ge", "胡歌", "hu ge"),
        ("流浪diqiu", "流浪地球", "流浪diqiu"),
        ("chong qing sen lin", "重庆森林", "chong qing sen lin"),
        ("zhenhuanzhuan好看吗", "甄嬛传", "zhenhuanzhuan"),
        ("zhen huan chuan", "甄嬛传", "zhen huan chuan"),
        ("lvpishu", "绿皮书", "lvpishu"),
        ("流浪地求好看吗", "流浪地球", "流浪地求"),
        ("霸王别鸡", "霸王别姬", "霸王别鸡"),
        ("周讯", "周迅", "周讯"),
        ("重庆深林", "重庆森林", "重庆深林"),
        ("lldq的导演", "流浪地球", "lldq"),
    ],
)
def test_names_are_found_by_sound(index: PinyinIndex, flat: str, name: str, span: str) -> None:
    assert found(index, flat)[name] == span


def test_a_different_surname_is_a_different_person(index: PinyinIndex) -> None:
    assert "周迅" not in found(index, "州迅")


def test_half_the_characters_must_be_right(index: PinyinIndex) -> None:
    assert found(index, "吴建到") == {}


def test_english_words_alone_are_never_pinyin(index: PinyinIndex) -> None:
    assert found(index, "hu ge", frozenset(["hu", "ge"])) == {}


def test_initials_inside_an_english_sentence_are_left_alone(index: PinyinIndex) -> None:
    assert found(index, "my lldq song") == {}


def test_without_the_dictionary_nothing_is_found_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinyin, "available", lambda: False)
    index = PinyinIndex(NAMES)
    assert found(index, "liulang diqiu 流浪地求") == {}
