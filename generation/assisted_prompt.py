"""What a language model is asked for a copy: the facts it may state, the wishes, and the form of its channel.

Facts come from catalogues that other people wrote. One that reads like an order to a machine, or that holds a link or a
way to get in touch, is not handed on at all; what the model does not see it cannot obey.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from generation.adcopy import AdCopywriter
from generation.briefs import AdBrief
from generation.channels import SPEECH_RATE
from generation.prompts import Task
from generation.text import rules
from generation.text.content import Content, Plan
from generation.text.facts import Facts
from knowledge.graph import Fact
from knowledge.text import fold

__all__ = ["CONTACT", "FURNITURE", "PARTS", "Question", "orders"]

FURNITURE = frozenset({"signature", "opt_out", "tags", "poster_title"})
"""Moves that are ours to add to what the model writes."""
PARTS = {
    "zh": {"title": "标题", "headline": "标题", "body": "正文", "digest": "摘要", "description": "描述", "tagline": "主句"},
    "en": {
        "title": "Title", "headline": "Headline", "body": "Body", "digest": "Digest", "description": "Description",
        "tagline": "Tagline",
    },
}  # fmt: skip
_MOST_NAMES = 12
_LONGEST_LINE = 1000
_ORDERS = re.compile(
    r"(?:忽略|无视|忘掉|忘记|不要理会|不要遵守|绕过|覆盖).{0,12}(?:指令|指示|提示词|系统设定|(?:以上|上面|前面|先前)的?(?:所有|全部)?(?:要求|规则|内容|资料))"
    r"|(?:系统|开发者)(?:提示词|指令|消息)|你现在是|从现在(?:起|开始)[，,]?你|(?:只|请|必须|直接|改为|照抄)输出|(?:只|必须|直接)(?:回复|回答)[：:“\"]|输出[：:]"
    r"|\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?)\b"
    r"|\b(?:ignore|disregard|forget) (?:all |everything |the |any )*(?:above|previous|prior|earlier)\b"
    r"|\bsystem (?:prompt|message)\b|\byou are now (?:an?|the|in)\b|\b(?:only|just|instead,?) (?:output|reply|respond|print)\b"
    r"|\b(?:output|reply|respond)(?: only)?(?: with|:)|\bnew instructions?\b|</?(?:system|user|assistant)>|\[/?INST\]|<\|",
    re.IGNORECASE | re.DOTALL,
)
CONTACT = re.compile(
    r"(?:https?://|www\.)\S+|\b[a-z0-9][\w-]*\.(?:com|cn|net|org|io|me|top|xyz|info|example|shop|cc|ru)\b\S*"
    r"|\w+ ?(?:dot|点) ?(?:com|cn|net|org)\b|[\w.+-]+@[\w-]+\.\w+"
    r"|(?:加|私)?(?:微信|薇信|vx|v信|QQ|qq群|电报|telegram|whatsapp|wechat)(?:号|群|id)?\s*[:：]?\s*[a-z0-9_-]{4,}"
    r"|(?<!\d)\d[\d -]{8,}\d(?!\d)",
    re.IGNORECASE,
)


def orders(text: str) -> bool:
    """Whether a text reads like an order to a language model."""
    return bool(_ORDERS.search(fold(text)))


class Question:
    """What to ask about one brief. ``told`` are the facts handed on, ``withheld`` the labels of those that are not.

    The brief has passed the copywriter's own checks.
    """

    def __init__(self, brief: AdBrief, writer: AdCopywriter, seed: int) -> None:
        self.brief, self.writer = brief, writer
        self.lang: Literal["zh", "en"] = "zh" if brief.lang == "zh" else "en"
        self.content: Content = rules.analyse(brief, writer.graph)
        self.plan: Plan = rules.plan(self.content, random.Random(f"{seed}"))
        self.told: list[Fact] = []
        self.withheld: list[str] = []
        facts = self._facts()
        self.task = Task(self._request(), facts, self._wishes(), self.lang, self._longest())

    @property
    def given(self) -> str:
        """The words of whoever ordered the copy."""
        brief = self.brief
        attributes = (f"{name} {value}" for name, value in brief.attributes)
        asked = (brief.topic, brief.audience, brief.offer, brief.call_to_action, brief.brand)
        return " ".join([*asked, *brief.must_use, *attributes])

    def suspicious(self) -> str:
        """The field of the brief that reads like an order to a machine, or an empty string."""
        brief = self.brief
        fields: Mapping[str, Sequence[str]] = {
            "topic": (brief.topic,), "audience": (brief.audience,), "offer": (brief.offer,), "brand": (brief.brand,),
            "call_to_action": (brief.call_to_action,), "must_use": brief.must_use, "avoid": brief.avoid,
            "product": [word for pair in brief.attributes for word in pair],
        }  # fmt: skip
        return next((name for name, values in fields.items() if any(map(orders, values))), "")

    def _facts(self) -> dict[str, str]:
        """Everything the copy may state: label → value."""
        brief, zh = self.brief, self.lang == "zh"
        told: dict[str, str] = {}
        if brief.work:
            facts = Facts(self.writer.graph, brief.work, brief.lang)
            self._add(told, "片名" if zh else "title", facts.title, [])
            relations = dict.fromkeys(fact.relation for fact in self.writer.graph.facts(brief.work))
            for relation in relations:
                if relation in ("line_zh", "line_en"):
                    continue
                rows = facts.of(relation)[:_MOST_NAMES]
                label = self.writer.graph.relations[relation].label(brief.lang)
                self._add(told, label, ("、" if zh else ", ").join(map(facts.label, rows)), rows)
            if line := facts.line():
                self._add(told, "一句话" if zh else "one line", line.text[:_LONGEST_LINE], list(line.facts))
        for name, value in brief.attributes:
            told[name] = f"{told[name]}、{value}" if name in told else value
        for name, value in (("主题" if zh else "topic", brief.topic), ("优惠" if zh else "offer", brief.offer)):
            if value:
                told[name] = value
        return told

    def _add(self, told: dict[str, str], label: str, value: str, facts: list[Fact]) -> None:
        if not value:
            return
        if orders(value) or CONTACT.search(value):
            self.withheld.append(label)
            return
        told[label] = value
        self.told += facts

    def _wishes(self) -> dict[str, str]:
        brief, zh = self.brief, self.lang == "zh"
        join = "、" if zh else ", "
        wishes = {
            ("语气", "tone"): brief.tone or "",
            ("情绪", "emotion"): brief.emotion or "",
            ("读者", "audience"): brief.audience,
            ("行动号召", "call to action"): brief.call_to_action,
            ("品牌", "brand"): brief.brand,
            ("必须出现", "words that have to stand there"): join.join(brief.must_use),
            ("不要出现", "words that must not"): join.join(brief.avoid),
        }
        return {label[not zh]: value for label, value in wishes.items() if value}

    def wanted(self) -> list[tuple[str, str]]:
        """The parts the model writes, ``(name, label)``; labels are numbered where a part comes several times."""
        names = [name for name, _, steps in self.plan.parts if any(step.move not in FURNITURE for step in steps)]
        labels = PARTS[self.lang]
        numbers: dict[str, int] = {}
        wanted = []
        for name in names:
            numbers[name] = numbers.get(name, 0) + 1
            wanted.append((name, labels[name] + (f" {numbers[name]}" if names.count(name) > 1 else "")))
        return wanted

    def _bound(self, name: str) -> tuple[float, float]:
        """Most units of a part, and those at which it reads well; a spoken body in characters or words."""
        bound = next(bound for part, bound, _ in self.plan.parts if part == name)
        if self.plan.spoken and name == "body":
            most = self.plan.spoken * SPEECH_RATE[self.lang]
            return most, most * 0.9
        room = 0.6 if self.plan.channel.shape == "sms" else 0.8 if self.plan.channel.hashtags else 1.0
        return bound.most, min(bound.aim, bound.most * room)

    def _request(self) -> str:
        zh, channel = self.lang == "zh", self.plan.channel
        words = bool(self.plan.spoken) and not zh
        rows = []
        for name, label in self.wanted():
            most, aim = self._bound(name)
            unit = "words" if words and name == "body" else "characters"
            rows.append(
                f"{label}：（约 {aim:.0f} 字，最多 {most:.0f} 字）"
                if zh
                else f"{label}: (about {aim:.0f} {unit}, at most {most:.0f})"
            )
        emojis = self.emojis()
        if zh:
            spoken = f"这是口播稿，一句一行，{self.plan.spoken} 秒内念完。" if self.plan.spoken else ""
            return (
                f"为资料里的对象写一条 {channel.id} 广告文案，要写出它的名字。{spoken}\n按下面的格式写，每部分以标签开头：\n"
                + "\n".join(rows)
                + f"\n不写话题标签和签名，会另外加上；{f'表情最多 {emojis} 个' if emojis else '不用表情'}。"
                "不用绝对化用语（最、第一、顶级……）。"
            )
        spoken = f"It is spoken: a sentence a line, {self.plan.spoken} seconds in all. " if self.plan.spoken else ""
        return (
            f"Write {channel.id} advertising copy about what the data describe, and name it. {spoken}\nKeep to this form; every part "
            "begins with its label:\n"
            + "\n".join(rows)
            + f"\nNo hashtags and no signature, they are added; {f'at most {emojis} emoji' if emojis else 'no emoji'}. No superlatives "
            "(best, number one, greatest …)."
        )

    def emojis(self) -> int:
        """Most emoji of the text."""
        voice = self.brief.voice
        return self.plan.channel.emojis if self.brief.tone != "formal" and (not voice or voice.emoji) else 0

    def _longest(self) -> int:
        """Characters: generous, for the parts have bounds of their own; an English word may have a dozen."""
        letters = 12 if self.plan.spoken and self.lang == "en" else 1
        return int(sum(self._bound(name)[0] * letters + 20 for name, _ in self.wanted()))
