"""Reads a text as a proof-reader does: what is wrong with its surface, and which people it names."""

from __future__ import annotations

import re
from pathlib import Path

import ahocorasick

from generation.text import copy_en, copy_zh
from generation.text.facts import PEOPLE

PAIRS = ("《》", "“”", "【】", "（）", "()", "[]")
WRONG = {
    "an empty slot": r"\bNone\b|[{}<>]|\bnull\b",
    "a double space": r"\S  +\S",
    "doubled punctuation": r"[。！？][。！？，、]|[，、；：]{2}|(?<![.…])\.{2}(?!\.)|[,;:]{2}|[!?]{2}|…[。，,.]",
    "a space before punctuation": r" [,.;!?](?=\s|$)",
    "an ASCII comma in Chinese": r"[\u4e00-\u9fff》],[\u4e00-\u9fff《]",
    "the wrong article": r"\b[Aa] (?=[aeio]\w*\b(?<!one))(?!one|once)|\b[Aa]n (?=[bcdfgjklmnpqrstvwxyz](?!&))",
    "a doubled word": r"(?i)\b(?!(?:that|had|very|long|so)\b)([a-z]{2,}) \1\b",
    "a doubled 的": r"的的|了了|吗吗",
}


def faults(text: str) -> list[str]:
    """What a proof-reader would mark in ``text``."""
    found = [f"{name}: {match.group()!r}" for name, pattern in WRONG.items() if (match := re.search(pattern, text))]
    found += [f"unbalanced {pair}" for pair in PAIRS if text.count(pair[0]) != text.count(pair[1])]
    return found


class People:
    """Finds every person of a graph by name, but for those whose name is a word of our own lines (a writer 周末)."""

    def __init__(self, graph) -> None:
        self.graph = graph
        self.automaton = ahocorasick.Automaton()
        ours = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (copy_zh, copy_en))
        for person in graph.entities("person"):
            for label in person.labels.values():
                if len(label) > (3 if label.isascii() else 1) and label not in ours:
                    self.automaton.add_word(label, label)
        self.automaton.make_automaton()

    def strangers(self, text: str, work: str, *allowed: str) -> set[str]:
        """People named in ``text`` who neither made ``work`` nor stand in its own words."""
        made = {fact.object for fact in self.graph.facts(work) if fact.relation in PEOPLE}
        own = {label for id_ in made for label in self.graph.entity(id_).labels.values()}
        context = " ".join([*own, *allowed])
        found = set()
        for last, name in self.automaton.iter(text):
            start = last - len(name) + 1
            word = name.isascii() and (text[start - 1 : start].isalpha() or text[last + 1 : last + 2].isalpha())
            if not word and name not in context:
                found.add(name)
        return found
