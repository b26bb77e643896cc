"""Following a conversation through the facts."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.fact_search import DialogueExample, DialogueIndex, DialogueModel
from knowledge.fact_search.dialogue_index import SEEN
from knowledge.graph import KnowledgeError

FILMS = [a + b for a in "春夏秋冬风花雪月" for b in ("之城", "往事", "小镇", "来信", "的海")]
ASK = {"导演": "那它是谁拍的", "上映时间": "它是哪年出来的", "票房": "赚了多少钱呀", "类型": "算是哪一种片子"}


def triples_of(number: int, film: str) -> list[tuple[str, str, str]]:
    person = f"甲{chr(0x4E00 + 7 * number)}乙"
    values = {
        "导演": person,
        "上映时间": f"{1960 + number}年",
        "票房": f"{number * 37 + 11}万美元",
        "类型": "爱情" if number % 2 else "战争",
    }
    return [(film, relation, value) for relation, value in values.items()] + [
        (person, "职业", "导演"),
        (person, "出生地", f"第{number * 3 + 1}镇"),
    ]


TRIPLES = [triple for number, film in enumerate(FILMS) for triple in triples_of(number, film)]


@pytest.fixture(scope="module")
def index() -> DialogueIndex:
    return DialogueIndex(TRIPLES)


def conversations(
    films: list[str], index: DialogueIndex, seed: int
) -> list[tuple[list[str], frozenset[int], DialogueExample]]:
    rng = np.random.default_rng(seed)
    row = {triple[:2]: at for at, triple in enumerate(index.triples)}
    found = []
    for number, film in enumerate(films):
        history = [f"知道{film}这部电影吗？", "知道呀，很不错的。"]
        for relation in rng.permutation(list(ASK)):
            history = [*history, ASK[relation] + "？"]
            gold = row[film, relation]
            example = DialogueExample(index.view(history), frozenset([gold]), number)
            found.append((history, frozenset([gold]), example))
            history = [*history, f"是{index.triples[gold][2]}。"]
    return found


@pytest.fixture(scope="module")
def model(index: DialogueIndex) -> DialogueModel:
    examples = [example for _, _, example in conversations(FILMS[:28], index, 0)]
    return DialogueModel.fit(examples, trees=20)


def best(model, index, history, **more):
    return index.triples[model.rank(index.view(history, **more))[0][0]]


def test_it_learns_what_follows_for_films_it_never_saw(index, model):
    cases = conversations(FILMS[28:], index, 1)
    right = [model.rank(example.view)[0][0] in gold for _, gold, example in cases]
    assert np.mean(right) > 0.9


def test_candidates_are_facts_of_what_was_named_and_of_where_they_lead(index):
    view = index.view(["知道春之城吗？"])
    heads = {index.triples[row][0] for row in view.rows}
    assert heads == {"春之城", "甲一乙"}  # its director was not named, but its fact leads there
    assert view.features.shape == (len(view.rows), len(SEEN)) and np.isfinite(view.features).all()


def test_the_focus_moves_with_the_names(index, model):
    opening = ["知道春之城吗？", "知道，那你看过夏往事吗？"]
    assert best(model, index, [*opening, "看过，夏往事是谁拍的？"])[0] == "夏往事"
    assert best(model, index, [*opening, "没有，春之城是谁拍的？"])[0] == "春之城"


def test_what_was_said_is_not_said_again(index):
    column = SEEN.index("said")
    row = TRIPLES.index(("春之城", "票房", "11万美元"))
    before, after = index.view(["春之城赚了多少钱"]), index.view(["春之城赚了多少钱", "11万美元"])
    said = [float(view.features[view.rows == row][0, column]) for view in (before, after)]
    assert said[0] < 0.5 and said[1] == 1.0


def test_only_what_was_said_before_counts(index, model):
    history = ["知道春之城吗？", "知道呀", "那它是谁拍的？"]
    for length in range(1, 4):
        np.testing.assert_array_equal(
            index.view(history[:length]).features, index.view(tuple(history[:length])).features
        )
    assert index.view(history[:1]).features.shape != index.view([*history[:1], "夏往事也好"]).features.shape


def test_a_focus_from_outside_stands_for_a_name(index, model):
    assert len(index.view(["那它是谁拍的？"], focus=["秋小镇"]).rows) > 0
    assert best(model, index, ["那它是谁拍的？"], focus=["秋小镇"]) == TRIPLES[FILMS.index("秋小镇") * 6]
    assert best(model, index, ["那它是谁拍的？"], focus=["秋小镇", "not a head"])[0] == "秋小镇"


def test_a_part_of_a_longer_name_is_not_the_name():
    index = DialogueIndex([("飘", "作者", "米切尔"), ("飘雪", "原唱", "韩雪")])
    view = index.view(["听过飘雪吗"])
    mentioned = {index.triples[row][0] for row, ago in zip(view.rows, view.features[:, 0], strict=True) if ago == 0}
    assert mentioned == {"飘雪"}


def test_a_head_goes_by_any_of_its_names():
    index = DialogueIndex([("f1", "导演", "诺兰")], {"f1": ["星际穿越", "Interstellar"]})
    for message in ("星际穿越好看吗", "have you seen Interstellar"):
        assert index.view([message]).rows.tolist() == [0]
    assert not len(index.view(["f1"]).rows)


def test_untrained_it_goes_by_the_relations_own_names(index):
    model = DialogueModel.untrained()
    history = ["知道春之城吗？", "知道。夏往事也不错。", "票房怎么样？"]
    assert best(model, index, history) == ("夏往事", "票房", TRIPLES[FILMS.index("夏往事") * 6 + 2][2])
    assert 0 <= model.sure(index.view(["你好"])) < 0.2
    assert best(model, index, ["春之城怎么样"], clues=["上映时间"])[1] == "上映时间"


def test_nothing_said_is_nothing_to_rank(index, model):
    assert model.rank(index.view([])) == [] and model.sure(index.view([])) == 0
    assert model.rank(DialogueIndex([]).view(["春之城"])) == []
    assert np.isfinite(index.view(["", "？？？", "x" * 5000, "春之城" * 400]).features).all()


def test_a_message_that_needs_no_fact_teaches_doubt(index):
    cases = [example for _, _, example in conversations(FILMS, index, 3)]
    idle = [DialogueExample(index.view([f"{film}", "哈哈哈"]), frozenset(), at) for at, film in enumerate(FILMS)] * 3
    model = DialogueModel.fit([*cases, *idle], trees=10)
    assert model.sure(index.view(["知道春之城吗？", "知道", "赚了多少钱呀？"])) > model.sure(
        index.view(["春之城", "哈哈哈"])
    )


def test_too_few_conversations_are_refused(index):
    example = DialogueExample(index.view(["春之城"]), frozenset([0]), 0)
    with pytest.raises(KnowledgeError, match="conversations"):
        DialogueModel.fit([example])


def test_a_saved_model_ranks_as_before(index, model, tmp_path):
    model.save(tmp_path)
    again, view = DialogueModel.load(tmp_path), index.view(["知道春之城吗？", "赚了多少钱呀？"])
    assert again.rank(view) == model.rank(view) and again.sure(view) == model.sure(view)
