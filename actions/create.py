"""Texts to order: ad copy, scripts, summaries. A form gathers the brief, a job writes, the gateway delivers late."""

from __future__ import annotations

import secrets
from typing import Any

from actions.base import YubanAction
from actions.brief import EVERYTHING_ELSE, About, mentioned, read_about, read_channels
from actions.engines import Engines, call, current
from actions.jobs import Report, submit
from actions.reply import Part, Reply, citation, name, quick_replies, text
from actions.turn import Turn
from generation.adcopy import ForbiddenWords
from generation.briefs import AdBrief, Draft, GenerationError, ScriptBrief, SummaryBrief
from knowledge.graph import WORK_TYPES

FORM = "create_form"
KINDS = ("ad", "script", "summary")
SUGGESTED = {"zh": ("xiaohongshu", "douyin", "weibo", "push"), "en": ("instagram", "x", "push", "email-subject")}


class Validate(YubanAction):
    """Takes from the message what the brief still lacks, unless the message is about something else."""

    action = f"validate_{FORM}"

    async def reply(self, turn: Turn) -> Reply:
        return await call(gathered, turn, current())


def gathered(turn: Turn, engines: Engines) -> Reply:
    """The slots of the brief that this message fills."""
    if turn.form == "resuming":
        return Reply()
    kind = turn.slots.get("create_kind") or "ad"
    starting = turn.form == "starting"
    slots: dict[str, Any] = {}
    known = None if starting else turn.slots.get("create_about")
    if known is None:
        about = read_about(turn, engines, kind)
        if about is not None and not about.unknown:
            slots["create_about"] = about.to_json()
        elif about is not None:
            return Reply(unknown_title(about.unknown, turn, engines), {"create_about": None})
    if kind != "ad":
        slots["create_channel"] = [EVERYTHING_ELSE]
    elif starting or not turn.slots.get("create_channel"):
        _, titles = mentioned(turn, engines)
        channels = read_channels(turn.text, engines.catalogue.vocabulary.channels.values(), titles)
        if channels:
            slots["create_channel"] = channels
    if starting:  # a brief left over from before must not fill this one
        slots = {"create_about": None, "create_channel": None, **slots}
    if not starting and not any(value for value in slots.values()):
        if turn.leaves("create_ad", "create_script", "create_summary"):
            return Reply()  # Rasa then answers that, and comes back to the open question
        words = turn.say("这个我没对上。", "I couldn't match that.")
        return Reply([text(words)], {"create_about": known})
    return Reply([], slots)


def unknown_title(title: str, turn: Turn, engines: Engines) -> list[Part]:
    """A title that is not in the catalogue, and those spelt most like it."""
    close = engines.linker.closest(title, types=WORK_TYPES, limit=2)
    titles = [name(engines.graph, work, turn.lang) for work, _ in close]
    nearest = (
        turn.say(f"名字相近的有{'、'.join(titles)}。", f"The closest I have: {', '.join(titles)}.") if titles else ""
    )
    words = turn.say(
        f"片库里没有《{title}》，我只能依据片库里的事实来写。",
        f"“{title}” isn't in this catalogue, and I only write from facts in it.",
    )
    return [text(turn.join(words, nearest))]


class AskAbout(YubanAction):
    action = f"action_ask_{FORM}_create_about"

    async def reply(self, turn: Turn) -> Reply:
        graph = current().graph
        recent = [entity for entity in (*turn.listed, *turn.focus) if entity in graph]
        titles = list(dict.fromkeys(name(graph, entity, turn.lang) for entity in recent if "/" in entity))[:3]
        usual = ["《星际穿越》", "《流浪地球》", "《甄嬛传》"] if turn.zh else ["Interstellar", "Parasite", "Hamilton"]
        what = {
            "script": turn.say("写什么题材，或者围绕哪部作品？", "What should it be about: a topic, or a title?"),
            "summary": turn.say(
                "要哪部作品的简介？也可以把文字贴过来。", "Which title shall I summarise? You can also paste a text."
            ),
        }.get(
            str(turn.slots.get("create_kind")),
            turn.say(
                "给哪部作品写？活动、会员日这类也可以。",
                "What is it for: a title, or something like a sale or an event?",
            ),
        )
        return Reply([quick_replies(titles or usual, what)])


class AskChannel(YubanAction):
    action = f"action_ask_{FORM}_create_channel"

    async def reply(self, turn: Turn) -> Reply:
        channels = current().catalogue.vocabulary.channels
        titles = [channels[channel].label(turn.lang) for channel in SUGGESTED[turn.lang] if channel in channels]
        words = turn.say(
            "发在哪儿？可以说好几个，各写一版。", "Where will it run? Name several and I'll write one for each."
        )
        return Reply([quick_replies(titles, words)])


class Create(YubanAction):
    """Acknowledges, and sets a job to write; the brief is then forgotten, so that the next one starts clean."""

    action = "action_create"

    async def reply(self, turn: Turn) -> Reply:
        engines = current()
        kind = turn.slots.get("create_kind") or "ad"
        about = About.from_json(turn.slots.get("create_about") or {})
        channels = [c for c in turn.slots.get("create_channel") or [] if c != EVERYTHING_ELSE]
        cleared: dict[str, Any] = {"create_kind": None, "create_about": None, "create_channel": None}
        if about.empty:
            return Reply([text(turn.say("还不知道要写什么。", "I still don't know what to write about."))], cleared)
        if about.work:
            cleared |= {"focus": turn.focused_on(about.work)}
        title = announced(kind, about, channels, turn, engines)
        words = turn.say(f"好，正在写{title}，稍等。", f"On it: {title}. One moment.")
        job = submit(turn, lambda report: written(kind, about, channels, turn, engines, report), title)
        return Reply([text(words), job], cleared)


def announced(kind: str, about: About, channels: list[str], turn: Turn, engines: Engines) -> str:
    """What is being written: 「《星际穿越》的小红书、推送文案」, "Instagram copy for Interstellar"."""
    subject = _subject(about, turn, engines)
    labels = [engines.catalogue.vocabulary.channels[channel].label(turn.lang) for channel in channels]
    if kind == "ad":
        return turn.say(f"{subject}的{'、'.join(labels)}文案", f"{' and '.join(labels)} copy for {subject}")
    noun = turn.say("剧本" if kind == "script" else "简介", "script" if kind == "script" else "summary")
    if about.text:
        return turn.say("这段文字的摘要", "a summary of your text")
    if not about.work and not about.topic:
        return turn.say(f"{subject}{noun}", f"a {subject} {noun}")
    return turn.say(f"{subject}的{noun}", f"a {noun} {'about' if about.topic else 'for'} {subject}")


def _subject(about: About, turn: Turn, engines: Engines) -> str:
    """The title, the topic in quotation marks, or the kind of story: 「悬疑」, "comedy"."""
    if about.work:
        return name(engines.graph, about.work, turn.lang)
    if about.topic:
        return f"“{about.topic}”"
    kinds = [f"mood/{mood}" for mood in about.moods] + [f"genre/{genre}" for genre in about.genres]
    return turn.say("", " ").join(engines.graph.entity(kind).label(turn.lang).lower() for kind in kinds)


def written(kind: str, about: About, channels: list[str], turn: Turn, engines: Engines, report: Report) -> list[Part]:
    """The drafts as parts, with the facts they state and what to ask for next. Runs in a worker thread."""
    graph = engines.graph
    seed = secrets.randbits(32)  # asking again gives another text
    parts: list[Part] = []
    drafts: list[Draft] = []
    if kind == "ad":
        for number, channel in enumerate(channels):
            brief = AdBrief(
                work=about.work,
                topic=about.topic,
                lang=turn.lang,
                channel=channel,
                tone=about.tone,
                seconds=about.seconds,
                audience=about.audience,
                offer=about.offer,
                must_use=about.must_use,
                avoid=about.avoid,
            )
            try:
                draft = engines.copywriter.generate(brief, seed=seed + number)
            except ForbiddenWords as error:
                words = "、".join(finding.word for finding in error.findings)
                refused = turn.say(
                    f"“{words}”这类绝对化用语广告里不能用，换个说法我再写。",
                    f"Advertising rules don't allow “{words}”. Put it another way and I'll write it.",
                )
                return [text(refused)]
            except GenerationError:
                label = engines.catalogue.vocabulary.channels[channel].label(turn.lang)
                tight = turn.say(
                    f"{label}的字数装不下这些要求，把优惠或必须出现的话缩短一点再试。",
                    f"That doesn't fit the length of {label}. Shorten the offer or the words it has to carry.",
                )
                parts.append(text(tight))
                continue
            drafts.append(draft)
            label = engines.catalogue.vocabulary.channels[channel].label(turn.lang)
            parts.append(shown(draft, turn.say(f"{draft.title} · {label}", f"{draft.title} · {label}")))
            report((number + 1) / len(channels))
    elif kind == "script":
        form = (about.form or "voice-over") if about.work else "drama"
        brief_ = ScriptBrief(
            work=about.work,
            topic=about.topic,
            lang=turn.lang,
            form=form,
            genres=about.genres,
            moods=about.moods,
            length=about.length,
            seconds=about.seconds,
        )
        drafts.append(engines.scriptwriter.generate(brief_, seed=seed, progress=report))
        parts.append(shown(drafts[0], drafts[0].title))
        scenes = drafts[0].metadata["scenes"]
        if about.scenes and about.scenes > scenes:
            said = turn.say(f"目前最多写{scenes}场，先按{scenes}场来。", f"{scenes} scenes is as long as I go for now.")
            parts.append(text(said))
    else:
        drafts.append(
            engines.summariser.generate(
                SummaryBrief(work=about.work, text=about.text, lang=turn.lang), seed=seed, progress=report
            )
        )
        parts.append(shown(drafts[0], drafts[0].title))
    facts = list(dict.fromkeys(fact for draft in drafts for fact in draft.facts))
    cited = citation(facts, graph, turn.lang)
    return [*parts, *([cited] if cited else []), quick_replies(follow_ups(kind, about, channels, turn, engines))]


def shown(draft: Draft, title: str) -> Part:
    return text(draft.text, title=title, label=draft.label, draft=draft.id, copyable=True)


def follow_ups(kind: str, about: About, channels: list[str], turn: Turn, engines: Engines) -> list[tuple[str, str]]:
    """What people ask for next, as whole requests, so that they mean the same an hour later."""
    if about.text:
        return [
            turn.choice(("写个简介", "写个《英雄本色》的简介"), ("Summarise a film", "Summarise A Better Tomorrow"))
        ]
    subject = name(engines.graph, about.work, turn.lang) if about.work else about.topic
    if kind == "ad":
        known = engines.catalogue.vocabulary.channels
        label = known[channels[0]].label(turn.lang)
        other = next(c for c in SUGGESTED[turn.lang] if c not in channels or len(channels) == len(SUGGESTED[turn.lang]))
        if turn.zh:
            return [
                ("再写一版", f"再给{subject}写一条{label}文案"),
                ("活泼一点", f"给{subject}写一条活泼一点的{label}文案"),
                (f"换成{known[other].label('zh')}", f"给{subject}写一条{known[other].label('zh')}文案"),
            ]
        return [
            ("Another version", f"Write another {label} ad for {subject}"),
            ("More playful", f"Write a playful {label} ad for {subject}"),
            (f"For {known[other].label('en')}", f"Write an ad for {subject} for {known[other].label('en')}"),
        ]
    if kind == "script" and not subject:
        subject = _subject(about, turn, engines)
        return [
            turn.choice(("再写一版", f"再写一个{subject}剧本"), ("Another version", f"Write another {subject} script"))
        ]
    if kind == "script":
        if turn.zh:
            return [("再写一版", f"再写一个关于{subject}的剧本")]
        return [("Another version", f"Write another script about {subject}")]
    if turn.zh:
        return [("写条小红书文案", f"给{subject}写一条小红书文案"), ("类似的", f"有没有像{subject}的")]
    return [("Write an ad", f"Write an Instagram ad for {subject}"), ("More like it", f"Something like {subject}")]


ACTIONS = [Validate, AskAbout, AskChannel, Create]
