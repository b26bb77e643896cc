"""How natural a sentence sounds: a small model of the product's own prose, to choose among sentences that say the same.

It is trained on first use, in a second, from what ships with the product and nothing else: the demo's one-line
descriptions, the answers and questions of the help pages, and the phrases of the rule-based writers, with a mark where a
phrase leaves a gap. Characters, so that Chinese needs no segmenter and an odd join inside a word is heard.

What it is good for: among candidates for the same place it tells the joins that people write from those they do not.
What it is not: a judge of truth or wit, nor of texts of different kinds against each other.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from generation.briefs import LANGUAGES, GenerationError
from generation.text.ngram_text import TextNGram
from knowledge.demo.works import read_works

__all__ = ["Fluency", "sentences"]

GAP = "￼"  # stands where a phrase has a slot
_ORDERS = {"zh": 4, "en": 6}
_VARIANTS = 5
_PACKAGES = ("generation.text", "generation.screenplay")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{[^{}]*\}|<[a-z_]+>")
_HEAD = re.compile(r"^(?:.* :: |##[^|]*\| *|\? *|- +|\w+\.\w+[:：] *|[A-Z] ?(?:[（(][^）)]*[）)])?[：:] *|\w+: )+")
_MARK = re.compile(r"\b\d~|~")  # which words go together in a phrase
_HAN = re.compile("[㐀-鿿]")
_NOTATION = re.compile(r"[\[\]{}<>|@=]")
_END = re.compile(r"(?<=[。！？!?…])\s*|(?<=[.!?]) +|\n+")


class Fluency:
    """Ranks sentences of one language. :meth:`default` is the one to use; ``Fluency(lang, texts)`` learns from others.

    Args:
        lang: ``"zh"`` or ``"en"``.
        texts: sentences to learn from.
    """

    def __init__(self, lang: str, texts: Iterable[str]) -> None:
        if lang not in LANGUAGES:
            raise GenerationError(f"fluency is known for {' and '.join(LANGUAGES)}, not {lang!r}")
        self.lang = lang
        self.model = TextNGram(_ORDERS[lang], min_count=2).fit(texts)

    @classmethod
    def default(cls, lang: str) -> Fluency:
        """The model of the product's own texts; made once per process, in about a second."""
        return _default(lang)

    def score(self, text: str) -> float:
        """Nats per character, −ln p / n with the end of the sentence counted: **lower is more fluent**; usually 1 to 5."""
        return self.scores([text])[0]

    def scores(self, texts: Sequence[str]) -> list[float]:
        """:meth:`score` of each text, in one pass: a thousand sentences in some hundredths of a second."""
        return [] if not texts else [float(-value) for value in self.model.score([_plain(text) for text in texts])]

    def rank(self, texts: Sequence[str]) -> list[int]:
        """Positions of the texts, the most fluent first; equal ones stay in order."""
        return [int(i) for i in np.argsort(self.scores(texts), kind="stable")]

    def best(self, texts: Sequence[str]) -> str:
        """The most fluent of at least one text."""
        if not texts:
            raise GenerationError("there is no text to choose from")
        return texts[self.rank(texts)[0]]


@cache
def _default(lang: str) -> Fluency:
    return Fluency(lang, sentences(lang))


def sentences(lang: str) -> list[str]:
    """Every sentence of the product's own texts in one language, without duplicates, in a fixed order."""
    if lang not in LANGUAGES:
        raise GenerationError(f"texts exist in {' and '.join(LANGUAGES)}, not in {lang!r}")
    found = dict.fromkeys(sentence for text in _texts(lang) for sentence in map(_plain, _END.split(text)))
    return [text for text in found if _is_prose(text, lang)]


def _is_prose(text: str, lang: str) -> bool:
    """Whether it has letters of the language and none of the writers' notation (patterns of words, tags) in it."""
    letters = bool(re.search(r"[^\W\d_]", text)) and len(text) > 1
    return letters and bool(_HAN.search(text)) == (lang == "zh") and not _NOTATION.search(text)


def _texts(lang: str) -> Iterator[str]:
    for work in read_works():
        yield str((work.get("line") or {}).get(lang, ""))
    faq = resources.files("knowledge.demo") / "faq.jsonl"
    for line in faq.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield record["question"][lang]
        yield record["answer"][lang]
        yield from record["phrasings"][lang]
    for package in _PACKAGES:
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            if lang in module.name.split("_"):  # copy_zh, plots_zh_home: what the writers say in this language
                loaded = importlib.import_module(f"{package}.{module.name}")
                for name in sorted(vars(loaded)):
                    if name.isupper():
                        yield from _written(getattr(loaded, name))


def _written(value: Any) -> Iterator[str]:
    """The variants of every phrase inside a table of phrases, a mapping, a sequence or a block of lines."""
    if isinstance(value, str):
        for line in value.splitlines():
            if not line.startswith(("=", "@")):
                for variant in range(_VARIANTS):
                    yield from _expanded(_HEAD.sub("", line.strip()), variant).split(" | ")
    elif hasattr(value, "nodes"):
        for variant in range(_VARIANTS):
            yield "".join(_spoken(node, variant) for node in value.nodes)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _written(part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from _written(part)


def _spoken(node: Any, variant: int) -> str:
    """One way to say a node of a phrase: words as they are, a choice's option, a gap for anything else."""
    if isinstance(node, str):
        return node
    options = getattr(node, "options", None)
    return GAP if not options else "".join(_spoken(part, variant) for part in options[variant % len(options)])


def _expanded(line: str, variant: int) -> str:
    """``[a|b]`` written as one of its options, ``{slot}`` as a gap."""

    def option(choice: re.Match[str]) -> str:
        options = choice[1].split("|")
        return options[variant % len(options)]

    while _CHOICE.search(line):
        line = _CHOICE.sub(option, line)
    return _MARK.sub("", _SLOT.sub(GAP, line))


def _plain(text: str) -> str:
    return " ".join(text.split())
