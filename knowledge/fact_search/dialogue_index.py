"""What a conversation so far shows about the facts it may come to next.

Messages name some heads (films, people, places) and use up some of their facts. Every fact about a head that was named,
or that a fact about it leads to, is a candidate; it is described by how lately and how often its head was named, how
much of the fact has been said already and when, and what the last message was about. Names are compared by what they
look like and never remembered, so what is learned from these numbers holds for entities that no example had.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.fact_search.names import Name, NameFinder
from knowledge.fact_search.slots import target_tokens
from knowledge.fact_search.talk import Talk, hear
from knowledge.search.bm25 import BM25
from knowledge.surfaces import squeeze
from knowledge.text import tokens

__all__ = ["SEEN", "DialogueIndex", "View"]

_HEAD = (
    "ago", "in_last", "in_previous", "mentions", "since_first", "whole", "order", "length", "led_to", "led_from_latest",
    "said_facts", "said_ago", "said_last", "size", "unsaid", "bearers", "hint", "activity", "same_side", "is_newest",
)  # fmt: skip
_FACT = (
    "said", "said_when", "in_last_message", "in_previous_message", "explains_last", "explains_previous", "verbatim",
    "value_length", "leads", "leads_named", "leads_in_last", "same_relation", "same_relation_said", "relation_is_last",
    "relation_words", "last_in_value", "bm25", "bm25_rank", "relation_said_of_another",
)  # fmt: skip
_TURN = ("turn", "question", "last_length", "named_in_last", "heads_named")
SEEN: tuple[str, ...] = (*_HEAD, *_FACT, *_TURN)
"""What describes a candidate before anything is learned, in the order of the columns."""

_SAID = 0.75  # share of a value's tokens in one message from which on it counts as said
_FAR = 12.0  # turns; further back is all the same
_FADING = 0.7  # what a mention is still worth a turn later
_MAX_HEADS = 12
_RETRIEVED = 15


@dataclass(frozen=True, slots=True)
class View:
    """A conversation as the ranker sees it.

    Attributes:
        rows: ``(n,)`` candidate facts, rows of the index.
        features: ``(n, len(SEEN))`` float32.
        relations: ``(n,)`` the relation of each candidate, a row of ``wordings``.
        heads: ``(n,)`` the head of each candidate.
        wordings: target tokens of every relation of the index.
        source: what the last message sounded like: its tokens without names, and what had been talked about.
    """

    rows: NDArray[np.int64]
    features: NDArray[np.float32]
    relations: NDArray[np.int64]
    heads: NDArray[np.int64]
    wordings: Sequence[tuple[str, ...]]
    source: tuple[str, ...]


class DialogueIndex:
    """Facts as texts.

    Args:
        triples: distinct ``(head, relation, value)``.
        names: how heads are called, the usual name first; a head that is not in it is called what it is.
    """

    def __init__(
        self, triples: Sequence[tuple[str, str, str]], names: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.triples = list(triples)
        heads: dict[str, int] = {}
        relations: dict[str, int] = {}
        self._head = np.array([heads.setdefault(head, len(heads)) for head, _, _ in self.triples], np.int64)
        self._relation = np.array([relations.setdefault(name, len(relations)) for _, name, _ in self.triples], np.int64)
        self._relations = list(relations)
        self._wordings = [target_tokens(name) for name in relations]
        self._relation_words = [frozenset(tokens(name)) for name in relations]
        self._facts: list[list[int]] = [[] for _ in heads]
        for row, head in enumerate(self._head):
            self._facts[head].append(row)

        self._names: list[Name] = []
        self._bearer: list[int] = []  # name → its head
        self._main: list[Name] = []  # head → its usual name
        for text, head in heads.items():
            own = [Name.of(name) for name in (names or {}).get(text) or (text,)]
            self._main.append(own[0])
            self._names.extend(own)
            self._bearer.extend([head] * len(own))
        self._row_of = heads
        self._finder = NameFinder(self._names)
        self._value = [frozenset(tokens(value)) for _, _, value in self.triples]
        self._value_key = [squeeze(value).text for _, _, value in self.triples]
        self._leads = self._led()
        called = [self._main[head].text for head in self._head]
        self._bm25 = BM25(
            [tokens(" ".join((name, *fact[1:]))) for name, fact in zip(called, self.triples, strict=True)]
        )

    def __len__(self) -> int:
        return len(self.triples)

    def _led(self) -> list[frozenset[int]]:
        """Heads that each fact's value names: wholly (导演: 李安) or among others (主演: 甲，乙，丙)."""
        whole: dict[str, set[int]] = {}
        for name, head in zip(self._names, self._bearer, strict=True):
            for form in (name.key, name.core):
                whole.setdefault(form, set()).add(head)
        led = []
        for key in self._value_key:
            parts = whole.get(key) or {
                self._bearer[hit.name] for hit in self._finder.find(key) if hit.end - hit.start > 1
            }
            led.append(frozenset(parts))
        return led

    # --- reading a conversation --------------------------------------------------------------------------------------

    def view(self, history: Sequence[str], focus: Iterable[str] = (), clues: Iterable[str] = ()) -> View:
        """What the messages so far, oldest first, say about what comes next; no candidates before the first message.

        Args:
            focus: heads that the conversation is known to be about; those that were not named count as named last.
            clues: names of relations that the last message is known to ask for in other words.
        """
        known = [self._row_of[head] for head in focus if head in self._row_of]
        talk = hear(history, self._finder, self._bearer, known)
        reached = self._reached(talk)
        clue = frozenset(tokens(" ".join(clues)))
        words = tokens(talk.texts[-1]) if talk.texts else []
        scores = self._bm25.scores(words)
        best = [row for row, score in self._bm25.top(words, _RETRIEVED) if score > 0]
        candidates = [*talk.latest[:_MAX_HEADS], *reached]
        if len(candidates) < 2:
            candidates = list(dict.fromkeys([*candidates, *(int(self._head[row]) for row in best)]))

        rows_of = [row for head in candidates for row in self._facts[head]]
        said = {row: talk.said(self._value[row], self._value_key[row]) for row in rows_of}
        spoken = {row: when for row, (share, when) in said.items() if share >= _SAID}
        newest = max(spoken.values(), default=-1)
        last_relations = {int(self._relation[row]) for row, when in spoken.items() if when == newest}
        top = float(scores[best[0]]) if best else 1.0
        rank = {row: place for place, row in enumerate(best)}
        retrieved = {row: (float(scores[row]) / top, 1 / (1 + rank.get(row, _RETRIEVED))) for row in said}
        turn = talk.about_turn()
        rows: list[int] = []
        lines: list[list[float]] = []
        for order, head in enumerate(candidates):
            about = self._about_head(head, order, talk, reached, spoken)
            for row, fact in self._about_facts(head, talk, said, spoken, last_relations, clue):
                lines.append([*about, *fact[:-1], *retrieved[row], fact[-1], *turn])
                rows.append(row)
        chosen = np.array(rows, np.int64)
        features = np.array(lines, np.float32).reshape(len(rows), len(SEEN))
        source = talk.sound(self._relations[relation] for relation in sorted(last_relations))
        return View(chosen, features, self._relation[chosen], self._head[chosen], self._wordings, source)

    def fallback(self, history: Sequence[str], k: int) -> list[int]:
        """The ``k`` best facts by BM25 of the last two messages, for the places that no candidate fills."""
        return [row for row, _ in self._bm25.top(tokens(" ".join(history[-2:])), k)]

    def _reached(self, talk: Talk) -> dict[int, int]:
        """Heads that were not named but that a fact about one of the last three leads to, and from which."""
        reached: dict[int, int] = {}
        for head in talk.latest[:3]:
            for row in self._facts[head]:
                for target in sorted(self._leads[row] - talk.mentions.keys()):
                    if len(reached) < _MAX_HEADS:
                        reached.setdefault(target, head)
        return reached

    def _about_head(
        self, head: int, order: int, talk: Talk, reached: Mapping[int, int], spoken: Mapping[int, int]
    ) -> list[float]:
        name = self._main[head]
        own = talk.mentions.get(head, [])
        last = talk.last
        facts = self._facts[head]
        times = [spoken[row] for row in facts if row in spoken]
        turns = {hit.turn for hit in own}
        led = sum(head in self._leads[row] for other in talk.latest[:4] if other != head for row in self._facts[other])
        warmth = sum(_FADING ** (last - when) for when in times) + sum(_FADING ** (last - turn) for turn in turns)
        return [
            min(last - own[-1].turn, _FAR) if own else _FAR + 1,
            float(last in turns),
            float(last - 1 in turns),
            math.log1p(len(own)),
            min(last - own[0].turn, _FAR) if own else _FAR + 1,
            float(any(hit.whole for hit in own)),
            min(order, _FAR),
            max(((hit.end - hit.start) / max(len(name.key), 1) for hit in own), default=0.0),
            math.log1p(led),
            float(bool(talk.latest) and reached.get(head) == talk.latest[0]),
            len(times),
            min(last - max(times), _FAR) if times else _FAR + 1,
            sum(when == last for when in times),
            math.log1p(len(facts)),
            math.log1p(len(facts) - len(times)),
            math.log(max(self._finder.bearers(name.core), 1)),
            len(name.hint & talk.everything) / len(name.hint) if name.hint else 0.5,
            warmth,
            float(bool(own) and (last - own[-1].turn) % 2 == 1),
            float(bool(own) and own[0].turn == last),
        ]

    def _about_facts(
        self,
        head: int,
        talk: Talk,
        said: Mapping[int, tuple[float, int]],
        spoken: Mapping[int, int],
        last_relations: set[int],
        clue: frozenset[str],
    ) -> Iterable[tuple[int, list[float]]]:
        name, last = self._main[head], talk.last
        message, previous = talk.heard(last), talk.heard(last - 1)
        rest, rest_before = message - name.grams, previous - name.grams
        asked = rest | clue
        facts = self._facts[head]
        count = Counter(int(self._relation[row]) for row in facts)
        used = Counter(int(self._relation[row]) for row in facts if row in spoken)
        used_anywhere = {int(self._relation[row]) for row in spoken}
        for row in facts:
            relation = int(self._relation[row])
            value, key, leads = self._value[row], self._value_key[row], self._leads[row]
            share, when = said[row]
            size = len(value) or 1
            words = self._relation_words[relation]
            named = leads & talk.mentions.keys()
            yield (
                row,
                [
                    share,
                    min(last - when, _FAR) if when >= 0 else _FAR + 1,
                    len(value & message) / size,
                    len(value & previous) / size,
                    len(value & rest) / (len(rest) or 1),
                    len(value & rest_before) / (len(rest_before) or 1),
                    float(len(key) > 1 and share > 0 and any(key in flat for flat in talk.flats)),
                    math.log1p(len(key)),
                    float(bool(leads)),
                    float(bool(named)),
                    float(any(talk.mentions[target][-1].turn == last for target in named)),
                    math.log(count[relation]),
                    used[relation],
                    float(relation in last_relations),
                    len(words & asked) / (len(words) or 1),
                    float(last >= 0 and len(key) > 1 and key in talk.flats[last]),
                    float(relation in used_anywhere and not used[relation]),
                ],
            )
