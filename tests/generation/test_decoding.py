"""Decoding: beams against exhaustive enumeration, greedy and sampling against ``transformers``, rows against one another."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from scipy import stats
from torch import Tensor

from generation.text.decoding import DecodingError, Settings, decode, stream
from generation.text.decoding_logits import keep_nucleus, truncate
from generation.text.decoding_settings import length_normaliser

V, EOS = 5, 4


class Toy:
    """A random model of order 2: logits depend on the last two tokens, so its best texts are not greedy ones."""

    vocabulary_size = V

    def __init__(self, seed: int, sharpness: float = 2.0) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.table = sharpness * torch.randn(V + 1, V, V, generator=generator)

    def start(self, prompts):
        state = torch.tensor([[V if len(p) < 2 else p[-2], p[-1]] for p in prompts])
        return state, self.table[state[:, 0], state[:, 1]]

    def step(self, state: Tensor, tokens: Tensor):
        state = torch.stack([state[:, 1], tokens], 1)
        return state, self.table[state[:, 0], state[:, 1]]

    def select(self, state: Tensor, rows: Tensor) -> Tensor:
        return state[rows]

    def logp(self, prompt, tokens) -> float:
        text = [V, *prompt, *tokens]
        return sum(
            float(self.table[text[i - 2], text[i - 1]].log_softmax(0)[text[i]])
            for i in range(len(prompt) + 1, len(text))
        )


def every_text(longest: int):
    """All texts that end with EOS or are cut at ``longest``."""
    for length in range(1, longest + 1):
        for body in itertools.product(range(V - 1), repeat=length - 1):
            yield (*body, EOS)
    yield from itertools.product(range(V - 1), repeat=longest)


def ranked(model: Toy, prompt, longest: int, alpha: float, accept=lambda text: True):
    scored = [
        (model.logp(prompt, text) / length_normaliser(len(text), alpha), tuple(t for t in text if t != EOS))
        for text in every_text(longest)
        if accept(text)
    ]
    return sorted(scored, reverse=True)


@pytest.mark.parametrize("alpha", [0.0, 0.6, 1.5, -0.5])
@pytest.mark.parametrize("seed", range(4))
def test_a_wide_beam_finds_what_enumeration_finds(seed, alpha):
    model, prompt = Toy(seed), [2, 0]
    texts = decode(
        model, [prompt], Settings(strategy="beam", beams=5**3, n=6, max_new=4, eos=EOS, length_penalty=alpha)
    )[0]
    for text, (score, tokens) in zip(texts, ranked(model, prompt, 4, alpha), strict=False):
        assert text.tokens == tokens
        assert text.score == pytest.approx(score, abs=1e-5)


def contains(text, phrase) -> bool:
    return any(tuple(text[i : i + len(phrase)]) == tuple(phrase) for i in range(len(text) - len(phrase) + 1))


@pytest.mark.parametrize("required", [[[3]], [[1, 1]], [[0, 2], [3]], [[0, 1, 3]]])
@pytest.mark.parametrize("seed", range(3))
def test_required_words_against_enumeration(seed, required):
    model, prompt = Toy(seed, 3.0), [2]
    wanted = ranked(model, prompt, 5, 0.6, lambda text: all(contains(text, phrase) for phrase in required))
    got = decode(model, [prompt], Settings(strategy="beam", beams=1000, n=3, max_new=5, eos=EOS, required=required))[0]
    assert [d.tokens for d in got] == [tokens for _, tokens in wanted[:3]]
    assert all(d.complete for d in got)


@examples(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1000),
    beams=st.integers(1, 6),
    spare=st.integers(0, 3),
    required=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3), min_size=1, max_size=2),
)
def test_required_words_always_appear_even_in_narrow_beams(seed, beams, spare, required):
    longest = sum(map(len, required)) + 1 + spare
    text = decode(
        Toy(seed, 4.0), [[0]], Settings(strategy="beam", beams=beams, max_new=longest, eos=EOS, required=required)
    )[0][0]
    assert text.complete
    assert all(contains(text.tokens, phrase) for phrase in required)


def test_beams_of_a_batch_are_those_of_each_prompt_alone():
    model, prompts = Toy(3), [[0], [1, 2, 3], [2, 2]]
    settings = Settings(strategy="beam", beams=3, n=3, max_new=6, eos=EOS, no_repeat_ngram=2)
    assert decode(model, prompts, settings) == [decode(model, [prompt], settings)[0] for prompt in prompts]


def test_a_beam_of_one_is_greedy():
    model, prompts = Toy(5), [[0], [1], [3, 1]]
    beam = decode(model, prompts, Settings(strategy="beam", beams=1, max_new=8))
    assert [d[0].tokens for d in beam] == [d[0].tokens for d in decode(model, prompts, Settings(max_new=8))]


def test_coverage_is_asked_of_the_model():
    class Covering(Toy):
        def coverage(self, state):  # a text that has said 1 has covered its source, any other only half of it
            covered = (state == 1).any(1)[:, None]
            return torch.where(covered, torch.tensor([[1.0, 1.0]]), torch.tensor([[1.0, 0.5]]))

    settings = Settings(strategy="beam", beams=4, n=4, max_new=3, length_penalty=0)
    plain = {d.tokens: d.score for d in decode(Covering(1), [[0]], settings)[0]}
    with_it = decode(Covering(1), [[0]], Settings(**{**_fields(settings), "coverage_penalty": 10.0}))[0]
    for text in with_it:
        if text.tokens in plain:
            bonus = 0.0 if 1 in text.tokens[:2][-2:] else 10 * math.log(0.5)
            assert text.score == pytest.approx(plain[text.tokens] + bonus, abs=1e-4)
    with pytest.raises(DecodingError, match="coverage"):
        decode(Toy(1), [[0]], Settings(strategy="beam", coverage_penalty=1.0))


def _fields(settings: Settings) -> dict:
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}


# ---------------------------------------------------------------------------------------------------------------- sampling


def test_sampling_follows_the_truncated_distribution():
    model = Toy(2)
    texts = decode(model, [[0]], Settings(strategy="sample", n=4000, max_new=1, temperature=1.3, top_k=4, top_p=0.9))[0]
    expected = truncate(model.table[V, 0][None], 1.3, 4, 0.9).softmax(1)[0].numpy()
    counts = np.bincount([d.tokens[0] for d in texts], minlength=V)
    kept = expected > 0
    assert counts[~kept].sum() == 0
    assert (
        stats.chisquare(
            counts[kept], 4000 * expected[kept].astype(np.float64) / expected[kept].astype(np.float64).sum()
        ).pvalue
        > 1e-3
    )


def test_same_seed_same_text_and_rows_do_not_depend_on_the_batch():
    model, prompts = Toy(7, 1.0), [[0], [1, 2, 3], [2, 2]]
    settings = Settings(strategy="sample", n=3, max_new=12, eos=EOS, seed=11, repetition_penalty=1.2)
    together = decode(model, prompts, settings)
    assert together == decode(model, prompts, settings)
    assert together == [decode(model, [prompt], settings)[0] for prompt in prompts]
    assert together != decode(model, prompts, Settings(**{**_fields(settings), "seed": 12}))
    assert len({d.tokens for d in together[0]}) > 1


def test_candidates_come_best_first_and_scores_are_log_probabilities():
    model = Toy(9)
    texts = decode(model, [[1]], Settings(strategy="sample", n=8, max_new=5, eos=EOS, length_penalty=0))[0]
    assert [d.score for d in texts] == sorted((d.score for d in texts), reverse=True)
    for text in texts:
        tokens = (*text.tokens, EOS) if text.ended == "eos" else text.tokens
        assert text.score == pytest.approx(model.logp([1], tokens), abs=1e-4)


@examples(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), p=st.floats(0.05, 0.99), guess=st.integers(1, 30), spread=st.floats(0.1, 5))
def test_the_nucleus_is_its_definition(seed, p, guess, spread):
    logits = spread * torch.randn(3, 25, generator=torch.Generator().manual_seed(seed))
    kept = keep_nucleus(logits, p, guess)
    for row, mass in zip(kept, logits.softmax(1).double(), strict=True):
        likelier = (mass[None] * (mass[None] > mass[:, None])).sum(1)  # for each token, the mass of those before it
        clear = (likelier - p).abs() > 1e-5
        assert torch.equal((row > -math.inf)[clear], (likelier < p)[clear])


# ------------------------------------------------------------------------------------------- what is forbidden and what ends


@examples(max_examples=40, deadline=None)
@given(seed=st.integers(0, 500), strategy=st.sampled_from(["greedy", "sample", "beam"]), n=st.integers(1, 3))
def test_no_ngram_twice(seed, strategy, n):
    text = decode(Toy(seed), [[0, 1]], Settings(strategy=strategy, max_new=12, no_repeat_ngram=n, seed=seed))[0][0]
    whole = (0, 1, *text.tokens)
    grams = [whole[i : i + n] for i in range(len(whole) - n + 1)]
    assert len(set(grams)) == len(grams)


@examples(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 500),
    strategy=st.sampled_from(["greedy", "sample", "beam"]),
    banned=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3), min_size=1, max_size=3),
)
def test_banned_sequences_never_appear(seed, strategy, banned):
    prompt = [1, 2]
    text = decode(Toy(seed), [prompt], Settings(strategy=strategy, max_new=10, banned=banned, seed=seed))[0][0]
    for sequence in banned:
        for i in range(len(text.tokens)):
            end = len(prompt) + i + 1
            assert tuple((*prompt, *text.tokens)[max(0, end - len(sequence)) : end]) != tuple(sequence)


def test_a_dead_end_is_said():
    everything = [[i] for i in range(V)]
    for strategy in ("greedy", "sample", "beam"):
        text = decode(Toy(0), [[0]], Settings(strategy=strategy, banned=everything))[0][0]
        assert (text.tokens, text.ended) == ((), "dead end")


def test_stop_sequences_are_cut_off_and_functions_see_the_tokens():
    model = Toy(4)
    free = decode(model, [[0]], Settings(max_new=8))[0][0].tokens
    stop = free[2:4]
    first = next(i for i in range(len(free)) if free[i : i + 2] == stop)
    cut = decode(model, [[0]], Settings(max_new=8, stop=[stop]))[0][0]
    assert (cut.tokens, cut.ended) == (free[:first], "stop")
    told = decode(model, [[0]], Settings(max_new=8, stop=lambda tokens: len(tokens) == 3))[0][0]
    assert (told.tokens, told.ended) == (free[:3], "stop")
    assert list(stream(model, [0], Settings(max_new=8, stop=[stop]))) == list(cut.tokens)


def test_streamed_tokens_are_the_decoded_ones():
    for seed in range(5):
        settings = Settings(strategy="sample", max_new=9, eos=EOS, stop=[[1, 2], [3, 3]], seed=seed)
        assert tuple(stream(Toy(seed, 1.0), [0], settings)) == decode(Toy(seed, 1.0), [[0]], settings)[0][0].tokens


def test_torch_is_left_as_it_was_and_used_quietly():
    seen = []

    class Curious(Toy):
        def start(self, prompts):
            seen.append((torch.get_num_threads(), torch.is_grad_enabled()))
            return super().start(prompts)

    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        for strategy in ("greedy", "beam"):
            decode(Curious(0), [[0]], Settings(strategy=strategy, max_new=2))
        pieces = stream(Curious(0), [0], Settings(max_new=3))
        next(pieces)
        assert torch.get_num_threads() == 3 and torch.is_grad_enabled()
        pieces.close()
    finally:
        torch.set_num_threads(before)
    assert seen == [(1, False)] * 3


def test_min_new_holds_back_the_end():
    model = Toy(0)
    model.table[..., EOS] = 50
    assert len(decode(model, [[0]], Settings(max_new=9, min_new=4, eos=EOS))[0][0].tokens) == 4


@pytest.mark.parametrize("strategy", ["greedy", "sample", "beam"])
def test_the_guide_sees_new_tokens_and_changes_what_is_chosen(strategy):
    seen = []

    def only_twos(prefixes, logits):
        seen.append(tuple(prefixes.shape))
        return logits.index_fill(1, torch.tensor([0, 1, 3, 4]), -math.inf)

    texts = decode(Toy(1), [[0], [1, 3]], Settings(strategy=strategy, max_new=3), guide=only_twos)
    assert [d[0].tokens for d in texts] == [(2, 2, 2)] * 2
    assert [shape[1] for shape in seen] == [0, 1, 2]


# --------------------------------------------------------------------------------------------------------- bad input, rivals


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": 0},
        {"top_p": 0},
        {"max_new": 0},
        {"strategy": "best"},
        {"n": 2},
        {"strategy": "beam", "n": 9},
        {"required": [[1]]},
        {"banned": [[]]},
        {"strategy": "beam", "required": [[1, 2, 3]], "banned": [[2, 3]]},
        {"strategy": "beam", "required": [[1, 2, 3]], "max_new": 2},
        {"repetition_penalty": float("nan")},
    ],
)
def test_settings_that_contradict_are_refused(wrong):
    with pytest.raises(DecodingError):
        Settings(**wrong)


def test_bad_prompts_and_bad_models_are_refused():
    for prompts in ([[]], [[V]], [[0], [-1]]):
        with pytest.raises(DecodingError, match="prompt"):
            decode(Toy(0), prompts)
    with pytest.raises(DecodingError, match="ids"):
        decode(Toy(0), [[0]], Settings(banned=[[V]]))
    damaged = Toy(0)
    damaged.table[:] = math.nan
    for strategy in ("greedy", "beam"):
        with pytest.raises(DecodingError, match="not numbers"):
            decode(damaged, [[0]], Settings(strategy=strategy))
    assert decode(Toy(0), []) == []


@pytest.fixture(scope="module")
def tiny():
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    model = GPT2LMHeadModel(
        GPT2Config(vocab_size=60, n_positions=64, n_embd=32, n_layer=2, n_head=2, initializer_range=0.3)
    )
    model.generation_config.pad_token_id = 0
    model.generation_config.eos_token_id = None
    return model.eval()


class Whole:
    """A `transformers` model as a Stepper, reading everything again at each step: slow and sure."""

    def __init__(self, model) -> None:
        self.model, self.vocabulary_size = model, model.config.vocab_size

    def _logits(self, rows):
        with torch.no_grad():
            return torch.stack([self.model(torch.tensor([row])).logits[0, -1] for row in rows])

    def start(self, prompts):
        rows = [list(p) for p in prompts]
        return rows, self._logits(rows)

    def step(self, state, tokens):
        rows = [[*row, token] for row, token in zip(state, tokens.tolist(), strict=True)]
        return rows, self._logits(rows)

    def select(self, state, rows):
        return [state[i] for i in rows.tolist()]


PROMPTS = [[5, 9, 2, 9], [7, 7, 1, 3], [40, 2, 59, 11]]
SAME = [
    ({}, {}),
    ({"repetition_penalty": 1.4}, {"repetition_penalty": 1.4}),
    ({"no_repeat_ngram": 2}, {"no_repeat_ngram_size": 2}),
    ({"no_repeat_ngram": 1}, {"no_repeat_ngram_size": 1}),
    ({"banned": [[9], [7, 1], [3, 3, 3]]}, {"bad_words_ids": [[9], [7, 1], [3, 3, 3]]}),
    ({"eos": 9, "min_new": 5}, {"eos_token_id": 9, "min_new_tokens": 5}),
]


@pytest.mark.parametrize(("ours", "theirs"), SAME)
def test_greedy_equals_transformers(tiny, ours, theirs):
    wanted = tiny.generate(torch.tensor(PROMPTS), do_sample=False, max_new_tokens=16, **theirs)[:, 4:].tolist()
    eos = ours.get("eos")
    wanted = [tuple(itertools.takewhile(lambda t: t != eos, row)) for row in wanted]
    assert [d[0].tokens for d in decode(Whole(tiny), PROMPTS, Settings(max_new=16, **ours))] == wanted


@pytest.mark.parametrize("ours, theirs", [SAME[0], *SAME[2:5]])  # its beams penalise log probabilities, not logits
def test_beams_equal_transformers(tiny, ours, theirs):
    wanted = tiny.generate(
        torch.tensor(PROMPTS),
        do_sample=False,
        num_beams=4,
        num_return_sequences=3,
        max_new_tokens=8,
        length_penalty=0.0,
        renormalize_logits=True,
        **theirs,
    )[:, 4:].tolist()
    got = decode(Whole(tiny), PROMPTS, Settings(strategy="beam", beams=4, n=3, max_new=8, length_penalty=0, **ours))
    assert [list(d.tokens) for row in got for d in row] == wanted


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"top_k": 7}, {"top_k": 7}),
        ({"top_p": 0.7}, {"top_p": 0.7, "top_k": 0}),
        ({"top_k": 20, "top_p": 0.8}, {"top_k": 20, "top_p": 0.8}),
    ],
)
def test_the_sampled_distribution_equals_transformers(tiny, ours, theirs):
    out = tiny.generate(
        torch.tensor(PROMPTS), do_sample=True, max_new_tokens=1, temperature=1.7, repetition_penalty=1.3,
        output_scores=True, return_dict_in_generate=True, **theirs,
    )  # fmt: skip
    settings = Settings(strategy="sample", temperature=1.7, repetition_penalty=1.3, **ours)
    from generation.text.decoding_logits import Processor

    prompts = torch.tensor(PROMPTS)
    _, logits = Whole(tiny).start(PROMPTS)
    mine = truncate(Processor(settings, 60)(prompts, prompts[:, :0], logits), 1.7, settings.top_k, settings.top_p)
    torch.testing.assert_close(mine.softmax(1), out.scores[0].softmax(1), atol=1e-5, rtol=1e-4)
