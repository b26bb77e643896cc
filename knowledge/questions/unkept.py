"""What people ask of a catalogue that a catalogue of works does not keep: takings, private lives, endings, locations.

Knowing these by name keeps the reader from taking 「布拉德·皮特有几个孩子」 for a list of family films, and lets the
answer say what it does not have instead of a plain "I don't know". Where an operator imported such a relation it is
kept after all: the same table then says which relation 「票房」 means when it was imported as "box office".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.graph import Relation
from knowledge.text import fold

__all__ = ["OF_PEOPLE", "SUBJECTIVE", "TOPICS", "Topic", "asked_topics", "kept", "relation_name", "topic_of"]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something works or people have that is not in the vocabulary: what it is called, and how it is asked for.

    ``zh`` and ``en`` are names of the relation; ``what`` and ``zh_what`` are what a catalogue without it has nothing on.
    """

    zh: str
    en: str
    what: str
    pattern: re.Pattern[str]
    zh_what: str


_SAID_OTHERWISE = {
    "票房": "票房",
    "结局": "结局介绍",
    "背景故事": "背景资料",
    "原著资料": "原著资料",
    "角色资料": "角色资料",
    "出生信息": "出生信息",
    "去世信息": "去世信息",
    "拍摄过程": "拍摄花絮",
    "住处": "私人信息",
}


def _topic(zh: str, en: str, what: str, pattern: str, zh_what: str = "") -> Topic:
    return Topic(zh, en, what, re.compile(pattern), zh_what or _SAID_OTHERWISE.get(zh, f"{zh}信息"))


TOPICS: dict[str, Topic] = {
    "takings": _topic(
        "票房",
        "box office",
        "box office",
        r"票房|赚了?(?:多少|几)|卖了(?:多少|几个?)(?:钱|亿|万)|\bbox[ -]?office\b|\bgross(?:ed)?\b|"
        r"\bhow much (?:money )?(?:did|has) .*\b(?:make|made|earn(?:ed)?|take|taken)\b",
    ),
    "fee": _topic("片酬", "fee", "fees", r"片酬|\bsalary\b|\bhow much .*\b(?:paid|get paid)\b"),
    "budget": _topic(
        "成本",
        "budget",
        "budget",
        r"预算|成本|投资(?:了)?多少|花了?(?:多少|几)(?:钱|亿|万)|\bbudget\b|\bcost to make\b|\bhow much did .* cost\b",
    ),
    "locations": _topic(
        "取景地",
        "filming location",
        "filming locations",
        r"取(?:的|了)?景|拍摄地|外景|在(?:哪里?|哪儿|什么地方)拍|\bfilming locations?\b|\bwhere\b.*\b(?:filmed|shot|shoot|film)\b|"
        r"\b(?:which|what) (?:country|city|place)\b.*\b(?:filmed|shot)\b|\b(?:shot|filmed) (?:on location|in|at)\b",
    ),
    "ending": _topic(
        "结局",
        "ending",
        "ending",
        r"结局|结尾|最后(?:怎么|是怎么)?(?:死|活|样)|(?:死|活)(?:了|下来)?(?:吗|没|没有)|谁(?:会|最后)?死|怎么死|\bendings?\b|"
        r"\bhow does .* end\b|\bdoes .* (?:die|survive)\b|\bwho dies\b|\bpost-?credits?\b",
    ),
    "producer": _topic("制片人", "producer", "producers", r"制片人|监制|出品人|\bproducers?\b|\bproduced\b(?! in)"),
    "studio": _topic(
        "制作公司",
        "studio",
        "studio",
        r"制片(?:商|方)|出品(?:方|公司)|制作公司|\bproduction company\b|\b(?:which|what) (?:studio|company)\b.*\b(?:made|produced)\b|"
        r"\bstudio\b",
    ),
    "distributor": _topic("发行公司", "distributor", "distributor", r"发行(?:商|方|公司)|\bdistribut(?:ed|or)\b"),
    "cinematographer": _topic(
        "摄影师",
        "cinematographer",
        "cinematographer",
        r"摄影(?:师|指导)?|\bcinematograph(?:er|y)\b|\bdirector of photography\b",
    ),
    "editor": _topic("剪辑师", "editor", "editor", r"剪辑|\bedit(?:ed|or)\b"),
    "designer": _topic(
        "美术和服装",
        "designer",
        "design, effects or poster",
        r"美术指导|服装设计|海报|特效|武术指导|\bcostumes?\b|\bposters?\b|\bspecial effects\b|\bstunts?\b|\bproduction designer\b",
    ),
    "making": _topic(
        "拍摄过程",
        "making of",
        "making",
        r"拍(?:摄)?(?:了|花了?|用了?)(?:多少|几|多)(?:年|个月|天|久)|(?:拍摄|制作)(?:花|用|耗|历)|\bto (?:shoot|film|make)\b|幕后",
    ),
    "sequel": _topic(
        "前作", "sequel of", "sequels or prequels", r"续集|续作|前传|前作|\b(?:sequels?|prequels?)\b", "续集信息"
    ),
    "spouse": _topic(
        "配偶",
        "spouse",
        "private life",
        r"老婆|妻子|丈夫|老公|太太|配偶|结婚|离婚|婚姻|单身|男友|女友|男朋友|女朋友|恋(?:爱|情)(?:了吗|过|对象)|绯闻|"
        r"\bwi(?:fe|ves)\b|\bhusbands?\b|\bmarr(?:y|ied|iage)\b|\bspouses?\b|\bdivorced?\b|\b(?:boy|girl)friends?\b|\bdating\b|"
        r"\bsingle\b",
        "婚恋资料",
    ),
    "children": _topic(
        "子女",
        "children",
        "family",
        r"儿子|女儿|子女|(?:几|多少)个(?:孩子|小孩)|有孩子|\bkids?\b|\bchildren\b|\bsons?\b|\bdaughters?\b",
    ),
    "parents": _topic(
        "父母",
        "parents",
        "family",
        r"父母|爸爸|妈妈|父亲|母亲|\bparents\b|\b(?:mother|father)\b(?=\W*$)",
    ),
    "birth": _topic(
        "出生信息",
        "born",
        "birth",
        r"生日|出生|哪年生|老家|籍贯|哪里?人$|\bborn\b|\bbirth(?:day|place| ?date)\b|\bwhere (?:does|do|did) .* come from\b",
    ),
    "death": _topic("去世信息", "died", "death", r"去世|逝世|哪年死|\bdie[ds]?\b|\bdeath\b"),
    "age": _topic("年龄", "age", "age", r"多大(?:了|岁|年纪)|多大$|几岁|年龄|岁数|\bage\b(?=\W*$)|\bhow old\b"),
    "height": _topic("身高", "height", "height", r"身高|多高|体重|\bhow (?:tall|heavy)\b|\bheight\b|\bweigh\b"),
    "home": _topic(
        "住处",
        "home",
        "private life",
        r"住(?:在)?哪|星座|身价|微博|电话|\bnet worth\b|\bhow rich\b|\blives?\b(?=\W*$)|\bwhere (?:does|do|did) .* live\b|\binstagram\b",
    ),
    "reasons": _topic("背景故事", "background", "background", r"为什么|为啥|为何|怎么会|\bwhy\b|\bhow come\b"),
    "character": _topic("角色资料", "characters", "characters", r"(?:角色|人物)名|叫什么名字|本名|真名|\breal name\b"),
    "book": _topic("原著资料", "book", "literary source", r"(?:多少|几)页|\bhow many pages\b"),
}
"""By id, in the order they are tried."""

OF_PEOPLE = frozenset(["spouse", "children", "parents", "birth", "death", "age", "height", "home"])
_ROLE = re.compile(r"(?<!导)演|饰|\bplay(?:s|ed|ing)?\b")
SUBJECTIVE = re.compile(
    r"最(?:感人|好看|好听|好笑|好玩|好|经典|烂|差|难看|火|红|热门|恐怖|吓人|搞笑|催泪|精彩|伟大|值得|治愈|温暖|虐|无聊|喜欢)|"
    r"(?:谁|哪[部个张]|哪一[部个张])更?(?:好看|好听|厉害|有名|帅|漂亮|精彩)|"
    r"\b(?:best|worst|greatest|funniest|scariest|saddest|finest|favou?rite)\b(?! (?:picture|actor|actress|director|"
    r"supporting|original|adapted|animated|film award|foreign|international|documentary|cinematography|visual|score|"
    r"screenplay|leading|known))|\bmost (?!(?:recent|awarded|awards|decorated|episodes|prizes|of)\b)[a-z]+(?:ing|ful|ed|ous|ic|al|ar)\b|"
    r"\bis better\b"
)
"""Superlatives of taste, which no fact of a catalogue decides."""


def asked_topics(text: str, *, person: bool, work: bool) -> list[tuple[str, int, int]]:
    """The topics a masked question asks about, ``(topic, start, end)``.

    Args:
        person: whether a person is named or pointed at; ``work`` likewise. A film has no wife, but the actor who
            plays one has a part.
    """
    found = []
    for name, topic in TOPICS.items():
        match = topic.pattern.search(text) if person or work else None
        if match is None or (name == "age" and not person) or (name in OF_PEOPLE and work and _ROLE.search(text)):
            continue
        found.append((name, match.start(), match.end()))
    return found


def topic_of(relation: Relation) -> str:
    """The topic an imported relation keeps after all; empty when it keeps something else."""
    labels = [fold(label) for label in (*relation.labels.values(), *relation.inverse.values()) if label]
    for name, topic in TOPICS.items():
        if any(label == topic.en or topic.pattern.search(label) for label in labels):
            return name
    return ""


def relation_name(relation: Relation, lang: str) -> str:
    """What a relation is called in ``lang``: by its own label, else by that of its topic, else as it was imported."""
    own = relation.labels.get(lang)
    if own:
        return own
    topic = TOPICS.get(topic_of(relation))
    return (topic.zh if lang == "zh" else topic.en) if topic else relation.label(lang)


def kept(relations: Iterable[Relation]) -> dict[str, str]:
    """Topic → the imported relation that keeps it."""
    return {topic: relation.id for relation in relations if (topic := topic_of(relation))}
