"""A text brought towards a feeling: candidates → read → revised where they miss → there, or how near it came.

The best of several candidates is changed sentence by sentence, each time by the change that the guide finds brings it
nearest; every change comes from the hand-written bank or drops or marks a sentence that states nothing, so facts, names
and numbers stay as they are. That they did is checked at the end by reading the claims out of both texts.

    from generation.emotion import Target, towards
    from generation.emotion_guide import Guide

    towards(["今晚看《活着》。"], Target("催泪", 0.8), Guide.load(folder), lang="zh").text

A neural decoder is guided while it writes instead: ``generation.emotion_fudge``.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from generation.briefs import GenerationError
from generation.compliance import check
from generation.emotion_guide import Reader
from generation.emotion_names import LABELS, EmotionError, Target, contradicts
from generation.grounding import claims
from generation.naming import Names
from generation.text.copy_variety import wording
from generation.text.emotion_edit import Edit, Segment, edits, lines, render, segments
from knowledge.graph import Fact, Graph
from knowledge.sentiment.datasets import EMOTIONS

__all__ = ["EmotionError", "Guided", "Keep", "Parts", "Target", "contradicts", "towards", "towards_parts"]

Parts = Sequence[tuple[str, str]]
"""A text in parts, by name and words: ``metadata["parts"]`` of a draft."""
_ROUNDS = 14
_SENTENCE = 12  # characters from which the text of a fact is a sentence
_TRIED = 2  # candidates that are revised, the nearest ones
_HEADINGS = ("title", "headline", "tagline")
_CLOSE = 0.1  # changes as good as the best within this are chosen among by chance


@dataclass(frozen=True, slots=True)
class Keep:
    """What must survive.

    ``facts``, ``brief`` and ``names`` are what :func:`generation.grounding.claims` rests on; sentences with one of the
    ``words`` stay as they are; ``exempt`` names may be called what they are called; ``contradicted``: the facts speak
    against the feeling, so nothing is put in and only the choice among candidates is left.
    """

    facts: tuple[Fact, ...] = ()
    brief: Any = ""
    names: Names | Graph | None = None
    words: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class Guided:
    """``score`` is the probability of the emotion in ``text``, ``before`` that of ``start``, the candidate it was made from.

    ``reached``: it is the likeliest emotion and as probable as the intensity asks for. ``near`` says so in words, by
    language. ``edits`` names the changes in order; ``chosen`` is the number of the candidate.
    """

    text: str
    reached: bool
    score: float
    near: dict[str, str]
    start: str
    before: float
    chosen: int
    edits: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()


def towards(
    candidates: Sequence[str] | Callable[[int], str | None],
    target: Target,
    guide: Reader,
    *,
    lang: str,
    keep: Keep | None = None,
    fits: Callable[[str], bool] | None = None,
    roles: str = "orci",
    most: int = 4,
    n: int = 6,
    exchange: bool = False,
    seed: int = 0,
) -> Guided:
    """The nearest text to ``target`` that the candidates and the bank give.

    Args:
        candidates: texts, or a writer of them: called with 0 … n − 1, ``None`` where nothing came of it.
        fits: whether a text is within its limit.
        roles: which lines of the bank: ``"orci"`` for copy, ``"s"`` spoken in a scene, ``"a"`` action.
        most: lines put in at most.
        exchange: whether sentences that state nothing may give way; by default every word of the text stays.

    Raises:
        GenerationError: there is no candidate.
    """
    texts = [candidates(at) for at in range(n)] if callable(candidates) else list(candidates)
    rows = [(("text", text),) for text in texts if text]
    allowed = (lambda name, words: fits(words)) if fits else (lambda name, words: True)
    return towards_parts(
        rows,
        target,
        guide,
        lang=lang,
        keep=keep,
        fits=allowed,
        roles=roles,
        most=most,
        exchange=exchange,
        seed=seed,
        read=_joined,
    )


def _joined(parts: Parts) -> str:
    return "\n".join(words for _, words in parts)


def towards_parts(
    candidates: Sequence[Parts],
    target: Target,
    guide: Reader,
    *,
    lang: str,
    keep: Keep | None = None,
    fits: Callable[[str, str], bool],
    roles: str = "orci",
    most: int = 4,
    exchange: bool = True,
    seed: int = 0,
    read: Callable[[Parts], str] = wording,
) -> Guided:
    """:func:`towards` for texts in parts; ``fits(name, words)`` bounds each, ``read`` is what the guide gets to see."""
    if not candidates:
        raise GenerationError("没有可以改的文案" if lang == "zh" else "there is no candidate to start from")
    keep = keep or Keep()
    column = EMOTIONS.index(target.emotion)
    scores = guide.probabilities([read(parts) for parts in candidates])
    order = np.argsort(-scores[:, column], kind="stable").tolist()
    best: Guided | None = None
    for chosen in order[:_TRIED]:
        found = _revised(
            candidates[chosen], target, guide, lang, keep, fits, roles, most, exchange, f"{seed} {chosen}", read
        )
        reached = found.score >= target.wanted
        guided = Guided(
            _joined(found.parts), reached, found.score, _near(target, found, keep), _joined(candidates[chosen]),
            float(scores[chosen, column]), chosen, found.edits, found.parts,
        )  # fmt: skip
        if best is None or guided.score > best.score:
            best = guided
        if reached or keep.contradicted:
            break
    assert best is not None
    return best


# --- revision ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    parts: tuple[tuple[str, str], ...]
    score: float
    likeliest: str
    edits: tuple[str, ...]


def _revised(
    parts: Parts,
    target: Target,
    guide: Reader,
    lang: str,
    keep: Keep,
    fits: Callable[[str, str], bool],
    roles: str,
    most: int,
    exchange: bool,
    seed: str,
    read: Callable[[Parts], str],
) -> _Found:
    names = [name for name, _ in parts]
    column = EMOTIONS.index(target.emotion)
    rng = random.Random(seed)
    stated = _claims(_joined(parts), lang, keep)
    pieces = _pieces(parts, lang, keep)
    if not exchange:
        pieces = tuple(replace(piece, free=False) for piece in pieces)
    done: list[str] = []
    row = guide.probabilities([read(parts)])[0]

    def there() -> bool:
        # One telling word convinces a classifier; a reader wants more than one line of it.
        return bool(row[column] >= target.wanted and row.argmax() == column and _ours(pieces) >= target.lines)

    headings = [at for at, name in enumerate(names) if name in _HEADINGS]
    usable = {} if keep.contradicted else lines(target.emotion, lang, target.strengths, roles, rng)
    added = 0
    for _ in range(_ROUNDS):
        if there() or not usable:
            break
        kept: list[tuple[Edit, str]] = []
        for edit in edits(pieces, usable, target.emotion, lang, rng, most - added, headings):
            rendered = render(names, edit.segments)
            if all(fits(*part) for part in rendered) and len(set(rendered)) == len(rendered):
                kept.append((edit, read(rendered)))
        if not kept:
            break
        rows = guide.probabilities([text for _, text in kept])
        gains = rows[:, column]
        more = row[column] >= target.wanted  # there already, only thin: nothing need be gained, nothing may be lost
        least = target.wanted if more else float(row[column]) + 0.002
        near = np.flatnonzero(gains >= max(float(gains.max()) - _CLOSE, least))
        if not len(near):
            break
        at = rng.choice(near.tolist())
        edit, row = kept[at][0], rows[at]
        added += edit.kind == "put in"
        pieces = edit.segments
        done.append(edit.kind)
    revised = tuple(render(names, pieces))
    if done and not _sound(_joined(revised), stated, lang, keep):
        revised, done = tuple((name, words) for name, words in parts), []
        row = guide.probabilities([read(parts)])[0]
    return _Found(revised, float(row[column]), EMOTIONS[int(row.argmax())], tuple(done))


def _ours(pieces: Sequence[Segment]) -> int:
    return sum(piece.ours for piece in pieces)


def _pieces(parts: Parts, lang: str, keep: Keep) -> tuple[Segment, ...]:
    # What a fact says in words (our own line) is a fact wherever it is repeated; names are found by their claims.
    said = [
        str(fact.object) for fact in keep.facts if len(str(fact.object)) > _SENTENCE and "/" not in str(fact.object)
    ]
    words = [word.lower() for word in keep.words if word]

    def kept(sentence: str) -> bool:
        low = sentence.lower()
        core = low.strip("。！？…，、.!?,:： \n“”")
        return any(word in low for word in words) or any(
            core in text.lower() or _shared(core, text.lower()) for text in said
        )

    found: list[Segment] = []
    for at, (_, text) in enumerate(parts):
        spans = [
            (claim.start, claim.end)
            for claim in claims(text, lang, facts=keep.facts, brief=keep.brief, graph=keep.names)
        ]
        found += segments(text, at, lang, spans, kept)
    return tuple(found)


def _shared(sentence: str, told: str, run: int = 8) -> bool:
    """Whether a sentence repeats a run of characters of a text that is itself a fact."""
    return (
        any(sentence[at : at + run] in told for at in range(0, max(1, len(sentence) - run + 1)))
        if len(sentence) >= run
        else False
    )


def _claims(text: str, lang: str, keep: Keep) -> Counter[tuple[str, str, str | None]]:
    found = claims(text, lang, facts=keep.facts, brief=keep.brief, graph=keep.names)
    return Counter((claim.kind, claim.text, claim.source) for claim in found)


def _sound(text: str, stated: Counter[tuple[str, str, str | None]], lang: str, keep: Keep) -> bool:
    """The same claims as before, no more and no fewer, and nothing an advertisement must not say."""
    return _claims(text, lang, keep) == stated and not check(text, lang, exempt=keep.exempt)


def _near(target: Target, found: _Found, keep: Keep) -> dict[str, str]:
    zh, en = LABELS[target.emotion]
    share, wanted = round(100 * found.score), round(100 * target.wanted)
    if found.score >= target.wanted:
        return {"zh": f"{zh}达到了：{share}%（目标{wanted}%）", "en": f"{en} reached: {share}% (asked for {wanted}%)"}
    other = LABELS[found.likeliest]
    sounds = (
        ("", "")
        if found.likeliest == target.emotion
        else (f"，听起来更像{other[0]}", f"; it still sounds more like {other[1]}")
    )
    why = (
        ("，事实与这种情绪相反，只保留事实", "; the facts speak against it and were kept")
        if keep.contradicted
        else ("", "")
    )
    return {
        "zh": f"{zh}做到{share}%，目标{wanted}%{sounds[0]}{why[0]}",
        "en": f"{en} at {share}%, short of {wanted}%{sounds[1]}{why[1]}",
    }
