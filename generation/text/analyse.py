"""Analysis: what of the graph and the brief can be said, in the words of the language.

Selection keeps what an audience is drawn by (what happens, who made it, what kind of thing it is, how it feels) and
what may be said at all: a line that breaks the advertising rules or holds an avoided word is left out here, so nothing
later has to know about it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from generation.briefs import AdBrief
from generation.channels import CHANNELS
from generation.compliance import check
from generation.product import noun
from generation.text import copy_product, lexicon_en
from generation.text.content import Content, Value
from generation.text.facts import Facts
from generation.text.furniture import bullets, hashtags
from generation.text.phrases import Grammar
from generation.text.slots import slots_en, slots_zh
from knowledge.graph import Graph

__all__ = ["analyse"]

_WORD = re.compile(r"[^\w]+")


def analyse(brief: AdBrief, graph: Graph) -> Content:
    """Selects the content of a copy.

    Raises:
        BriefError: the work is not in the graph.
    """
    given = [brief.topic, brief.audience, brief.offer, brief.call_to_action, *brief.must_use]
    if brief.attributes:
        return _goods(brief, given)
    if brief.work is None:
        return _free(brief, given)
    facts = Facts(graph, brief.work, brief.lang)
    names = (*facts.names(), brief.brand)
    line = facts.line()
    if line and check(line.text, brief.lang, exempt=names, extra=brief.avoid):
        line = None
    slots = (slots_zh if brief.lang == "zh" else slots_en)(facts, line)
    slots.update(_from_brief(brief))
    allowed = {name: _without(values, brief.avoid, keep=name in ("title", "name")) for name, values in slots.items()}
    evidence = {str(fact.object): fact for relation in ("genre", "mood") for fact in facts.of(relation)}
    return Content(
        brief=brief,
        kind=facts.kind,
        title=facts.title,
        slots={name: values for name, values in allowed.items() if values},
        tags=frozenset({facts.kind, "work", *evidence, *_brief_tags(brief)}),
        evidence=evidence,
        hashtags=_without(hashtags(facts), brief.avoid),
        bullets=_without(bullets(facts), brief.avoid),
        names=names,
        given=" ".join([*given, facts.title, line.text if line else ""]),
    )


def _free(brief: AdBrief, given: Sequence[str]) -> Content:
    topic = Value(brief.topic)
    slots = {"topic": (topic,), "topic_cap": (Value(lexicon_en.capital(brief.topic)),), **_from_brief(brief)}
    slots["watch"] = (Value("看" if brief.lang == "zh" else "see"),)
    bare = re.sub(r"^(?:our|my|the|an?) ", "", brief.topic, flags=re.IGNORECASE)
    tag = _WORD.sub("", "".join(lexicon_en.capital(word) for word in bare.split()))
    return Content(
        brief=brief,
        kind="free",
        title=brief.topic,
        slots=slots,
        tags=frozenset({"free", *_brief_tags(brief)}),
        evidence={},
        hashtags=(Value(tag),) if 1 < len(tag) <= 16 else (),
        bullets=(),
        names=(brief.brand,),
        given=" ".join(given),
    )


def _goods(brief: AdBrief, given: Sequence[str]) -> Content:
    """A product: every word for it from its attributes."""
    called = brief.topic or noun(brief.attributes)
    slots = {**copy_product.slots(brief.attributes, brief.lang, called), **_from_brief(brief)}
    slots["watch"] = (Value("看" if brief.lang == "zh" else "see"),)
    tags = copy_product.known(brief.attributes, brief.lang)
    lines = _lines(brief, tags, slots)
    rows = (
        brief.attributes
        if brief.lang == "zh"
        else [(lexicon_en.capital(name), value) for name, value in brief.attributes]
    )
    colon = "：" if brief.lang == "zh" else ": "
    values = {name: [value for other, value in rows if other == name] for name, _ in rows}
    bullets = [
        Value(f"{name}{colon}{'、'.join(found) if brief.lang == 'zh' else ', '.join(found)}")
        for name, found in values.items()
    ]
    tagged = [
        _WORD.sub("", "".join(lexicon_en.capital(word) for word in text.split()))
        for text in (called, *(value for _, value in rows))
    ]
    content = Content(
        brief=brief,
        kind="product",
        title=called,
        slots={name: found for name, found in {**slots, "line": lines}.items() if found},
        tags=frozenset({*tags, *_brief_tags(brief)}),
        evidence={},
        hashtags=tuple(Value(tag) for tag in dict.fromkeys(tagged) if 1 < len(tag) <= 16 and not tag.isdigit()),
        bullets=tuple(bullets),
        names=(brief.brand,),
        given=" ".join([*given, called, *(f"{name} {value}" for name, value in brief.attributes)]),
    )
    return replace(
        content,
        slots={name: _without(found, brief.avoid, keep=name == "noun") for name, found in content.slots.items()},
    )


def _lines(brief: AdBrief, tags: frozenset[str], slots: Mapping[str, tuple[Value, ...]]) -> tuple[Value, ...]:
    """Sentences about a product, as long as the channel has room for."""
    rng = random.Random(" ".join(value for _, value in brief.attributes))
    if CHANNELS[brief.channel].shape == "note":
        texts = [copy_product.paragraph(brief.attributes, rng, brief.lang, called=brief.topic) for _ in range(12)]
    else:
        grammar = Grammar(copy_product.TABLES[brief.lang], tags, slots)
        said = (
            grammar.expand("product_line", rng, lambda slot: rng.choice(slots[slot]).text, set()) for _ in range(24)
        )
        texts = [words[0] for words in said if words]
    return tuple(Value(text) for text in dict.fromkeys(texts))


def _brief_tags(brief: AdBrief) -> Iterable[str]:
    if brief.tone:
        yield f"tone/{brief.tone}"
    for tag, value in (
        ("audience", brief.audience),
        ("offer", brief.offer),
        ("must", brief.must_use),
        ("cta", brief.call_to_action),
    ):
        if value:
            yield tag


def _from_brief(brief: AdBrief) -> dict[str, tuple[Value, ...]]:
    end = "。！？.!? "
    must = ("；" if brief.lang == "zh" else "; ").join(word.rstrip(end) for word in brief.must_use)
    given = {"audience": brief.audience, "offer": brief.offer, "cta": brief.call_to_action, "must": must}
    slots = {name: (Value(text.rstrip(end)),) for name, text in given.items() if text}
    slots |= {f"{name}_cap": (Value(lexicon_en.capital(value.text)),) for name, (value,) in slots.items()}
    return {**slots, "brand": (Value(brief.brand),)}


def _without(values: Sequence[Value], avoid: Sequence[str], *, keep: bool = False) -> tuple[Value, ...]:
    if keep or not avoid:
        return tuple(values)
    return tuple(value for value in values if not any(word.lower() in value.text.lower() for word in avoid))
