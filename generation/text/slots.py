"""What fills the slots of copy: each with its alternatives, in Chinese or English, and the facts they state."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from generation.text import lexicon_en, lexicon_zh
from generation.text.content import Value
from generation.text.facts import Facts

__all__ = ["slots_en", "slots_zh"]

_MAX_CAST = 3
_SAME = {
    "romantic": "romance",
    "funny": "comedy",
    "scary": "horror",
    "violent": "action",
}  # said twice if said together


def _values(*values: Value | None) -> tuple[Value, ...]:
    return tuple(value for value in values if value)


def _wrap(value: Value | None, make: Callable[[str], str]) -> Value | None:
    return Value(make(value.text), value.facts) if value else None


def _both(first: Value | None, second: Value | None, between: str) -> Value | None:
    if not first or not second:
        return None
    return Value(first.text + between + second.text, (*first.facts, *second.facts))


def _combined(facts: Facts) -> list[tuple[Value, Value]]:
    """Each mood with each noun, but no frightening horror film: (mood as value, noun)."""
    return [
        (Value(mood, (fact,)), noun)
        for mood, fact in facts.mood_ids()
        for noun in facts.nouns()[:2]
        if not any(str(of.object) == f"genre/{_SAME.get(mood)}" for of in noun.facts)
    ]


# --- Chinese -----------------------------------------------------------------------------------------------------


def slots_zh(facts: Facts, line: Value | None) -> dict[str, tuple[Value, ...]]:
    nouns = facts.nouns()
    kinds = [
        Value(f"{lexicon_zh.MOODS[mood.text]}的{noun.text}", (*mood.facts, *noun.facts))
        for mood, noun in _combined(facts)
        if mood.text in lexicon_zh.MOODS
    ]
    countries = facts.of("country")
    if len(countries) == 1:
        place = lexicon_zh.region(str(countries[0].object).removeprefix("country/"), facts.label(countries[0]))
        if place:
            kinds += [Value(place + noun.text, (countries[0], *noun.facts)) for noun in nouns[:2]]
    casts = [facts.named("cast", most) for most in range(1, _MAX_CAST + 1)]
    director, artist = facts.named("directed_by", 2), facts.named("performed_by", 2)
    directed = _wrap(director, lambda names: f"{names}执导")
    by_artist = _wrap(artist, lambda names: f"来自{names}" if facts.kind == "album" else f"{names}演出")
    starring = [_wrap(cast, lambda names: f"{names}主演") for cast in casts]
    credits = _values(directed, *(_both(directed, star, "，") for star in starring), *starring, by_artist)
    writer = _wrap(facts.named("written_by", 2), lambda names: f"{names}编剧")
    if not credits or facts.kind in ("series", "show"):
        credits = (*credits, *_values(writer, _both(directed, writer, "，")))
    composer = facts.named("composed_by", 2)
    if not credits or (facts.kind == "show" and composer):
        credits = (*credits, *_values(_wrap(composer, lambda names: f"{names}作曲")))
    maker = _values(directed, _wrap(artist, lambda names: names + ("专辑" if facts.kind == "album" else "")))
    mw = lexicon_zh.measure(facts.kind, nouns[0].text)
    verb = "听" if facts.kind == "album" else "看"
    same = {"name": facts.title, "watch": verb, "watched": verb + "完", "mw": mw, "mw_one": "一" + mw}
    slots: dict[str, tuple[Value, ...]] = {name: (Value(text),) for name, text in same.items()}
    slots |= {
        "genre": tuple(nouns[:2]),
        "kind": tuple(kinds or nouns),
        "year": _values(facts.named("year", 1)),
        "director": _values(director),
        "credits": credits,
        "maker": maker,
        "award": tuple(Value(facts.label(fact), (fact,)) for fact in facts.of("award")[:3]),
        "line": _values(line),
        "teaser": _values(_teaser_zh(line)),
    }
    return slots


def _teaser_zh(line: Value | None) -> Value | None:
    """The first clause of our line, left hanging."""
    if line is None:
        return None
    head = re.split(r"[，：；。？！—]", line.text)[0]
    balanced = all(head.count(a) == head.count(b) for a, b in ("《》", "“”", "（）"))
    return Value(head + "……", line.facts) if 5 <= len(head) <= 17 and balanced else None


# --- English -----------------------------------------------------------------------------------------------------


def slots_en(facts: Facts, line: Value | None) -> dict[str, tuple[Value, ...]]:
    nouns = facts.nouns()
    kinds = [
        Value(f"{lexicon_en.MOODS[mood.text]} {noun.text}", (*mood.facts, *noun.facts))
        for mood, noun in _combined(facts)
        if mood.text in lexicon_en.MOODS
    ]
    countries = facts.of("country")
    if len(countries) == 1:
        place = lexicon_en.NATIONALITY.get(str(countries[0].object).removeprefix("country/"))
        if place:
            fitting = (noun for noun in nouns[:2] if not noun.text.startswith("Chinese"))
            kinds += [Value(f"{place} {noun.text}", (countries[0], *noun.facts)) for noun in fitting]
    kinds = kinds or list(nouns)
    casts = [facts.named("cast", most) for most in range(1, _MAX_CAST + 1)]
    director, artist = facts.named("directed_by", 2), facts.named("performed_by", 2)
    directed = _wrap(director, lambda names: f"directed by {names}")
    starring = [_wrap(cast, lambda names: f"starring {names}") for cast in casts]
    by_artist = _wrap(artist, lambda names: f"by {names}" if facts.kind == "album" else f"performed by {names}")
    credits = _values(directed, *(_both(directed, star, " and ") for star in starring), *starring, by_artist)
    writer = _wrap(facts.named("written_by", 2), lambda names: f"written by {names}")
    if not credits or facts.kind in ("series", "show"):
        credits = (*credits, *_values(writer, _both(writer, directed, " and ")))
    if not credits:
        credits = _values(_wrap(facts.named("composed_by", 2), lambda names: f"composed by {names}"))
    verb = lexicon_en.VERBS[facts.kind]
    same = {"title": facts.title, "name": facts.title, "watch": verb, "watch_cap": lexicon_en.capital(verb)}
    slots: dict[str, tuple[Value, ...]] = {name: (Value(text),) for name, text in same.items()}
    slots |= {
        "genre": tuple(nouns[:2]),
        "a_genre": _map(nouns[:2], lexicon_en.a),
        "kind": tuple(kinds),
        "kind_cap": _map(kinds, lexicon_en.capital),
        "a_kind": _map(kinds, lexicon_en.a),
        "a_kind_cap": _map(kinds, lambda kind: lexicon_en.capital(lexicon_en.a(kind))),
        "year": _values(facts.named("year", 1)),
        "director": _values(director),
        "credits": credits,
        "credits_cap": _map(credits, lexicon_en.capital),
        "maker": _values(_wrap(director or artist, lambda names: f"From {names}")),
        "award": tuple(Value(facts.label(fact), (fact,)) for fact in facts.of("award")[:3]),
        "line": _values(line),
        "teaser": _values(_teaser_en(line)),
    }
    return slots


def _map(values: Sequence[Value], change: Callable[[str], str]) -> tuple[Value, ...]:
    return tuple(Value(change(value.text), value.facts) for value in values)


def _teaser_en(line: Value | None) -> Value | None:
    if line is None:
        return None
    head = re.split(r"[,;:.?!]\s|[.?!]$", line.text)[0]
    words = head.split()
    return Value(head + "…", line.facts) if 4 <= len(words) <= 10 and head.count("“") == head.count("”") else None
