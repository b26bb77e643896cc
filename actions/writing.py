"""Writing to order: what was ordered, the job that writes it, and what is shown of it.

An order is what a brief amounts to once nothing is missing. It stays in the slot ``writing`` after the job is done, so
that 「再感人一点」 has something to change; the drafts themselves are in the store.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from actions.brief import About
from actions.drafts import Saved
from actions.engines import Engines
from actions.jobs import Report
from actions.reply import Part, citation, name, quick_replies, text
from actions.turn import Turn
from generation.adcopy import ForbiddenWords
from generation.briefs import MAX_SCENES, AdBrief, BriefError, Draft, GenerationError, ScriptBrief, SummaryBrief
from generation.compliance import Finding
from generation.emotion import Target
from generation.emotion_guide import Guide
from generation.script import RealPerson
from knowledge.graph import Fact
from knowledge.text import is_han

USUAL = 0.6  # intensity of an emotion that was asked for without saying how much
CANDIDATES = 3  # texts of an advertisement for one channel; several channels get one each
WIDER = 12  # texts written when a shorter one or one of some feeling is wanted, of which the nearest are shown
SUGGESTED = {"zh": ("xiaohongshu", "douyin", "weibo", "push"), "en": ("instagram", "x", "push", "email-subject")}
TONE_MOODS = {"playful": "funny", "warm": "warm", "literary": "slow", "punchy": "fast"}
EMOTION_MOODS = {
    "touching": "warm",
    "joy": "light",
    "sadness": "sad",
    "anger": "tense",
    "fear": "scary",
    "surprise": "quirky",
}


@dataclass(frozen=True)
class Order:
    """Something to write; travels as JSON in the slot ``writing``."""

    id: str
    kind: str
    about: About
    channels: tuple[str, ...] = ()
    lang: str = "zh"
    emotion: str | None = None
    intensity: float | None = None
    size: int = 0
    """−1: shorter than ``base``; +1: longer."""
    base: str = ""
    """Id of the draft that is being changed."""

    @classmethod
    def new(cls, kind: str, about: About, channels: list[str], lang: str) -> Order:
        return cls(secrets.token_hex(8), kind, about, tuple(channels), lang)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: Any) -> Order | None:
        """The order in a slot, ``None`` when there is none or it is of another version."""
        known = {field.name for field in fields(cls)}
        if not isinstance(document, dict) or not {"id", "kind", "about"} <= document.keys() <= known:
            return None
        rows = {**document, "about": About.from_json(document["about"])}
        rows["channels"] = tuple(rows.get("channels") or ())
        return cls(**rows)


def described(order: Order, turn: Turn, engines: Engines) -> str:
    """What is being written: 「《星际穿越》的小红书、推送文案」, "Instagram copy for Interstellar"."""
    about, kind = order.about, order.kind
    about_what = subject(about, turn, engines)
    labels = [engines.catalogue.vocabulary.channels[channel].label(turn.lang) for channel in order.channels]
    if kind == "ad":
        return turn.say(f"{about_what}的{'、'.join(labels)}文案", f"{' and '.join(labels)} copy for {about_what}")
    noun = turn.say("剧本" if kind == "script" else "简介", "script" if kind == "script" else "summary")
    if about.text:
        return turn.say("这段文字的摘要", "a summary of your text")
    if not about.work and not about.topic:
        return turn.say(f"{about_what}{noun}", f"a {about_what} {noun}")
    return turn.say(f"{about_what}的{noun}", f"a {noun} {'about' if about.topic else 'for'} {about_what}")


def subject(about: About, turn: Turn, engines: Engines) -> str:
    """The title, the topic in quotation marks, or the kind of story: 「悬疑」, "comedy"."""
    if about.work:
        return name(engines.graph, about.work, turn.lang)
    if about.topic:
        return f"“{about.topic}”"
    kinds = [f"mood/{mood}" for mood in about.moods] + [f"genre/{genre}" for genre in about.genres]
    return turn.say("", " ").join(engines.graph.entity(kind).label(turn.lang).lower() for kind in kinds)


def write(order: Order, turn: Turn, engines: Engines, report: Report) -> list[Part]:
    """The drafts as parts, with the facts they state and what to ask for next. Runs in a worker thread.

    Every draft is stored before it is shown.
    """
    seed = secrets.randbits(32)  # asking again gives another text
    if order.kind == "ad":
        parts, facts = _advertise(order, seed, turn, engines, report)
    elif order.kind == "script":
        parts, facts = _dramatise(order, seed, turn, engines, report)
    else:
        brief = SummaryBrief(work=order.about.work, text=order.about.text, lang=order.lang)
        draft = engines.summariser.generate(brief, seed=seed, progress=report)
        parts, facts = [_keep(order, draft, draft.title, turn, engines)], list(draft.facts)
    if not any(part.get("draft") for part in parts):  # refused: the parts say why
        return parts
    cited = citation(list(dict.fromkeys(facts)), engines.graph, turn.lang)
    return [*parts, *([cited] if cited else []), quick_replies(next_steps(order, turn, engines))]


def _advertise(order: Order, seed: int, turn: Turn, engines: Engines, report: Report) -> tuple[list[Part], list[Fact]]:
    about = order.about
    parts: list[Part] = []
    facts: list[Fact] = []
    base = engines.drafts.get(turn.user, order.base) if order.size and order.base else None
    for number, channel in enumerate(order.channels):
        label = engines.catalogue.vocabulary.channels[channel].label(turn.lang)
        wanted = CANDIDATES if len(order.channels) == 1 else 1
        try:
            brief = AdBrief(
                work=about.work,
                topic=about.topic,
                lang=order.lang,
                channel=channel,
                tone=about.tone,
                seconds=about.seconds,
                audience=about.audience,
                offer=about.offer,
                must_use=about.must_use,
                avoid=about.avoid,
                emotion=Target.of(order.emotion, None, order.lang).emotion if order.emotion else None,
                intensity=USUAL if order.intensity is None else order.intensity,
            )
            felt = order.emotion if engines.guide else None
            many = WIDER if base or felt else wanted
            drafts = engines.copywriter.generate_many(brief, many, seed=seed + number)
        except ForbiddenWords as error:
            return [text(refusal(error.findings, turn))], []
        except BriefError:
            return [text(unwritable(turn))], []
        except GenerationError:
            tight = turn.say(
                f"{label}的字数装不下这些要求，把优惠或必须出现的话缩短一点再试。",
                f"That doesn't fit the length of {label}. Shorten the offer or the words it has to carry.",
            )
            parts.append(text(tight))
            continue
        if felt and engines.guide:
            drafts = _felt(drafts, felt, order.lang, engines.guide)
            drafts = drafts[: None if base else wanted]
        if base:
            drafts, note = _resized(drafts, len(base.text), order.size, wanted, turn)
            parts += [text(note)] if note else []
        for place, draft in enumerate(drafts, 1):
            title = f"{draft.title} · {label}"
            if len(drafts) > 1:
                title += turn.say(f" · 第{'一二三'[place - 1]}版", f" · version {place}")
            parts.append(_keep(order, draft, title, turn, engines, channel=channel))
            facts += draft.facts
        report((number + 1) / len(order.channels))
    return parts, facts


def _felt(drafts: list[Draft], emotion: str, lang: str, guide: Guide) -> list[Draft]:
    """The drafts ordered by how much of a feeling they have.

    Only chosen among, not edited: the lines that ``generation.emotion`` puts in reach the feeling, and sound put in.
    """
    wanted = Target.of(emotion, None, lang).emotion
    return sorted(drafts, key=lambda draft: -guide.judge(draft.text, lang).get(wanted, 0.0))


def _resized(drafts: list[Draft], was: int, size: int, wanted: int, turn: Turn) -> tuple[list[Draft], str]:
    """The drafts that are shorter (longer) than what was there, clearest first; else the nearest, and a word on it."""
    ordered = sorted(drafts, key=lambda draft: len(draft.text) * -size)
    fitting = [draft for draft in ordered if (len(draft.text) - was) * size > 0.1 * was]
    if fitting:
        return fitting[:wanted], ""
    limit = turn.say(
        "这个渠道的文案差不多就这个长度了，这是最接近的：" if size > 0 else "已经很短了，这是能写到的最短的：",
        "This is about as long as copy gets there:" if size > 0 else "It is short already; this is as short as I get:",
    )
    return ordered[:1], limit


def _dramatise(order: Order, seed: int, turn: Turn, engines: Engines, report: Report) -> tuple[list[Part], list[Fact]]:
    about = order.about
    moods = [*about.moods]
    for mood in (TONE_MOODS.get(about.tone or ""), EMOTION_MOODS.get(order.emotion or "")):
        if mood and mood not in moods:
            moods.insert(0, mood)
    try:
        brief = ScriptBrief(
            work=about.work,
            topic=about.topic,
            lang=order.lang,
            form=(about.form or "voice-over") if about.work else "drama",
            genres=about.genres,
            moods=tuple(moods),
            length=_length(about, order.size),
            seconds=about.seconds,
            scenes=min(about.scenes, MAX_SCENES) if about.scenes and not order.size else None,
        )
        draft = engines.scriptwriter.generate(brief, seed=seed, progress=report)
    except RealPerson as error:  # its words are for whoever asked
        return [text(str(error))], []
    except BriefError:
        return [text(unwritable(turn))], []
    parts = [_keep(order, draft, draft.title, turn, engines)]
    if about.scenes and about.scenes > MAX_SCENES:
        most = turn.say(f"一次最多写{MAX_SCENES}场。", f"{MAX_SCENES} scenes is as long as I go at a time.")
        parts.append(text(most))
    return parts, list(draft.facts)


def _length(about: About, size: int) -> str:
    lengths = ("episode", "short", "full", "long")
    return lengths[max(0, min(len(lengths) - 1, lengths.index(about.length) + size))]


def unwritable(turn: Turn) -> str:
    return turn.say(
        "按这个要求写不出来。把题目或要求说短一点、换个说法，我再试。",
        "I can't write that as it stands. Make the topic or the wishes shorter, or put them another way, and I'll try again.",
    )


def refusal(findings: Sequence[Finding], turn: Turn) -> str:
    """What may not be said, under which rule, and what could stand there."""
    said = ("、" if turn.zh else ", ").join(dict.fromkeys(f"“{finding.word}”" for finding in findings))
    laws = next((re.split(r"[；;] ?", finding.article) for finding in findings if finding.article), [])
    rule = turn.say("；", "; ").join(law for law in laws if any(map(is_han, law)) == turn.zh)
    instead = next((finding.instead for finding in findings if finding.instead), "")
    zh = f"{said}不能写进广告" + (f"（{rule}）" if rule else "") + (f"：{instead}。" if instead else "。")
    en = f"{said} can't be used in an ad" + (f" ({rule})" if rule else "") + (f": {instead}." if instead else ".")
    return turn.say(zh + "换个说法我再写。", en + " Put it another way and I'll write it.")


def _keep(order: Order, draft: Draft, title: str, turn: Turn, engines: Engines, channel: str = "") -> Part:
    saved = Saved.of(draft, order.kind, order.lang, title=title, channel=channel)
    engines.drafts.add(turn.user, order.id, saved)
    return shown(saved)


def shown(saved: Saved) -> Part:
    return text(saved.text, title=saved.title, label=saved.label, draft=saved.id, copyable=True)


def next_steps(order: Order, turn: Turn, engines: Engines) -> list[tuple[str, str]]:
    """What people ask for next; all of it is about what has just been written."""
    if order.kind == "summary":
        if order.about.text:
            return [
                turn.choice(("写个简介", "写个《英雄本色》的简介"), ("Summarise a film", "Summarise A Better Tomorrow"))
            ]
        title = subject(order.about, turn, engines)
        if turn.zh:
            return [("写条小红书文案", f"给{title}写一条小红书文案"), ("类似的", f"有没有像{title}的")]
        return [("Write an ad", f"Write an Instagram ad for {title}"), ("More like it", f"Something like {title}")]
    if order.kind == "script":
        if turn.zh:
            return [(words, words) for words in ("再写一版", "再感人一点", "导出PDF", "导出Fountain")]
        return [(words, words) for words in ("Another version", "More touching", "Export as PDF", "Export as Fountain")]
    known = engines.catalogue.vocabulary.channels
    other = next(c for c in SUGGESTED[turn.lang] if c not in order.channels or len(order.channels) > 3)
    picks = [("用第一版", "用第一版")] if turn.zh else [("Use version 1", "Use version 1")]
    picks = picks if len(order.channels) == 1 else []
    if turn.zh:
        steps = ("再短一点", "更活泼一点", f"换成{known[other].label('zh')}", "导出Word")
    else:
        steps = ("Make it shorter", "More playful", f"Make it for {known[other].label('en')}", "Export as Word")
    return [*picks, *((words, words) for words in steps)]


def changed(order: Order, **what: Any) -> Order:
    """The order with these fields of it, or of what it is about, changed."""
    about = {key: value for key, value in what.items() if key in About.__dataclass_fields__}
    own = {key: value for key, value in what.items() if key not in about}
    return replace(order, about=replace(order.about, **about), **own)
