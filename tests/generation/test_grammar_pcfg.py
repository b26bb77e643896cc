"""Probabilistic grammars against the enumeration of every tree."""

from __future__ import annotations

import importlib
import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.text.grammar import Grammar, GrammarError, Rule, Terminal, Tree, read_tree
from generation.text.grammar_chart import Chart
from generation.text.grammar_learning import from_trees, induce, known_words, train
from generation.text.grammar_phrases import adapted, phrase_grammar, write
from generation.text.grammar_sampling import Sampler
from generation.text.phrases import tables

ENGLISH = """
# a toy
S -> NP VP | "and" S NP VP [0.5]
NP -> Det N [0.6] | NP PP [0.2] | "Hamlet" [0.2]
PP -> "with" NP
VP -> V NP [2] | VP PP [1] | V
V -> "saw" | N [0.1]     # chains of one symbol each
N -> "saw" | "man" | A [0.2]
A -> "king" | "man"
Det -> "the" | "a"
"""


def derivations(grammar: Grammar, words: tuple[str, ...], symbol: str) -> list[Tree]:
    """Every derivation of the words, for a grammar whose chains of unary rules do not go round."""
    found = []
    for rule in grammar.of(symbol):
        for cuts in itertools.combinations(range(1, len(words)), len(rule.right) - 1):
            edges = (0, *cuts, len(words))
            options = []
            for part, begin, end in zip(rule.right, edges, edges[1:], strict=False):
                if isinstance(part, Terminal):
                    options.append([part.word] if words[begin:end] == (part.word,) else [])
                else:
                    options.append(derivations(grammar, words[begin:end], part))
            found += [Tree(symbol, children) for children in itertools.product(*options)]
    return found


SENTENCES = [
    "Hamlet saw",
    "the man saw the saw",
    "Hamlet saw a man with the saw with Hamlet",
    "and Hamlet saw Hamlet saw a king",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_chart_equals_enumeration(sentence: str) -> None:
    grammar = Grammar.from_text(ENGLISH)
    chart, words = Chart(grammar), tuple(sentence.split())
    everything = derivations(grammar, words, "S")
    weights = np.array([math.exp(grammar.log_prob_of_tree(tree)) for tree in everything])
    assert chart.log_prob(words) == pytest.approx(math.log(weights.sum()), abs=1e-6)
    tree, log_prob = chart.parse(words)
    assert tree.words() == list(words)
    assert log_prob == pytest.approx(math.log(weights.max())) == pytest.approx(grammar.log_prob_of_tree(tree))
    expected: Counter[tuple[str, tuple[str | Terminal, ...]]] = Counter()
    for each, weight in zip(everything, weights / weights.sum(), strict=True):
        for rule in each.rules():
            expected[rule] += float(weight)
    total, counts = chart.expected_counts(words)
    assert total == pytest.approx(chart.log_prob(words))
    assert {(r.left, r.right): c for r, c in counts.items()} == pytest.approx(dict(expected), abs=1e-6)


def test_known_answer() -> None:
    # Jurafsky & Martin's shape: one ambiguity, worked out by hand.
    grammar = Grammar.from_text('S -> S S [0.5] | "a" [0.5]')
    chart = Chart(grammar)
    for n, catalan in ((1, 1), (2, 1), (3, 2), (4, 5), (5, 14)):
        assert math.exp(chart.log_prob(["a"] * n)) == pytest.approx(catalan * 0.5 ** (2 * n - 1))
    assert chart.perplexity([["a"], ["a", "a"]]) == pytest.approx((0.5 * 0.125) ** (-1 / 3))
    assert chart.log_prob([]) == -math.inf and chart.log_prob(["b"]) == -math.inf
    assert chart.perplexity([["b"]]) == math.inf
    assert math.isfinite(chart.log_prob(["a"] * 60))
    # A → B → A: 0.5 · (1 + 0.25 + 0.0625 + …) = 2/3.
    chain = Chart(Grammar.from_text('A -> B [0.5] | "x" [0.5]\nB -> A [0.5] | "y" [0.5]'))
    assert math.exp(chain.log_prob(["x"])) == pytest.approx(2 / 3)
    assert str(chain.parse(["y"])[0]) == "(A (B y))"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_random_grammars(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names, words = ["S", "A", "B"], [Terminal("x"), Terminal("y")]
    rules = [(name, (words[rng.integers(2)],), float(rng.uniform(0.2, 1))) for name in names]
    for _ in range(rng.integers(2, 7)):
        left, length = int(rng.integers(3)), int(rng.integers(1, 4))
        usable = [*(names[left + 1 :] if length == 1 else names), *words]
        right = tuple(usable[rng.integers(len(usable))] for _ in range(length))
        rules.append((names[left], right, float(rng.uniform(0.05, 0.4))))
    grammar = Grammar(rules)
    sentence = tuple(["x", "y"][i] for i in rng.integers(2, size=rng.integers(1, 5)))
    chart = Chart(grammar)
    weights = [math.exp(grammar.log_prob_of_tree(tree)) for tree in derivations(grammar, sentence, "S")]
    log_prob = chart.log_prob(sentence)
    if weights:
        assert math.exp(log_prob) == pytest.approx(sum(weights))
        tree, best = chart.parse(sentence)
        assert best == pytest.approx(math.log(max(weights))) == pytest.approx(grammar.log_prob_of_tree(tree))
    else:
        assert log_prob == -math.inf
        with pytest.raises(GrammarError, match="no tree"):
            chart.parse(sentence)


def test_training_never_loses_likelihood_and_finds_the_weights() -> None:
    truth = Grammar.from_text('S -> "a" S "b" [0.7] | "c" [0.3]')
    rng = np.random.default_rng(0)
    data = [Sampler(truth, max_depth=30).sample(rng).words() for _ in range(400)]
    begun = Grammar.from_text('S -> "a" S "b" [0.2] | "c" [0.8]')
    trained, history = train(begun, data, iterations=5)
    again = sum((len(words) - 1) / 2 for words in data)
    assert trained.of("S")[0].probability == pytest.approx(again / (again + len(data)))  # in closed form
    assert all(b >= a - 1e-6 for a, b in itertools.pairwise(history))
    ambiguous = Grammar.from_text(ENGLISH)
    data = [Sampler(ambiguous, max_depth=7).sample(rng).words() for _ in range(40)]
    _, history = train(ambiguous, [words for words in data if len(words) < 12], iterations=6, tolerance=0)
    assert len(history) == 6 and all(b >= a - 1e-6 for a, b in itertools.pairwise(history))
    assert history[-1] > history[0]
    with pytest.raises(GrammarError, match=r"no tree .*zebra"):
        train(ambiguous, [["zebra"]])


def test_a_grammar_read_off_trees() -> None:
    bank = [
        read_tree("(S (NP dogs) (VP (V chase) (NP cats)))"),
        read_tree("(S (NP cats) (VP sleep))"),
        read_tree("(S (NP dogs) (VP sleep))"),
    ]
    grammar = from_trees(bank)
    assert {(r.left, str(r)): r.probability for r in grammar.rules}["NP", 'NP -> "dogs" [0.5]'] == 0.5
    assert Chart(grammar).parse(["cats", "chase", "dogs"])[1] == pytest.approx(math.log(0.5 * 0.5 / 3))
    rare = from_trees(bank, rare=1)
    assert known_words(rare, ["cats", "hunt", "dogs"]) == ["cats", "<unk>", "dogs"]
    assert math.isfinite(Chart(rare).log_prob(known_words(rare, ["cats", "hunt", "dogs"])))
    assert str(bank[0]) == "(S (NP dogs) (VP (V chase) (NP cats)))" and bank[0].depth() == 3


def test_induction_finds_structure() -> None:
    rng = np.random.default_rng(1)
    nouns, verbs = ["dog", "cat", "king"], ["sees", "likes"]
    pick = lambda words: words[rng.integers(len(words))]  # noqa: E731
    data = [["the", pick(nouns), pick(verbs), "the", pick(nouns)] for _ in range(40)]
    grammar, history = induce(data, nonterminals=3, preterminals=4, iterations=30, seed=2)
    chart = Chart(grammar)
    assert history[-1] > history[0]
    # Three free nouns and verbs of five words: e^((2 ln 3 + ln 2) / 5) = 1.78 is the best there is.
    held = [["the", "cat", "likes", "the", "king"], ["the", "king", "sees", "the", "dog"]]
    assert chart.perplexity(held) < 2.6
    assert chart.log_prob(["cat", "the", "the", "sees", "dog"]) < chart.log_prob(held[0]) - 2


def test_samples_follow_the_grammar() -> None:
    grammar = Grammar.from_text('S -> A A [0.5] | "x" [0.5]\nA -> "x" [0.25] | "y" [0.75]')
    sampler = Sampler(grammar, must_include=["x"], max_depth=5)
    assert sampler.probability() == pytest.approx(0.5 + 0.5 * (1 - 0.75**2))
    rng = np.random.default_rng(0)
    seen = Counter(" ".join(sampler.sample(rng).words()) for _ in range(4000))
    expected = {"x": 0.5, "x x": 0.5 / 16, "x y": 1.5 / 16, "y x": 1.5 / 16}
    for sentence, p in expected.items():
        assert seen[sentence] / 4000 == pytest.approx(p / sampler.probability(), abs=0.03)
    assert set(seen) == set(expected)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sets(st.sampled_from(["Hamlet", "king", "with", "and", "a"]), max_size=3),
    st.integers(5, 9),
)
def test_samples_keep_the_conditions(seed: int, needed: set[str], depth: int) -> None:
    grammar = Grammar.from_text(ENGLISH)
    tree = Sampler(grammar, must_include=sorted(needed), max_depth=depth).sample(np.random.default_rng(seed))
    assert needed <= set(tree.words()) and tree.depth() <= depth
    assert math.isfinite(grammar.log_prob_of_tree(tree))
    assert read_tree(str(tree)) == tree


def test_impossible_conditions() -> None:
    grammar = Grammar.from_text(ENGLISH)
    for words, depth in ((["zebra"], 9), ([], 1), (["king"], 2)):
        with pytest.raises(GrammarError, match="no sentence of depth"):
            Sampler(grammar, must_include=words, max_depth=depth)
    with pytest.raises(GrammarError, match="at most 8"):
        Sampler(grammar, must_include=[str(i) for i in range(9)])


def test_text_format_round_trip() -> None:
    grammar = Grammar.from_text('S -> "say \\"hi\\"" X [3] | X\nX -> "#1" | "a|b" [1e-3]   # not a comment: "#1"')
    assert [rule.probability for rule in grammar.of("S")] == [0.75, 0.25]
    assert grammar.words() == {'say "hi"', "#1", "a|b"}
    again = Grammar.from_text(grammar.to_text())
    assert again.start == "S" and [(r.left, r.right) for r in again.rules] == [(r.left, r.right) for r in grammar.rules]
    assert grammar.rules[0] == Rule("S", (Terminal('say "hi"'), "X"), 0.75)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at least one rule"),
        ("S -> A", "no rule says what A"),
        ("S NP VP", "line 1: a rule reads"),
        ('\n\nS -> "a" [x]', "line 3: the weight"),
        ('S -> "a" [-1]', "line 1: the weight"),
        ('S -> "a" |', "line 1: an empty right side"),
        ('S -> "a', "line 1: cannot read"),
        ('S -> ""', "line 1: an empty word"),
        ('S -> "a" X -> "b"', "line 1: a second arrow"),
    ],
)
def test_bad_grammars(text: str, message: str) -> None:
    with pytest.raises(GrammarError, match=message):
        Grammar.from_text(text)


@pytest.mark.parametrize("text", ["", "(S (NP dogs)", "(S dogs))", "dogs", "(S ())", "(S)", "((S a))"])
def test_bad_trees(text: str) -> None:
    with pytest.raises(GrammarError):
        read_tree(text)


def test_endless_chains_are_refused() -> None:
    with pytest.raises(GrammarError, match="for ever"):
        Chart(Grammar.from_text("S -> A\nA -> S"))


TABLES = """
== line
film :: [今晚|周末]看《{title}》，<why>
!film :: 去看{title}
{year}年的《{title}》[，|]<why>
== why
mood/sad :: 备好纸巾
[笑|哭]到最后{unknown}
不费[脑子|力气]
<never>
== never
music :: 放起来
"""


def test_phrase_tables_become_a_grammar() -> None:
    grammar = phrase_grammar(tables(TABLES), "line", tags={"film"}, slots={"title", "year"})
    assert {rule.left.split("/")[0] for rule in grammar.rules} == {"line", "why"}
    sampler = Sampler(grammar, must_include=["{year}"], max_depth=4)
    rng = np.random.default_rng(0)
    drawn = {write(sampler.sample(rng), {"title": "{year}", "year": "2014"}.__getitem__) for _ in range(80)}
    assert drawn == {f"2014年的《{{year}}》{comma}不费{what}" for comma in ("，", "") for what in ("脑子", "力气")}
    assert sampler.probability() == pytest.approx(0.5)
    for tags, start in (({"film"}, "never"), (set(), "nothing")):
        with pytest.raises(GrammarError, match="nothing to say"):
            phrase_grammar(tables(TABLES), start, tags=tags)


def test_what_people_keep_becomes_likelier() -> None:
    grammar = phrase_grammar(tables(TABLES), "line", tags={"film"}, slots={"title", "year"})
    kept = [Sampler(grammar, must_include=["{year}", "力气"], max_depth=4).sample(np.random.default_rng(0))] * 5
    after = adapted(grammar, kept, strength=5)
    assert Sampler(after, must_include=["{year}"], max_depth=4).probability() == pytest.approx((2.5 + 5) / 10)
    assert after.log_prob_of_tree(kept[0]) > grammar.log_prob_of_tree(kept[0])
    assert len(after.rules) == len(grammar.rules)
    with pytest.raises(GrammarError, match="strength"):
        adapted(grammar, kept, strength=0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_writers_own_tables_are_grammars(lang: str) -> None:
    copy = importlib.import_module(f"generation.text.copy_{lang}").COPY
    made = 0
    for table in copy:
        try:
            grammar = phrase_grammar(copy, table, tags={"film", "genre/drama", "mood/warm"})
        except GrammarError:
            continue
        tree = Sampler(grammar, max_depth=12).sample(np.random.default_rng(0))
        assert math.isfinite(grammar.log_prob_of_tree(tree))
        made += 1
    assert made > 5
