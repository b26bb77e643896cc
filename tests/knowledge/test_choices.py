"""Reading a reply among offered options: the sure readings, the loose ones, and where it must not guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.diagnosis.choices import UNKNOWN, Option, read_choice

SLOW = [Option("yes", ("也慢", "Yes, they're slow too")), Option("no", ("不慢，只有娱伴", "No, only Yuban"))]
SILENT = [Option("yes", ("完全没声音", "Nothing at all")), Option("no", ("有一点", "A little"))]
WHERE = [
    Option("phone", ("手机或平板", "Phone or tablet")),
    Option("browser", ("电脑浏览器", "Computer browser")),
    Option("cable", ("用 HDMI 线接的屏幕", "A screen connected by HDMI")),
    Option("tv", ("电视 App", "TV app")),
]
QUESTION = "其他 App 上网也慢吗？ Are other apps slow to load as well?"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *[
            (text, "yes")
            for text in ("也慢", "是", "是的，都一样", "嗯嗯", "对啊", "没错", "慢", "都挺慢的", "yes", "Yeah!", "yep")
        ],
        *[
            (text, "yes")
            for text in ("they're slow too", "Yes they are", "they are slow as well", "ＹＥＳ", "也慢。", "第一个")
        ],
        *[
            (text, "no")
            for text in (
                "不慢",
                "不慢，只有娱伴",
                "没有",
                "不是",
                "只有娱伴",
                "不会啊",
                "no",
                "Nope",
                "nah",
                "only Yuban",
            )
        ],
        *[(text, "no") for text in ("they're not slow", "the second one", "2", "选二", "最后一个", "last")],
        *[
            (text, UNKNOWN)
            for text in ("不知道", "我也不太清楚", "没注意", "not sure", "I don't know", "no idea", "没试过呢")
        ],
        *[
            (text, None)
            for text in (
                "",
                "  ",
                "番茄炒蛋",
                "换哪部都卡顿，网页倒是还行",
                "banana",
                "第五个",
                "the third one",
                "转人工",
                "?!",
            )
        ],
    ],
)
def test_a_yes_or_no_question(said: str, meant: str | None) -> None:
    assert read_choice(said, SLOW, QUESTION) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *[
            ("手机", "phone"),
            ("在平板上看的", "phone"),
            ("phone", "phone"),
            ("on my phone", "phone"),
            ("第 3 个", "cable"),
        ],
        *[
            ("电脑浏览器里", "browser"),
            ("computer", "browser"),
            ("the browser", "browser"),
            ("不是手机", None),
            ("手机还是电视呢", None),
            ("HDMI", "cable"),
        ],
        *[("tv app", "tv"), ("the TV app", "tv"), ("电视", "tv"), ("4", "tv"), ("option 2", "browser"), ("是", None)],
        *[("手机和电脑浏览器", "browser"), ("no", None), ("不清楚", UNKNOWN), ("computr browser", "browser")],
    ],
)
def test_a_question_with_places_for_answers(said: str, meant: str | None) -> None:
    assert read_choice(said, WHERE) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [("没声音", "yes"), ("完全没有声音", "yes"), ("有一点", "no"), ("a little", "no"), ("nothing", "yes")],
)
def test_a_yes_that_holds_a_not_is_still_a_yes(said: str, meant: str) -> None:
    assert read_choice(said, SILENT, "是不是完全没声音？") == meant


def test_an_exact_label_beats_every_other_reading() -> None:
    numbers = [Option("one", ("2",)), Option("two", ("1",)), Option("unsure", ("不确定",))]
    assert read_choice("1", numbers) == "two"
    assert read_choice("不确定", numbers) == "unsure"


def test_two_options_that_fit_equally_are_no_answer() -> None:
    assert read_choice("红色的", [Option("big", ("红色的大",)), Option("small", ("红色的小",))]) is None
    assert read_choice("大", [Option("first", ("大",)), Option("second", ("大",))]) is None


def test_close_wordings_keep_their_not() -> None:
    found = [Option("found", ("能搜到电视",)), Option("missing", ("不能搜到电视",))]
    assert read_choice("没搜到电视", found) == "missing"


def test_one_character_inside_a_sentence_proves_nothing() -> None:
    assert read_choice("但是没看清", [Option("a", ("是",)), Option("b", ("否",))]) is None


@given(st.text(max_size=30), st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=5, unique=True))
def test_any_text_gives_an_offered_id_or_unknown_or_nothing(said: str, labels: list[str]) -> None:
    options = [Option(f"o{i}", (label,)) for i, label in enumerate(labels)]
    assert read_choice(said, options) in {option.id for option in options} | {UNKNOWN, None}
