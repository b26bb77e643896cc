"""Telling about a work from its facts: documentary voice-over, award-night introduction, trailer.

Every statement is a fact of the graph, and the draft says which.
"""

from __future__ import annotations

import random
from typing import Any

from generation import labels
from generation.briefs import AdBrief, Draft, GenerationError, ScriptBrief
from generation.channels import speaking_seconds
from generation.text import narration
from generation.text.analyse import analyse
from generation.text.content import Content, Value
from generation.text.facts import Facts
from generation.text.phrases import Grammar, Phrase
from generation.text.revise import tidy
from knowledge.graph import Fact, Graph

__all__ = ["FORM_NAMES", "VOICES", "narrate"]

FORM_NAMES = {
    "zh": {"voice-over": "纪录片旁白", "introduction": "颁奖礼介绍", "trailer": "预告片旁白"},
    "en": {
        "voice-over": "documentary voice-over",
        "introduction": "award-night introduction",
        "trailer": "trailer voice-over",
    },
}
VOICES = {"zh": ("旁白", "主持人"), "en": ("NARRATOR (V.O.)", "HOST")}


def narrate(graph: Graph, brief: ScriptBrief, rng: random.Random, seed: int) -> Draft:
    """A voice-over, an introduction or a trailer for a work; ``spoken`` and ``rows`` of its metadata hold what is said.

    Raises:
        BriefError: the work is not in the graph.
        GenerationError: nothing is known about it that a script could tell.
    """
    lang = brief.lang
    content = analyse(AdBrief(work=brief.work, lang=lang, channel="douyin"), graph)
    slots = {**content.slots, **_people(Facts(graph, str(brief.work), lang))}
    tags = content.tags | ({"line"} if "line" in slots else set())
    grammar = Grammar(narration.TABLES[lang], tags, slots)
    facts: list[Fact] = []
    used: set[Phrase] = set()

    def fill(slot: str) -> str:
        value = rng.choice(slots[slot])
        facts.extend(value.facts)
        return value.text

    rows: list[tuple[str, str]] = []
    for picture, speech in narration.FORMS[brief.form]:
        said = grammar.expand(speech, rng, fill, used)
        shown = grammar.expand(picture, rng, fill, used)
        if said and shown and said[0] not in [words for _, words in rows]:
            rows.append((tidy(shown[0], lang), tidy(said[0], lang)))
            chosen = sorted(said[1] | shown[1])
            facts.extend(content.evidence[tag] for tag in chosen if tag in content.evidence)
    limit = brief.seconds
    while limit and len(rows) > 2 and sum(speaking_seconds(said, lang) for _, said in rows) > limit:
        rows.pop(-2)  # the opening and the close stay
    if not rows:
        raise GenerationError("nothing is known about this work that a script could tell")
    seconds = round(sum(speaking_seconds(said, lang) for _, said in rows))
    text = _narrated(rows, content, brief.form, seconds)
    title = f"《{content.title}》" if lang == "zh" else content.title
    more: dict[str, Any] = {
        "form": brief.form,
        "lang": lang,
        "seconds": seconds,
        "scenes": len(rows),
        "spoken": [said for _, said in rows],
        "rows": [list(row) for row in rows],
        "work_title": content.title,
    }
    return Draft(
        text=text,
        title=f"{title}{FORM_NAMES[lang][brief.form]}" if lang == "zh" else f"{title}: {FORM_NAMES[lang][brief.form]}",
        facts=tuple(dict.fromkeys(facts)),
        label=labels.VISIBLE[lang],
        scores={"coverage": round(len(rows) / len(narration.FORMS[brief.form]), 4)},
        metadata=labels.metadata(text, seed=seed, generator="rules", **more),
    )


def _people(facts: Facts) -> dict[str, tuple[Value, ...]]:
    """Slots that narration has beside those of copy: the makers with their trades, credits in the past."""
    named = [
        (relation, facts.named(relation, 2))
        for relation in ("directed_by", "written_by", "cast", "performed_by", "composed_by")
    ]
    if facts.lang == "zh":
        trades = {
            "directed_by": "导演",
            "written_by": "编剧",
            "cast": "主演",
            "composed_by": "作曲",
            "performed_by": "",
        }
        parts = [(trades[relation] + value.text, value.facts) for relation, value in named if value]
    else:
        trades = {
            "directed_by": "director",
            "written_by": "writer",
            "composed_by": "composer",
            "performed_by": "",
            "cast": "starring",
        }
        parts = []
        for relation, value in named:
            if value:
                plural = "s" if len(value.facts) > 1 and relation not in ("cast", "performed_by") else ""
                parts.append((f"{trades[relation]}{plural} {value.text}".strip(), value.facts))
    if not parts:
        return {}
    join = "、" if facts.lang == "zh" else ", "
    people = Value(join.join(text for text, _ in parts[:3]), tuple(fact for _, of in parts[:3] for fact in of))
    slots: dict[str, tuple[Value, ...]] = {"people": (people,)}
    director = facts.named("directed_by", 2)
    artist = facts.named("performed_by", 2)
    if director:
        slots["credits_past"] = (Value(f"directed by {director.text}", director.facts),)
    elif artist:
        verb = "recorded" if facts.kind == "album" else "performed"
        slots["credits_past"] = (Value(f"{verb} by {artist.text}", artist.facts),)
    return slots


def _narrated(rows: list[tuple[str, str]], content: Content, form: str, seconds: int) -> str:
    host = form == "introduction"
    name = FORM_NAMES[content.lang][form]
    if content.lang == "zh":
        voice = "主持人" if host else "旁白"
        blocks = [f"《{content.title}》{name}｜约{seconds}秒"]
        blocks += [f"{number}.【画面】{shown}\n【{voice}】{said}" for number, (shown, said) in enumerate(rows, 1)]
    else:
        voice = "HOST" if host else "NARRATOR (V.O.)"
        blocks = [f"Title: {content.title}\nCredit: {name}\nNotes: about {seconds} seconds"]
        blocks += [f"!{shown}\n\n{voice}\n{said}" for shown, said in rows]
    return "\n\n".join(blocks)
