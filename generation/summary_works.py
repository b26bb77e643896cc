"""A work told by its line and its facts: what happens, what it is and who made it, how long it is, what it won."""

from __future__ import annotations

import random

from generation.text import lexicon_en, lexicon_zh
from generation.text.content import Value
from generation.text.facts import Facts
from knowledge.graph import Fact

__all__ = ["in_chinese", "in_english"]


def _gather(*values: Value | None) -> tuple[Fact, ...]:
    return tuple(fact for value in values if value for fact in value.facts)


def in_chinese(facts: Facts, rng: random.Random) -> list[Value]:
    """What happens, what it is and who made it, how long it is and what it won: one sentence each."""
    noun = facts.nouns()[0]
    moods = [(lexicon_zh.MOODS[mood], fact) for mood, fact in facts.mood_ids() if mood in lexicon_zh.MOODS][:1]
    year, line = facts.named("year", 1), facts.line()
    mw = lexicon_zh.measure(facts.kind, noun.text)
    mood = f"{moods[0][0]}的" if moods else ""
    what = f"《{facts.title}》是{year.text + '年的' if year else ''}一{mw}{mood}{noun.text}"
    made = [
        (facts.named("directed_by", 2), "{}执导"),
        (facts.named("cast", 3), "{}主演"),
        (facts.named("performed_by", 2), "来自{}" if facts.kind == "album" else "{}演出"),
    ]
    written = facts.named("written_by", 2)
    if written and not made[0][0]:
        made.append((written, "{}编剧"))
    credits = "，".join(form.format(value.text) for value, form in made if value)
    kind = Value(
        f"{what}{'，' + credits if credits else ''}。",
        (*_gather(year, noun, *(value for value, _ in made)), *(fact for _, fact in moods)),
    )
    length = _length_zh(facts)
    award = facts.named("award", 2)
    won = Value(f"{rng.choice(('获得', '曾获', '获'))}{award.text}。", award.facts) if award else None
    return [value for value in (_first(line, kind, rng)) if value] + [value for value in (length, won) if value]


def _first(line: Value | None, kind: Value, rng: random.Random) -> list[Value | None]:
    return [kind, line] if rng.random() < 0.5 else [line, kind]


def _length_zh(facts: Facts) -> Value | None:
    runtime, episodes = facts.named("runtime", 1), facts.named("episodes", 1)
    if episodes:
        each = f"，每集约{runtime.text}分钟" if runtime else ""
        return Value(f"全剧{episodes.text}集{each}。", _gather(episodes, runtime))
    return Value(f"时长{runtime.text}分钟。", runtime.facts) if runtime else None


def in_english(facts: Facts, rng: random.Random) -> list[Value]:
    """The same four in English."""
    noun = facts.nouns()[0]
    moods = [(lexicon_en.MOODS[mood], fact) for mood, fact in facts.mood_ids() if mood in lexicon_en.MOODS][:1]
    year, line = facts.named("year", 1), facts.line()
    described = lexicon_en.a(" ".join([*(word for word, _ in moods), noun.text]))
    director, cast = facts.named("directed_by", 2), facts.named("cast", 3)
    artist, writer = facts.named("performed_by", 2), facts.named("written_by", 2)
    credits = [
        f"directed by {director.text}" if director else "",
        f"starring {cast.text}" if cast else "",
        f"by {artist.text}" if artist and facts.kind == "album" else f"performed by {artist.text}" if artist else "",
        f"written by {writer.text}" if writer and not director else "",
    ]
    made = lexicon_en.join([credit for credit in credits if credit]) if any(credits) else ""
    when = f" from {year.text}" if year else ""
    kind = Value(
        f"{facts.title} is {described}{when}{', ' + made if made else ''}.",
        (*_gather(year, noun, director, cast, artist, None if director else writer), *(fact for _, fact in moods)),
    )
    runtime, episodes = facts.named("runtime", 1), facts.named("episodes", 1)
    length = None
    if episodes:
        plural = "" if episodes.text == "1" else "s"
        each = f" of about {runtime.text} minutes" if runtime else ""
        length = Value(f"It has {episodes.text} episode{plural}{each}.", _gather(episodes, runtime))
    elif runtime:
        length = Value(f"It runs {runtime.text} minutes.", runtime.facts)
    award = facts.named("award", 2)
    won = (
        Value(f"It won the {award.text.replace(' and ', ' and the ')}.", award.facts)
        if award and len(award.facts) == 1
        else None
    )
    if award and won is None:
        names = lexicon_en.join([f"the {facts.label(fact)}" for fact in award.facts])
        won = Value(f"It won {names}.", award.facts)
    return [value for value in _first(line, kind, rng) if value] + [value for value in (length, won) if value]
