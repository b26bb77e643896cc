"""A product's attributes as content: tags and slots for the product tables, and a paragraph that covers the list.

What a paragraph says is taken from the attributes alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from generation.grounding import unfounded
from generation.product import Attributes, noun, product_claims
from generation.text import copy_product_en, copy_product_zh, lexicon_en
from generation.text.content import Value
from generation.text.phrases import Grammar, Phrase, Tables

__all__ = ["LENGTH", "TABLES", "described", "known", "paragraph", "slots", "tags"]

TABLES: dict[str, Tables] = {"zh": copy_product_zh.PRODUCT, "en": copy_product_en.PRODUCT}
LENGTH = 110
"""Characters at which a Chinese paragraph is long enough; the usual length of a shop's description."""
_PART = re.compile("^(?:裙衣|裙|衣|裤)(?=领型|袖型|袖长|下摆|腰型|门襟|款式|长|衣长|版型)")
_BODY = {"裙": "裙身", "裤": "裤身", "上衣": "衣身"}
_MEASURE = {"裙": "条", "裤": "条", "上衣": "件"}
_NAMES_EN = {"colour": "color", "fabric": "material", "fit type": "fit", "print": "pattern"}


def part(name: str) -> str:
    """An attribute's name without the garment it belongs to: 裙领型 and 衣领型 are both 领型."""
    return _PART.sub("", name)


def tags(product: Attributes, lang: str) -> frozenset[str]:
    """``name`` and ``name/value`` of every attribute, by which phrases are chosen."""
    found = {"product"}
    for name, value in product:
        key = part(name) if lang == "zh" else _NAMES_EN.get(name.lower(), name.lower())
        found |= {key, f"{key}/{value.lower()}"}
    return frozenset(found)


def slots(product: Attributes, lang: str, called: str = "") -> dict[str, tuple[Value, ...]]:
    """What fills the product tables: the noun, each attribute's values, and each attribute as it stands."""
    thing = called or noun(product)
    filled: dict[str, list[str]] = {}
    for name, value in product:
        key = part(name) if lang == "zh" else _NAMES_EN.get(name.lower(), name.lower())
        filled.setdefault(key, []).append(value)
    if lang == "zh":
        kind = next((value for name, value in product if name == "类型"), "")
        rest = [(name, value) for name, value in product if name != "类型"] or list(product)
        name, value = rest[0]
        filled |= {
            "noun": [thing],
            "body": [_BODY.get(kind, "整体")],
            "mw": [_MEASURE.get(kind, "款")],
            "名": [part(name)],
            "值": [value],
        }
        return {key: tuple(Value(value) for value in values) for key, values in filled.items()}
    rows = [f"{name.lower()}: {value}" for name, value in product]
    filled |= {
        "noun": [thing], "noun_cap": [lexicon_en.capital(thing)], "a_noun": [lexicon_en.a(thing)], "attribute": rows,
        "the_noun": [f"the {thing}"], "the_noun_cap": [f"The {thing}"], "attribute_cap": [lexicon_en.capital(row) for row in rows],
    }  # fmt: skip
    return {key: tuple(Value(value) for value in values) for key, values in filled.items()}


def paragraph(product: Attributes, rng: random.Random, lang: str = "zh", *, called: str = "") -> str:
    """A paragraph about the product that mentions as many attributes as fit about :data:`LENGTH` characters."""
    filled = slots(product, lang, called)
    grammar = _grammar(product, lang, filled)
    used: set[Phrase] = set()
    said = [_said(grammar, "open", rng, filled, used)]
    left = sorted(set(_mentionable(product)) - _mentioned(said[0], product))
    enough = LENGTH * (1 if lang == "zh" else 2.5)
    for name, value in rng.sample(left, len(left)):
        if len("".join(said)) >= enough:
            break
        alone = ((name, value),)
        own = slots(alone, lang, called or noun(product)) | {
            key: filled[key] for key in ("body", "mw") if key in filled
        }
        clause = _said(_grammar(alone, lang, own), "feature", rng, own, used)
        if clause and clause not in said and not unfounded(product_claims(clause, product)):
            said.append(clause)
    for _ in range(2):
        if len("".join(said)) < enough * 0.85:
            said.append(_said(grammar, "close", rng, filled, used))
    if lang == "en":
        return ". ".join(lexicon_en.capital(words) for words in said) + "."
    return "".join(words + ("。" if at % 2 or at == len(said) - 1 else "，") for at, words in enumerate(said))


def described(
    product: Attributes,
    rng: random.Random,
    lang: str = "zh",
    *,
    rank: Callable[[Sequence[str]], Sequence[float]],
    candidates: int = 30,
    called: str = "",
) -> str:
    """The best of several paragraphs. ``rank`` gives each a number, lower is better:
    :meth:`generation.text.fluency.Fluency.scores`, of the product's own prose or of a shop's."""
    texts = [paragraph(product, rng, lang, called=called) for _ in range(candidates)]
    scores = rank(texts)
    return texts[min(range(len(texts)), key=lambda at: scores[at])]


def known(product: Attributes, lang: str) -> frozenset[str]:
    """The tags, with ``any`` where the tables know nothing but to name an attribute and its value."""
    found = tags(product, lang)
    told = any(phrase.holds(found) for phrase in TABLES[lang]["feature"])
    return found if told else found | {"any"}


def _grammar(product: Attributes, lang: str, filled: dict[str, tuple[Value, ...]]) -> Grammar:
    return Grammar(TABLES[lang], known(product, lang), filled)


def _mentionable(product: Attributes) -> list[tuple[str, str]]:
    return [(name, value) for name, value in product if name not in ("类型", "type")] or list(product)


def _mentioned(text: str, product: Attributes) -> set[tuple[str, str]]:
    return {(name, value) for name, value in product if value.lower() in text.lower()}


def _said(
    grammar: Grammar, table: str, rng: random.Random, filled: dict[str, tuple[Value, ...]], used: set[Phrase]
) -> str:
    expanded = grammar.expand(table, rng, lambda slot: rng.choice(filled[slot]).text, used)
    return expanded[0] if expanded else ""
