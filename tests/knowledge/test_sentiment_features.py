"""N-grams as hashes: what they find, what negation marks, and that a batch reads as its texts do one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentiment.features import Ngrams, Vocabulary, WordClasses
from knowledge.sentiment.units import clean, unit_pairs

TEXTS = st.lists(st.text(alphabet="好看不没，。 aboring'n't123!哈\n", max_size=30), min_size=1, max_size=5)
LEXICON = WordClasses.of({"good": ["好看", "fun"], "bad": ["无聊", "boring", "waste of time"], "sad": ["boring"]})


def bags(ngrams, texts, lexicon=None):
    rows, hashes = ngrams.hashes(texts, lexicon)
    return [sorted(hashes[rows == row].tolist()) for row in range(len(texts))]


def only(kind):
    """n-grams of one feature kind, so that sizes can be counted by hand."""
    return {"units": Ngrams(1, (0, 0), False), "negated": Ngrams(1, (0, 0), True)}[kind]


@given(TEXTS)
def test_a_batch_reads_as_its_texts_do_alone(texts):
    ngrams = Ngrams(3, (2, 4), True)
    assert bags(ngrams, texts, LEXICON) == [bags(ngrams, [text], LEXICON)[0] for text in texts]


@pytest.mark.parametrize(
    ("text", "units"),
    [("very good film", 3), ("很好看", 3), ("《Up》很 good!", 6), ("don't", 2), ("", 0), (" \n　", 0)],
)
def test_units_are_words_characters_and_marks(text, units):
    assert len(bags(only("units"), [text])[0]) == units


def test_runs_count_as_many_as_fit():
    assert [len(bags(Ngrams(n, (0, 0), False), ["a b c d"])[0]) for n in (1, 2, 3, 4, 9)] == [4, 7, 9, 10, 10]


def test_order_matters_and_words_are_not_their_letters():
    one, other = bags(Ngrams(2, (0, 0), False), ["dog bites man", "man bites dog"])
    assert len(set(one) & set(other)) == 3
    assert not set(bags(only("units"), ["ab"])[0]) & set(bags(only("units"), ["ba a b"])[0])


def test_letters_stay_inside_a_word():
    alone = Ngrams(1, (3, 3), False)
    assert len(bags(alone, ["good"])[0]) == 1 + 4  # _go goo ood od_
    assert set(bags(alone, ["good film"])[0]) == set(bags(alone, ["good"])[0]) | set(bags(alone, ["film"])[0])
    assert len(bags(alone, ["好看"])[0]) == 2


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("not boring", 1),
        ("not boring, slow", 1),  # the clause ends
        ("boring", 0),
        ("isn't boring", 1),
        ("never once was it slow or dull", 4),  # four units, no more
        ("不无聊", 2),
        ("不错", 0),
        ("不仅好看", 0),
        ("没意思", 2),
        ("不，好看", 0),
    ],
)
def test_negation_marks_what_it_reaches(text, marked):
    extra = len(bags(only("negated"), [text])[0]) - len(bags(only("units"), [text])[0])
    assert extra == marked + max(marked - 1, 0)  # the units, and the pairs of them


def test_a_lexicon_class_is_one_feature_for_all_its_words():
    with_classes = [set(bag) for bag in bags(only("units"), ["好看", "fun", "waste of time", "dull"], LEXICON)]
    plain = [set(bag) for bag in bags(only("units"), ["好看", "fun", "waste of time", "dull"])]
    found = [a - b for a, b in zip(with_classes, plain, strict=True)]
    assert found[0] == found[1] != found[2]
    assert found[0] and found[2] and not found[3]


def test_a_negated_class_is_another_feature():
    ngrams = only("negated")

    def classes(text):
        return set(bags(ngrams, [text], LEXICON)[0]) - set(bags(ngrams, [text])[0])

    assert classes("fun") and classes("not fun") and not classes("fun") & classes("not fun")
    assert classes("not fun") == classes("不好看")


def test_an_entry_of_two_classes_counts_for_both():
    place, kind = LEXICON.matches(Ngrams(1, (0, 0), False).hashes(["boring fun"])[1])
    assert sorted(zip(place.tolist(), kind.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 0)]


def test_vocabulary_counts_texts_and_marks_presence():
    texts = ["good good film", "good plot", "bad plot"]
    vocabulary, x = Vocabulary.fit(Ngrams(1, (0, 0), False), texts, 2)
    assert len(vocabulary) == 2  # good, plot
    assert sorted(x.toarray().sum(axis=0).tolist()) == [2.0, 2.0]
    assert (vocabulary.rows(texts) != x).nnz == 0
    assert vocabulary.rows(["nothing known here", ""]).nnz == 0


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [("好好好好好", "好好"), ("SOOOO Good", "soo good"), ("1998年", "0年"), ("can't", "can not"), ("電影", "电影")],
)
def test_clean(text, cleaned):
    assert clean(text) == cleaned


def test_unit_pairs_follow_each_text():
    texts = ["好看 ab", "", "好看"]
    (units, pairs), (none, _), (again, alone) = unit_pairs(texts)
    assert len(units) == len(pairs) == 3 and not len(none)
    assert np.array_equal(units[:2], again) and pairs[0] == alone[0] and pairs[1] != alone[1]
