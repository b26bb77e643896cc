"""What people say and what it asks for: a table of utterances in both languages, and what holds of any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.graph import WORK_TYPES
from recsys import lexicon
from recsys.critiques import CritiqueReader, Parsed
from recsys.elicit import ANOTHER, CHIPS, QUESTIONS, Chip
from recsys.occasions import OCCASION_WORDS, OCCASIONS
from recsys.operations import Operation

SHOWN = ("film/interstellar", "film/coco", "film/ring")

LINES = Path(__file__).with_name("utterances.txt").read_text(encoding="utf-8").splitlines()
TABLE = [tuple(part.strip() for part in line.split("=>")) for line in LINES if "=>" in line and line[0] != "#"]


def written(op: Operation) -> str:
    """An operation in the notation of ``utterances.txt``."""
    words: list[str] = [op.op, *([op.facet] if op.facet not in ("", "item") else [])]
    if isinstance(op.value, tuple) and op.facet in ("year", "runtime", "episodes", "rating"):
        words.append("..".join("" if end is None else str(end) for end in op.value))
    elif op.value is not None:
        words.append("|".join(id_.split("/", 1)[-1] for id_ in op.ids))
    if op.anchor:
        words.append("@" + op.anchor.split("/")[1])
    if op.strength != 1:
        words.append(f"*{op.strength:g}")
    return " ".join(words)


def summary(parsed: Parsed) -> str:
    return ("; ".join(map(written, parsed)) or "-") + ("" if parsed.understood else " ?")


def test_the_table_is_large_and_bilingual() -> None:
    assert len(TABLE) >= 300
    chinese = [utterance for utterance, _ in TABLE if any("\u4e00" <= char <= "\u9fff" for char in utterance)]
    mixed = [text for text in chinese if any(char.isascii() and char.isalpha() for char in text)]
    assert len(chinese) >= 120 and len(TABLE) - len(chinese) >= 120 and len(mixed) >= 4


@pytest.mark.parametrize(("utterance", "expected"), TABLE, ids=[utterance for utterance, _ in TABLE])
def test_utterance(reader: CritiqueReader, utterance: str, expected: str) -> None:
    assert summary(reader.parse(utterance, shown=SHOWN)) == expected


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("SHORTER!", "less runtime @interstellar"),
        ("Ｓｈｏｒｔｅｒ", "less runtime @interstellar"),
        ("輕鬆一點", "more mood light @interstellar *0.5"),
        ("不要恐怖片。", "not genre horror"),
        ("  換一批  ", "another"),
    ],
)
def test_case_width_and_traditional_characters_do_not_matter(reader, utterance: str, expected: str) -> None:
    assert summary(reader.parse(utterance, shown=SHOWN)) == expected


def test_comparisons_are_with_what_the_talk_is_about(reader: CritiqueReader) -> None:
    assert summary(reader.parse("短一点")) == "less runtime *0.5", "nothing to compare with"
    assert summary(reader.parse("短一点", focus=["film/titanic"])) == "less runtime @titanic *0.5"
    assert summary(reader.parse("短一点", shown=SHOWN, focus=["film/coco"])) == "less runtime @coco *0.5"
    assert summary(reader.parse("短一点", shown=SHOWN, focus=["film/titanic"])) == "less runtime @titanic *0.5", (
        "talked of since"
    )
    assert (
        summary(reader.parse("短一点", shown=SHOWN, focus=["film/coco", "film/titanic"])) == "less runtime @coco *0.5"
    )
    assert summary(reader.parse("短一点", shown=["series/ruyi"])) == "less episodes @ruyi *0.5"
    assert summary(reader.parse("新一点", shown=["gone/from-catalogue", "film/coco"])) == "more year @coco *0.5"


def test_positions_count_from_what_was_shown(reader: CritiqueReader) -> None:
    shown = ["gone/from-catalogue", "film/coco"]
    assert summary(reader.parse("就第二个", shown=shown)) == "accept coco"
    assert summary(reader.parse("就第一个", shown=shown)) == "- ?", "it is no longer there"
    assert summary(reader.parse("就第三个", shown=shown)) == "- ?"
    assert summary(reader.parse("看过了", shown=[])) == "- ?"


def test_a_single_work_shown_is_what_an_opinion_is_about(reader: CritiqueReader) -> None:
    assert summary(reader.parse("不喜欢", shown=["film/coco"])) == "dislike coco"
    assert summary(reader.parse("not interested", shown=SHOWN, focus=["film/ring"])) == "dislike ring"


def test_what_was_not_read_is_said(reader: CritiqueReader) -> None:
    parsed = reader.parse("轻松一点，最好有外星猫咪", shown=SHOWN)
    assert summary(parsed) == "more mood light @interstellar *0.5"
    assert parsed.leftover == "外星猫咪"
    nonsense = reader.parse("colourless green ideas sleep furiously, lighter")
    assert not nonsense.understood and "furiously" in nonsense.leftover


def test_titles_are_not_critiques(demo_reader: CritiqueReader) -> None:
    """A title in marks is a title, whatever words it is made of and whether we have it or not."""
    for text in ("《更新的喜剧》", "《不要恐怖》", "《轻松点》"):
        parsed = demo_reader.parse(text)
        assert not parsed.operations and parsed.leftover == text[1:-1] and not parsed.understood
    assert summary(demo_reader.parse("像《喜剧之王》但新一点")).startswith("similar_to")


BUTTONS = [
    ("zh", "就看《{}》", "accept"),
    ("zh", "《{}》看过了", "seen"),
    ("zh", "对《{}》不感兴趣", "dislike"),
    ("zh", "有没有像《{}》的", "similar_to"),
    ("en", "I'll take “{}”", "accept"),
    ("en", "I've seen “{}”", "seen"),
    ("en", "I'm not interested in “{}”", "dislike"),
    ("en", "Something like “{}”", "similar_to"),
]


@pytest.mark.parametrize(("lang", "phrase", "op"), BUTTONS, ids=[phrase for _, phrase, _ in BUTTONS])
def test_what_is_said_of_a_work_in_view_is_said_of_it(demo, demo_reader, lang: str, phrase: str, op: str) -> None:
    """Every ninth work of the demo, and the one whose name has title marks in it."""
    works = [work.id for work in demo.entities(WORK_TYPES)][::9]
    nested = [work.id for work in demo.entities(WORK_TYPES) if any(mark in work.label(lang) for mark in "《“")]
    for work in [*works, *nested]:
        parsed = demo_reader.parse(phrase.format(demo.entity(work).label(lang)), shown=[works[0], work])
        assert parsed.operations == (Operation(op, "item", work),), work  # type: ignore[arg-type]


def test_an_everyday_word_is_not_the_title_it_also_is(demo_reader: CritiqueReader) -> None:
    shown = ["film/her-2013", "film/kung-fu-hustle-2004"]
    for text in ("I like her voice, something shorter", "想看功夫片", "I've seen better ones", "我喜欢这种配色"):
        assert not any(op.facet == "item" for op in demo_reader.parse(text, shown=shown)), text


@pytest.mark.parametrize("chip", [chip for question in QUESTIONS for chip in question.answers] + [ANOTHER], ids=str)
def test_answers_and_chips_say_what_they_ask_for(reader: CritiqueReader, chip: Chip) -> None:
    for lang in ("zh", "en"):
        parsed = reader.parse(chip.text(lang))
        assert parsed.operations == chip.operations and parsed.understood


@pytest.mark.parametrize("chip", CHIPS, ids=lambda chip: chip.en)
def test_critique_chips_are_anchored_by_the_reader(reader: CritiqueReader, chip: Chip) -> None:
    (asked,) = chip.operations
    for lang in ("zh", "en"):
        (op,) = reader.parse(chip.text(lang), shown=SHOWN).operations
        facet = "runtime" if asked.facet == "length" else asked.facet
        assert (op.op, op.facet, op.value, op.anchor) == (asked.op, facet, asked.value, SHOWN[0])


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_every_word_for_an_occasion_names_it(reader: CritiqueReader, occasion: str) -> None:
    for word in OCCASION_WORDS[occasion]:
        assert set(OCCASIONS[occasion]) <= set(reader.parse(word)), word


def test_every_reset_and_every_page_turn_is_understood(reader: CritiqueReader) -> None:
    for cue in ("reset", "another"):
        for word in lexicon.CUES[cue]:
            assert Operation(cue) in reader.parse(word, shown=SHOWN).operations, word  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([utterance for utterance, _ in TABLE] + ["，", "。", " but ", "和", " or "]), max_size=4)
)
def test_any_turn_is_read_without_error_and_says_the_same_twice(reader: CritiqueReader, pieces: list[str]) -> None:
    text = "".join(pieces)
    parsed = reader.parse(text, shown=SHOWN)
    assert parsed == reader.parse(text, shown=SHOWN)
    for op in parsed:
        assert op == Operation.from_json(op.to_json())
        assert op.anchor is None or op.op in ("more", "less")
        if op.facet == "item":
            assert isinstance(op.value, str)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all_can_be_read(reader: CritiqueReader, text: str) -> None:
    reader.parse(text, shown=SHOWN)
