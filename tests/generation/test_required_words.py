"""Required phrases: the automaton against plain search, the beam's places against their definition."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generation.text.constraints import Required, allocate

TOKENS = st.integers(0, 2)


@given(
    phrases=st.lists(st.lists(TOKENS, min_size=1, max_size=4), min_size=1, max_size=3),
    text=st.lists(TOKENS, max_size=15),
)
def test_progress_agrees_with_searching_the_text(phrases, text):
    progress = Required(phrases).start()
    for token in text:
        before, wanted = progress, progress.wanted()
        progress = progress.advance(token)
        assert all(
            now >= then
            for now, then, p in zip(progress.at, before.at, before.required.phrases, strict=True)
            if then == len(p)
        )
        if token in wanted:
            assert any(now > then for now, then in zip(progress.at, before.at, strict=True))
    for phrase, place in zip(progress.required.phrases, progress.at, strict=True):
        found = any(tuple(text[i : i + len(phrase)]) == phrase for i in range(len(text) - len(phrase) + 1))
        assert found == (place == len(phrase))
        if not found:  # the longest end of the text that begins the phrase
            assert place == max(
                k for k in range(len(phrase)) if k <= len(text) and tuple(text[len(text) - k :]) == phrase[:k]
            )
    assert progress.complete == (progress.missing == 0)


@given(
    phrases=st.lists(st.lists(TOKENS, min_size=1, max_size=4), min_size=1, max_size=3),
    text=st.lists(TOKENS, max_size=8),
)
def test_missing_tokens_are_enough(phrases, text):
    progress = Required(phrases).start()
    for token in text:
        progress = progress.advance(token)
    for _ in range(progress.missing):
        if not progress.complete:
            progress = max((progress.advance(token) for token in progress.wanted()), key=lambda p: p.held)
    assert progress.complete


def test_every_bank_has_its_share_and_the_fullest_takes_the_rest():
    assert allocate([0, 0, 0, 1, 2, 2], 4, 2) == [0, 3, 4, 5]  # one place each, the spare one to bank 2
    assert allocate([0, 0, 0, 0], 3, 2) == [0, 1, 2]  # banks without candidates give theirs up
    assert allocate([0, 1, 2, 3], 2, 3) == [2, 3]  # fewer places than banks: the fullest
    assert allocate([0, 0, 0], 2, 0) == [0, 1]


@given(banks=st.lists(st.integers(0, 3), max_size=20), size=st.integers(1, 12))
def test_no_place_is_wasted_and_banks_keep_their_best(banks, size):
    kept = allocate(banks, size, 3)
    assert len(kept) == min(size, len(banks)) == len(set(kept))
    for bank in range(4):
        own = [i for i, b in enumerate(banks) if b == bank]
        here = [i for i in kept if banks[i] == bank]
        assert here == own[: len(here)]
        assert len(here) >= min(size // 4, len(own))
