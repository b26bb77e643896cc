"""The similarity behind problem recognition, worked out by hand on two tiny problems."""

from __future__ import annotations

from math import log, sqrt

import pytest

from knowledge.diagnosis import Cause, Problem
from knowledge.diagnosis.symptoms import SymptomIndex


def problem(id_: str, *phrasings: str, title: str) -> Problem:
    cause = Cause("it", 1.0, {"en": "it"}, {"en": "mend it"})
    return Problem(id_, {"en": title}, {"en": phrasings}, (cause,), ())


HUM = problem("hum", "hum loud", "hum low", title="hum")
BANG = problem("bang", "loud bang", title="bang")


def test_score_by_hand() -> None:
    """Two problems: hum, low and bang stand in one of them, loud in both; "today" in none."""
    hum, loud, today = log(3) * (1 + log(3)), log(3 / 2), log(2)
    about_hum = hum**2 + loud**2
    bang = log(3) * (1 + log(2))
    asked_of_bang = loud**2 + log(3) ** 2 + today**2  # "hum" is no word of bang's: its plain idf
    expected = {
        "hum": sqrt(about_hum / (about_hum + today**2)),
        "bang": loud**2 / sqrt(asked_of_bang * (loud**2 + bang**2)),
    }
    found = SymptomIndex([BANG, HUM]).match("loud hum today")
    assert [problem.id for problem, _ in found] == ["hum", "bang"]
    assert {problem.id: score for problem, score in found} == pytest.approx(expected)


def test_a_phrasing_or_a_title_scores_one_and_order_and_case_do_not_matter() -> None:
    index = SymptomIndex([HUM, BANG])
    for text in ("hum loud", "Loud HUM!", "hum"):
        assert index.match(text)[0] == (HUM, pytest.approx(1.0))


def test_nothing_in_common_is_no_match() -> None:
    assert SymptomIndex([HUM, BANG]).match("quiet") == []
    assert SymptomIndex([]).match("hum") == []
