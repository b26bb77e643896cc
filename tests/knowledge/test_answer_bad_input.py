"""Questions that are none: empty, enormous, unprintable, or about forty things at once. Never a crash or a guess."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answer import Answerer


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "question", ["", "   ", "？？？", "😀😀😀", "🎬🍿🎵", "\x00\x01\x02", "。。。", "\n" * 500, "（" * 500]
)
def test_a_question_that_names_nothing_gets_a_helpful_sentence(
    demo_answerer: Answerer, question: str, lang: str
) -> None:
    answer = demo_answerer.answer(question, lang=lang)  # type: ignore[arg-type]
    assert answer.kind == "none" and not answer.facts and not answer.entities
    assert ("你可以问我" if lang == "zh" else "Ask me") in answer.text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("星际\x00穿越是谁导演的\x07", "《星际穿越》是克里斯托弗·诺兰导演的。"),
        ("who\x00directed\x1b Interstellar\x7f", "Christopher Nolan directed Interstellar."),
    ],
)
def test_control_characters_are_ignored(demo_answerer: Answerer, question: str, text: str) -> None:
    assert demo_answerer.answer(question).text == text


@pytest.mark.parametrize(
    ("piece", "times", "text"),
    [
        ("星际穿越是谁导演的？", 210_000, "《星际穿越》是克里斯托弗·诺兰导演的。"),
        ("who directed Interstellar? ", 80_000, "Christopher Nolan directed Interstellar."),
        ("啊", 700_000, None),
        ("x ", 1_000_000, None),
    ],
)
def test_two_megabytes_are_read_at_their_beginning(
    demo_answerer: Answerer, piece: str, times: int, text: str | None
) -> None:
    answer = demo_answerer.answer(piece * times)
    assert answer.text == text if text else answer.kind in ("none", "clarify")
    assert len(answer.text) < 1000


@pytest.mark.parametrize(
    ("lang", "ask", "first"),
    [
        ("zh", "{}哪个最长", "一次最多比5部"),
        ("zh", "{}是谁导演的", "一次最多说5部"),
        ("en", "compare {}", "Taking the first 5"),
    ],
)
def test_forty_things_are_cut_to_the_first_few_and_that_is_said(
    demo_answerer: Answerer, lang: str, ask: str, first: str
) -> None:
    films = [film for film in demo_answerer.graph.entities("film") if len(film.label(lang)) > 3][:40]
    names = "、".join(f"《{film.label(lang)}》" for film in films)
    names = names if lang == "zh" else ", ".join(film.label(lang) for film in films)
    answer = demo_answerer.answer(ask.format(names))
    assert answer.text.startswith(first), answer.text[:80]
    assert len(answer.about) == 5 and len(answer.text) < 2500


@pytest.mark.parametrize("question", ["《{}》是谁导演的", "who directed “{}”"])
def test_a_long_name_that_is_not_here_is_not_repeated_in_full(demo_answerer: Answerer, question: str) -> None:
    answer = demo_answerer.answer(question.format("无名之" * 19))
    assert answer.kind in ("clarify", "none") and len(answer.text) < 200 and len(answer.suggestions) <= 4


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_anything_at_all_gets_an_answer(demo_answerer: Answerer, question: str) -> None:
    answer = demo_answerer.answer(question)
    assert answer.text and 0 <= answer.confidence <= 1 and len(answer.suggestions) <= 4
