"""One question to a fact: names in text, slots, the trained and the untrained ranker, models on disk."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.fact_search import Example, QuestionModel, SlotIndex
from knowledge.fact_search.names import Name, NameFinder, bare, longest_common
from knowledge.fact_search.slots import FEATURES
from knowledge.graph import KnowledgeError

PEOPLE = [a + b for a in "赵钱孙李周吴王陈" for b in "明芳伟强静勇"]
WAYS = {
    "出生日期": ["{}是什么时候出生的", "{}哪天生的", "{}的生日是哪天"],
    "出生地": ["{}是哪里人", "{}老家在哪儿", "{}在什么地方出生"],
    "职业": ["{}是做什么工作的", "{}靠什么谋生", "{}是干啥的"],
}


@pytest.fixture(scope="module")
def index() -> SlotIndex:
    return SlotIndex([(name, relation) for name in PEOPLE for relation in WAYS])


@pytest.fixture(scope="module")
def model(index: SlotIndex) -> QuestionModel:
    rng = np.random.default_rng(0)
    examples = [
        Example(str(rng.choice(ways)).format(name), (name, relation))
        for name in PEOPLE[:36]
        for relation, ways in WAYS.items()
    ]
    return QuestionModel.fit(examples, index, folds=3, trees=10)


# --- names ---


@settings(max_examples=80, deadline=None)
@given(st.text("ab流浪", max_size=8), st.text("ab流浪", max_size=8))
def test_the_longest_common_stretch_is_the_longest(text, name):
    start, end = longest_common(text, name)
    assert text[start:end] in name
    spans = [(a, b) for a in range(len(text) + 1) for b in range(a, len(text) + 1) if text[a:b] in name]
    assert end - start == max((b - a for a, b in spans), default=0)


def test_a_name_is_found_without_its_brackets_and_told_from_its_namesake():
    names = [Name.of(text) for text in ("活着（1994年电影）", "活着", "生活")]
    found = NameFinder(names).find("他活着")
    assert {(hit.name, hit.whole) for hit in found} == {(0, False), (1, True)}
    assert bare("《飘（1939）》") == "《飘》" and bare("（全）") == "（全）"


def test_latin_names_stand_between_word_edges():
    finder = NameFinder([Name.of("Her"), Name.of("Hero")])
    assert [hit.name for hit in finder.find("heroes") + finder.find("the hero")] == [1]


# --- candidates ---


def test_every_candidate_is_described_by_finite_numbers(index, model):
    for question in (
        "李明是哪里人",
        "《李明》",
        "？？？",
        "a" * 3000,
        "李" * 500,
        "赵明钱明孙明李明周明吴明郑明王明的职业",
    ):
        slots, features = index.candidates(question, model.alignment, model.affinity)
        assert features.shape == (len(slots), len(FEATURES)) and np.isfinite(features).all()
        assert len(set(slots.tolist())) == len(slots)


def test_an_empty_question_and_an_empty_index_have_no_candidates(index, model):
    assert model.rank("", index) == [] and QuestionModel.untrained().rank("李明", SlotIndex([])) == []


def test_the_longer_name_is_meant():
    index = SlotIndex([("流浪地球", "导演"), ("流浪地球2", "导演"), ("地球", "导演")])
    for question, name in (("流浪地球的导演是谁", "流浪地球"), ("流浪地球2的导演是谁", "流浪地球2")):
        assert index.slots[QuestionModel.untrained().rank(question, index)[0][0]] == (name, "导演")


def test_a_misspelt_name_is_still_near(index):
    index = SlotIndex([*index.slots, ("地牢猎人2", "语言"), ("地下城", "语言"), ("猎人", "作者")])
    assert index.slots[QuestionModel.untrained().rank("地牢猎手2的语言", index)[0][0]] == ("地牢猎人2", "语言")


def test_clues_say_what_the_question_means():
    index = SlotIndex([("星际穿越", relation) for relation in ("片长", "年份", "导演")])
    ranked = QuestionModel.untrained().rank("星际穿越有多久", index, clues=["片长"])
    assert index.slots[ranked[0][0]][1] == "片长"


# --- learned ---


def test_it_learns_ways_of_asking_that_share_no_word_with_the_relation(index, model):
    right = 0
    asked = [(name, relation, way) for name in PEOPLE[36:] for relation, ways in WAYS.items() for way in ways]
    for name, relation, way in asked:
        right += index.slots[model.rank(way.format(name), index)[0][0]] == (name, relation)
    assert right / len(asked) > 0.95
    plain = sum(
        index.slots[index.bm25.top(list(way.format(name)), 1)[0][0]] == (name, relation)
        for name, relation, way in asked
    )
    assert plain < right


def test_the_order_of_the_slots_decides_nothing(index, model):
    turned = SlotIndex(index.slots[::-1])
    for question in ("陈勇是哪里人", "王静干啥的"):
        one = [(index.slots[slot], round(score, 3)) for slot, score in model.rank(question, index)][:3]
        two = [(turned.slots[slot], round(score, 3)) for slot, score in model.rank(question, turned)][:3]
        assert one == two


def test_what_nobody_asked_for_is_doubted(index, model):
    def sure(question):
        return model.confidence.of(np.array([score for _, score in model.rank(question, index)], np.float32))

    assert sure("陈勇是哪里人") > 0.6
    assert sure("今天天气怎么样") < sure("陈勇是哪里人") - 0.3


def test_learning_twice_is_learning_the_same(index):
    examples = [Example(f"{name}是哪里人", (name, "出生地")) for name in PEOPLE]
    one, two = (QuestionModel.fit(examples, index, folds=2, trees=3, seed=4) for _ in range(2))
    assert one.rank("陈勇是哪里人", index) == two.rank("陈勇是哪里人", index)


def test_examples_that_teach_nothing_are_refused(index):
    with pytest.raises(KnowledgeError, match="not in the index"):
        QuestionModel.fit([Example("谁", ("谁", "谁"))], index)
    with pytest.raises(KnowledgeError, match="too few"):
        QuestionModel.fit([Example("李明是哪里人", ("李明", "出生地"))] * 3, index)


# --- on disk ---


def test_a_saved_model_ranks_as_before(index, model, tmp_path):
    model.save(tmp_path / "model")
    again = QuestionModel.load(tmp_path / "model")
    assert again.rank("陈勇是哪里人", index) == model.rank("陈勇是哪里人", index)
    assert again.confidence.of(np.ones(3, np.float32)) == model.confidence.of(np.ones(3, np.float32))
    assert {path.name for path in (tmp_path / "model").iterdir()} == {"model.npz", "model.json"}


def test_a_model_that_is_none_is_refused(model, tmp_path):
    with pytest.raises(KnowledgeError, match="train it again"):
        QuestionModel.load(tmp_path)
    model.save(tmp_path)
    about = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(about | {"kind": "dialogue"}))
    with pytest.raises(KnowledgeError, match="not a question model"):
        QuestionModel.load(tmp_path)
    (tmp_path / "model.npz").write_bytes(b"PK broken")
    with pytest.raises(KnowledgeError, match="train it again"):
        QuestionModel.load(tmp_path)
