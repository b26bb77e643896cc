"""Scripts: about a work, told from its facts; or an invented short drama from a free topic.

About a work (documentary voice-over, award-night introduction, trailer) every statement is a fact of the graph. An
invented drama is rule-based invention: a hand-written dramatic pattern chosen for the topic, its people and places
taken from the topic where it names them, its wording varied. It keeps want against need, one reversal and an end in
sight; it will not surprise a screenwriter, who gets a clean draft in the right format to rewrite.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from generation import labels
from generation.briefs import AdBrief, Draft, GenerationError, ScriptBrief
from generation.channels import speaking_seconds
from generation.text import lexicon_en, narration, stories, topics
from generation.text.analyse import analyse
from generation.text.casting import cast, known
from generation.text.content import Content, Value
from generation.text.facts import Facts
from generation.text.phrases import Grammar, Phrase
from generation.text.revise import tidy
from generation.text.screenplay import Character, Element, Sheet, layout, running_seconds
from knowledge.graph import Fact, Graph

__all__ = ["Scriptwriter"]

_FULL_FROM_S = 90  # a brief of this many seconds or more gets the full length
_FORM_NAMES = {
    "zh": {
        "voice-over": "纪录片旁白",
        "introduction": "颁奖礼介绍",
        "trailer": "预告片旁白",
        "short": "短剧",
        "full": "短片剧本",
    },
    "en": {
        "voice-over": "documentary voice-over",
        "introduction": "award-night introduction",
        "trailer": "trailer voice-over",
        "short": "a short drama",
        "full": "a short film",
    },
}


class Scriptwriter:
    """Writes scripts. Holds no state beside the graph; threads may share it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def generate(self, brief: ScriptBrief, *, seed: int, progress: Callable[[float], None] | None = None) -> Draft:
        """The script for a brief; the same brief and seed give the same one.

        ``metadata`` holds ``seconds`` (estimated playing time), ``scenes`` and, for narration, ``spoken`` (its lines).

        Raises:
            BriefError: the work is not in the graph.
            GenerationError: nothing is known about the work that a script could tell.
        """
        rng = random.Random(f"{seed}")
        draft = self._drama(brief, rng, seed) if brief.form == "drama" else self._narration(brief, rng, seed)
        if progress:
            progress(1.0)
        return draft

    # --- about a work ------------------------------------------------------------------------------------------------

    def _narration(self, brief: ScriptBrief, rng: random.Random, seed: int) -> Draft:
        lang = brief.lang
        content = analyse(AdBrief(work=brief.work, lang=lang, channel="douyin"), self.graph)
        slots = {**content.slots, **_people(Facts(self.graph, str(brief.work), lang))}
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
        more = {
            "form": brief.form,
            "lang": lang,
            "seconds": seconds,
            "scenes": len(rows),
            "spoken": [said for _, said in rows],
        }
        return Draft(
            text=text,
            title=f"{title}{_FORM_NAMES[lang][brief.form]}"
            if lang == "zh"
            else f"{title}: {_FORM_NAMES[lang][brief.form]}",
            facts=tuple(dict.fromkeys(facts)),
            label=labels.VISIBLE[lang],
            scores={"coverage": round(len(rows) / len(narration.FORMS[brief.form]), 4)},
            metadata=labels.metadata(text, seed=seed, generator="rules", **more),
        )

    # --- invented ----------------------------------------------------------------------------------------------------

    def _drama(self, brief: ScriptBrief, rng: random.Random, seed: int) -> Draft:
        lang = brief.lang
        topic = topics.read(brief.topic, lang)
        tags = (
            frozenset({*(f"genre/{genre}" for genre in brief.genres), *(f"mood/{mood}" for mood in brief.moods)})
            or topic.tags
        )
        facts: tuple[Fact, ...] = ()
        if brief.work is not None:
            about = Facts(self.graph, brief.work, lang)
            lent = [fact for relation in ("genre", "mood") for fact in about.of(relation)]
            if not tags:
                tags, facts = frozenset(str(fact.object) for fact in lent), tuple(lent)
        pattern = stories.choose(lang, tags, rng)
        slots = cast(pattern, topic, lang, rng)
        full = brief.length == "full" or (brief.seconds or 0) >= _FULL_FROM_S

        def say(name: str) -> str:
            return tidy(stories.word(pattern.fields[name], slots, rng), lang)

        thing = slots["thing"]
        logline = say("logline")
        if topic.text and topic.says_more:
            end = "。" if lang == "zh" else ". "
            logline = f"{topic.text[:1].upper()}{topic.text[1:]}{end}{logline}"
        known(slots)
        people = tuple(
            Character(
                slots[who.lower()],
                slots[f"role_{who.lower()}"],
                *(say(f"{who}.{part}") for part in ("want", "need", "voice")),
            )
            for who in "AB"
        )
        slots["thing"], slots["thing_cap"] = thing, lexicon_en.capital(thing)
        scenes = []
        for scene in pattern.scenes:
            if scene.full and not full:
                continue
            kind, place, time = scene.where
            beat = tidy(stories.word(scene.beat, known(dict(slots)), rng), lang)
            elements = []
            for line in stories.kept(scene, rng):
                words = tidy(stories.word(line.words, slots, rng), lang)
                direction = stories.word(line.direction, slots, rng)
                elements.append(Element(slots[line.who.lower()] if line.who else "", direction, words))
                if thing in words.lower():
                    known(slots)
            scenes.append((kind, stories.word(place, slots, rng), time, beat, tuple(elements)))
        form = _FORM_NAMES[lang]["full" if full else "short"]
        sheet = Sheet(say("title"), form, topic.text, logline, people, tuple(scenes))
        text = layout(sheet, lang)
        more = {
            "form": "drama",
            "lang": lang,
            "pattern": pattern.id,
            "seconds": running_seconds(sheet, lang),
            "scenes": len(scenes),
        }
        return Draft(
            text=text,
            title=f"《{sheet.title}》" if lang == "zh" else sheet.title,
            facts=facts,
            label=labels.VISIBLE[lang],
            scores={"fit": round(len(pattern.tags & tags) / len(tags), 4) if tags else 1.0},
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
    name = _FORM_NAMES[content.lang][form]
    if content.lang == "zh":
        voice = "主持人" if host else "旁白"
        blocks = [f"《{content.title}》{name}｜约{seconds}秒"]
        blocks += [f"{number}.【画面】{shown}\n【{voice}】{said}" for number, (shown, said) in enumerate(rows, 1)]
    else:
        voice = "HOST" if host else "NARRATOR (V.O.)"
        blocks = [f"Title: {content.title}\nCredit: {name}\nNotes: about {seconds} seconds"]
        blocks += [f"!{shown}\n\n{voice}\n{said}" for shown, said in rows]
    return "\n\n".join(blocks)
