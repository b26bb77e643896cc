import pytest
from components.language import LanguageDetector
from components.text import detect_language, fold
from components.tokenizer import tokenize
from hypothesis import given
from hypothesis import strategies as st


def texts(text, names=()):
    return [token.text for token in tokenize(text, names)]


def test_chinese_english_and_both():
    assert texts("谁导演了 Breaking Bad？") == ["谁", "导", "演", "了", "breaking", "bad"]
    assert texts("ＡＢＣ１２３") == ["abc", "123"]
    assert texts("it's 9.5分") == ["it's", "9.5", "分"]


def test_titles_stay_whole():
    assert texts("《我不是药神》好看吗") == ["我不是药神", "好", "看", "吗"]
    assert texts("看流浪地球吗", [(1, 5)]) == ["看", "流浪地球", "吗"]
    # a title around a name wins
    assert texts("《再见流浪地球》", [(3, 7)]) == ["再见流浪地球"]


def test_emoji_only_is_its_own_token():
    assert texts("👍👍") == ["👍👍"]
    assert texts("") == []


@given(st.text(max_size=80))
def test_no_blank_tokens_and_offsets_point_into_the_message(text):
    for token in tokenize(text):
        assert token.text.strip()
        assert fold(text)[token.start : token.end] == token.text or token.text == text


@given(st.text(max_size=80))
def test_folding_keeps_the_length(text):
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("谁导演了 Interstellar", "zh"),
        ("who directed 三体", "en"),
        ("what is 《我不是药神》 about", "en"),
        ("有没有像Interstellar但是lighter一点的", "zh"),
        ("Interstellar", "en"),
        ("《霸王别姬》", "zh"),
        ("recommend something like 甄嬛传 but shorter", "en"),
        ("推薦一部輕鬆的電影", "zh"),
        ("👍", None),
        ("123 !!", None),
    ],
)
def test_language(text, lang):
    assert detect_language(text) == lang


@pytest.mark.parametrize(
    ("text", "metadata", "lang"),
    [
        ("who directed it", {"lang_pin": "zh"}, "zh"),
        ("who directed it", {"lang_hint": "zh"}, "en"),
        ("Wi-Fi", {"lang_hint": "zh"}, "zh"),
        ("Interstellar", {"lang_hint": "zh"}, "zh"),
        ("Interstellar", {}, "en"),
        ("hello", {"lang_hint": "zh"}, "en"),
        ('/ask{"said": "who directed it"}', {"lang_hint": "zh"}, "zh"),
        ("👍", {"lang_hint": "en"}, "en"),
        ("👍", {"lang_pin": "fr"}, None),
    ],
)
def test_pin_then_text_then_hint(text, metadata, lang):
    assert LanguageDetector.language_of(text, metadata) == lang
