"""The FAQ search: what each matcher adds, who found what, what is refused, and how it is fitted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from knowledge.catalogue import DEMO
from knowledge.importers.faq import FaqEntry, read_faq
from knowledge.search.encoders import Encoder
from knowledge.search.faq_fitting import FOLDS, evaluate, fit, held_out, without_fold
from knowledge.search.faq_search import LIGHT, WITH_SENTENCES, FaqIndex, FaqModel, lead
from knowledge.search.fusion import BadFusion, Hit
from knowledge.search.retrieval import SURE
from knowledge.search.static_encoder import bundled

ENTRIES = [entry for _, entry in read_faq(DEMO / "faq.jsonl") if isinstance(entry, FaqEntry)]


@pytest.fixture(scope="module")
def index() -> FaqIndex:
    return FaqIndex(ENTRIES)


def entry(id_: str, *wordings: str, answer: str = "It is so.") -> FaqEntry:
    return FaqEntry(id_, "help", {"en": wordings[0]}, {"en": list(wordings[1:])}, {"en": answer})


def test_a_phrasing_is_certain_whatever_its_case_and_marks(index: FaqIndex) -> None:
    for each in ENTRIES[::17]:
        for text in (each.question["zh"], each.phrasings["en"][0].upper() + "!?"):
            found = index.search(text)
            assert (found[0].entry.id, found[0].confidence) == (each.id, 1.0)


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        ("我想把会员开通一下", "membership/join"),
        ("how can i sign up as a member", "membership/join"),
        ("what's the monthly price of a membership", "membership/price"),
        ("会员一个月要花多少钱", "membership/price"),
    ],
)
def test_other_words_find_the_entry_surely(index: FaqIndex, question: str, id_: str) -> None:
    best = index.search(question)[0]
    assert best.entry.id == id_ and best.confidence >= SURE


@pytest.mark.parametrize(
    "question", ["今天天气怎么样", "what is the capital of France", "给我讲个故事", "一加一等于几"]
)
def test_what_no_entry_answers_is_not_answered(index: FaqIndex, question: str) -> None:
    assert all(match.confidence < SURE for match in index.search(question))


def test_a_hit_says_who_found_it_and_by_which_terms(index: FaqIndex) -> None:
    best = index.search("我想把会员开通一下")[0]
    assert best.found_by["words"] == 1 and set(best.found_by) <= set(LIGHT)
    assert "会员" in best.terms and "会" not in best.terms
    assert index.search(ENTRIES[0].question["zh"])[0].found_by


def test_matches_are_ordered_and_each_entry_comes_once(index: FaqIndex) -> None:
    for question in ("退票", "卡", "membership", "download on tv"):
        found = index.search(question, 8)
        assert len({match.entry.id for match in found}) == len(found) == 8
        sure = [match.confidence for match in found]
        assert sure == sorted(sure, reverse=True) and all(0 <= each <= 1 for each in sure)
        assert [match.entry.id for match in index.search(question, 2)] == [match.entry.id for match in found[:2]]


@pytest.mark.parametrize("question", ["", "  ", "?!。", "🎬"])
def test_a_question_without_a_word_finds_nothing(index: FaqIndex, question: str) -> None:
    assert index.search(question) == []


def test_a_two_megabyte_question_is_survived(index: FaqIndex) -> None:
    assert len(index.search("退票 " * 700_000)) == 3


def test_no_entries_and_one_entry() -> None:
    assert FaqIndex([]).search("anything") == []
    one = FaqIndex([entry("a/b", "How do I pay?")])
    assert [match.entry.id for match in one.search("how do i pay")] == ["a/b"]
    assert one.search("paying")[0].confidence <= 1


class Oracle:
    """An encoder that knows which texts mean the same: those with the same last word."""

    def encode(
        self, texts: Sequence[str], batch_size: int = 0, progress: Callable[[int, int], None] | None = None
    ) -> np.ndarray:
        axes = np.random.default_rng(0).normal(size=(64, 64))
        rows = [axes[sum(map(ord, text.split()[-1])) % 64] for text in texts]
        return (np.array(rows) / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def toy(count: int = 12) -> list[FaqEntry]:
    kinds = ["lens", "cups", "oaks", "jams", "elks", "figs", "nuts", "owls", "pans", "rugs", "tins", "urns"]
    said = ["what about", "tell me of", "is there news on", "do you know", "explain", "I ask about", "so"]
    return [
        entry(f"a/{kind}", *(f"{way} thing{n}{m} {kind}" for m, way in enumerate(said)))
        for n, kind in enumerate(kinds[:count])
    ]


def test_a_sentence_encoder_is_one_more_matcher() -> None:
    index = FaqIndex(toy(), sentences=Oracle())
    assert index.matchers == WITH_SENTENCES
    found = index.search("quite other words on owls")
    assert found[0].entry.id == "a/owls" and found[0].found_by["sentence"] == 1


def test_folds_take_each_wording_out_once() -> None:
    entries = toy(3)
    texts = []
    for fold in range(FOLDS):
        kept, asked = without_fold(entries, fold)
        for text, lang, number in asked:
            left = [kept[number].question[lang], *kept[number].phrasings[lang]]
            assert text not in left and len(left) >= 5
        texts.extend(text for text, _, _ in asked)
    assert sorted(texts) == sorted(t for e in entries for t in (e.question["en"], *e.phrasings["en"]))


def test_fitting_learns_and_reports_held_out_figures() -> None:
    shipped: Encoder = bundled()
    asked = held_out(toy(), lambda _: shipped, Oracle())
    assert sum(not question.altered for question in asked) == sum(question.altered for question in asked) == 12 * 7
    light, heavy = evaluate(asked, sentences=False), evaluate(asked, sentences=True)
    assert heavy.first["en"] >= light.first["en"] > 0.5 and heavy.questions == {"en": 84}
    assert heavy.three["en"] >= heavy.first["en"] and heavy.calibration_error < 0.3
    model = fit(asked, sentences=True)
    again = FaqModel.from_json(model.to_json())
    question = asked[0]
    ours, theirs = (each.fusion.fuse(question.rankings, 3) for each in (model, again))
    said = question.rankings
    assert again.confidence(theirs, said) == pytest.approx(model.confidence(ours, said), abs=1e-6)


def test_confidence_grows_with_the_lead() -> None:
    said = {"words": [(1, 0.5)], "topic": [(2, 0.4)]}
    near, clear = lead([Hit(1, 0.6), Hit(2, 0.55)], said), lead([Hit(1, 0.6), Hit(2, 0.01)], said)
    assert near[0] == clear[0] and near[1] < clear[1] and lead([Hit(1, 0.6)], said)[1] == 6.0
    assert near[2:].tolist() == [0.5, 0, 0, 0]
    with pytest.raises(BadFusion, match="FAQ model"):
        FaqModel.from_json({"fusion": {}})
