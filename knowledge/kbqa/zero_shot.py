"""Questions about a graph nobody has asked questions of before: paths from the labels of its relations.

The words of a question that some relation is called by are its cues. A path is the better the more of them its steps
account for, the fewer steps it has that no cue asks for, and the more the order of its steps agrees with how close
the cues stand to the topic: in "who wrote the films directed by X" directing is next to X and is walked first. A walk
that turns back along the relation it came by needs a word for it: the *same* director, what she *also* made.

    Yih et al., ACL 2015: entity first, then the core chain, then constraints (:mod:`knowledge.kbqa.operations`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.kbqa.adjacency import Adjacency, spoken
from knowledge.kbqa.features import wording
from knowledge.kbqa.lexicon import AGAIN, Cue, cues, meanings
from knowledge.kbqa.paths import MAX_HOPS, Path
from knowledge.kbqa.reader import PathReading
from knowledge.kbqa.topics import MASK, Mention
from knowledge.text import is_han

__all__ = ["ZeroShotReader"]

_MISSED_STEP = 1.0  # a step nothing asks for
_MISSED_CUE = 0.7  # a cue no step accounts for
_MISSED_AGAIN = 0.4  # "also", as a part of such a cue: it may be there for the rhythm
_MARGIN = 0.25  # cues that may have been missed altogether
_DISORDER = 0.8  # two steps the wrong way round
_STEP = 0.9  # a little less than the cue that asks for it is worth
_BROAD = 30.0  # a relation with more subjects to an object (a genre, a year) is not turned back along unasked
_TYPE = 0.5  # ends at the type of thing that is asked for
_NESTED = 1.0  # the topic is part of a longer name
_INEXACT = 0.4  # it is not written as the name is: "fall" is seldom the film "Fall"
_LENGTH = 0.03  # a longer name is seldom there by accident, per character up to 20
_SURE = 0.8  # the most a reading without training is trusted
_PERSON = re.compile(r"\b(?:who|whom|whose)\b|谁|哪[位些]?人")
_FAR = 4  # tokens that the other side of the topic is farther away
_ATTRIBUTES = frozenset(["date", "language", "genre", "tag", "rating", "vote", "runtime", "episode", "price", "age"])
# What people call the types that catalogues of works have; other types go by their own name.
_TYPE_NAMES = {
    "film": ("movie", "movies", "电影", "影片", "片子", "哪些片", "什么片"),
    "series": ("tv", "电视剧", "剧集"),
    "album": ("record", "records", "专辑", "唱片"),
    "show": ("演出", "话剧", "音乐剧"),
    "person": ("actor", "director", "writer", "people"),
    "genre": ("类型",),
    "country": ("countries", "国家", "哪国"),
    "language": ("语言",),
    "award": ("奖",),
}
_KINDS = frozenset(["film", "movie", "work", "works", "thing", "作品", "电影", "with"])
_MOST = 3000  # paths of one length that are weighed; a graph of hundreds of relations has more
_MAX_NODES = 2  # namesakes of a mention that are tried


@dataclass(frozen=True, slots=True)
class _Cues:
    """The cues of a question, nearest to the topic first, as bits: what a path explains is then a few additions."""

    of_step: list[int]  # the cues each step is called by
    strong: int  # those that are not only "same" or "also"
    again: int  # the first that is, or -1

    @classmethod
    def of(cls, ordered: Sequence[Cue], meanings_of: Sequence[frozenset[str]]) -> _Cues:
        of_step = [sum(1 << i for i, (_, names) in enumerate(ordered) if names & own) for own in meanings_of]
        strong = sum(1 << i for i, (_, names) in enumerate(ordered) if AGAIN not in names)
        return cls(of_step, strong, next((i for i, (_, names) in enumerate(ordered) if AGAIN in names), -1))


class ZeroShotReader:
    """Reads questions by the labels of relations, in any of the languages they have labels in."""

    def __init__(self, adjacency: Adjacency) -> None:
        self.adjacency = adjacency
        relations = adjacency.relations
        forward = [_label_meanings(relation.id, relation.labels) for relation in relations]
        self._types = {
            word: type_
            for type_ in sorted({node.type for node in adjacency.nodes} - {"", "literal"})
            for word in (type_, f"{type_}s", *_TYPE_NAMES.get(type_, ()))
        }
        # "films with" names a type and not a relation; "films directed" names both.
        kinds = frozenset().union(*map(meanings, self._types)) | _KINDS
        backward = [
            own | (frozenset().union(*map(meanings, relation.inverse.values())) - kinds)
            for own, relation in zip(forward, relations, strict=True)
        ]
        self._of_step = [*forward, *backward]
        self.own = frozenset().union(*self._of_step)
        self._inverse = [adjacency.inverse(step) for step in range(adjacency.steps)]
        self._broad = [adjacency.fan_out(step) > _BROAD for step in self._inverse]
        self._paths: dict[tuple[tuple[int, ...], frozenset[int]], list[Path]] = {}

    def meanings_of(self, step: int) -> frozenset[str]:
        """What the labels of a step's relation mean (:func:`knowledge.kbqa.lexicon.meanings`)."""
        return self._of_step[step]

    def types_named(self, folded: str) -> frozenset[str]:
        """The types of the graph that a word of the question names; "who" means a person where there are any."""
        if not self._types:
            return frozenset()
        if "person" in self._types.values() and _PERSON.search(folded):
            return frozenset(["person"])
        return frozenset(type_ for word, type_ in self._types.items() if _has_word(folded, word))

    def only_about(self, relation: int, folded: str) -> bool:
        """Whether no word of the question names another relation."""
        return all(names & self._of_step[relation] for _, names in cues(wording(folded), self.own))

    def readings(self, folded: str, mentions: Sequence[Mention], keep: int = 12) -> list[PathReading]:
        """The paths that the words ask for, best first; empty where no word names a relation.

        Some lead nowhere from this topic: of relations that never meet in earnest, two may meet in one odd node.
        """
        found: list[tuple[float, PathReading]] = []
        types = self.types_named(folded)
        for mention in mentions:
            if mention.end - mention.start == 1 and _inside_han(folded, mention):
                continue  # 「影」 is a film, and half of 「电影」
            words = wording(mention.mask(folded))
            asked = cues(words, self.own)
            if not any(AGAIN not in names or names & self.own for _, names in asked):
                continue
            middle = words.index(MASK) if MASK in words else len(words)
            ordered = sorted(asked, key=lambda cue: _distance(cue[0], middle, words))
            about = min(mention.end - mention.start, 20) * _LENGTH - _NESTED * mention.nested
            about -= _INEXACT * (not mention.exact)
            matched = _Cues.of(ordered, self._of_step)
            wanted = frozenset(step for step, bits in enumerate(matched.of_step) if bits)
            for node in mention.nodes[:_MAX_NODES]:
                for path in self._candidates(node, wanted):
                    score, share = self._score(path, matched)
                    if share > 0:
                        score += about
                        if types:
                            score += _TYPE if self.adjacency.types_reached(path.steps[-1]) & types else -_TYPE
                        reading = PathReading(mention, path, round(_SURE * share * mention.similarity, 4))
                        found.append((score, reading))
        found.sort(key=lambda pair: -pair[0])
        return [reading for _, reading in found[:keep]]

    def _candidates(self, node: int, wanted: frozenset[int]) -> list[Path]:
        """Paths from ``node`` over wanted steps, with one other step at most, that turn back once at most."""
        first = tuple(self.adjacency.steps_of(node))
        known = self._paths.get((first, wanted))
        if known is not None:
            return known
        follows, inverse = self.adjacency.follows, self.adjacency.inverse
        found: list[Path] = []
        level: list[tuple[tuple[int, ...], bool, bool]] = [((step,), step not in wanted, False) for step in first]
        for _ in range(MAX_HOPS):
            found += [Path(steps, outward=len(steps) > 1) for steps, *_ in level]
            further = []
            for steps, strayed, turned in level:
                for step in np.flatnonzero(follows[steps[-1]]).tolist():
                    turns, strays = inverse(steps[-1]) == step, step not in wanted
                    again = step == steps[-1] and self._of_step[step] & _ATTRIBUTES
                    if not (turns and turned) and not (strays and strayed) and not again:
                        further.append(((*steps, step), strayed or strays, turned or turns))
            if len(further) > _MOST:
                further = [one for one in further if not one[1]][:_MOST]
            level = further
        if len(self._paths) > 2000:
            self._paths.clear()
        self._paths[first, wanted] = found
        return found

    def _score(self, path: Path, asked: _Cues) -> tuple[float, float]:
        """How well a path explains the cues (nearest to the topic first), and the share it explains, 0..1."""
        steps = path.steps
        known: list[int] = []  # the cue each step is asked for by
        used = covered = missed_steps = 0  # sets of cues, as bits
        again = asked.again < 0
        for index, step in enumerate(steps):
            free = asked.of_step[step] & ~used
            if index and steps[index - 1] == step and not free:
                return 0.0, 0.0  # a parent's parent has to be said
            if index and self._inverse[steps[index - 1]] == step:
                if asked.again >= 0:
                    again = True
                    if not free:
                        known += known[-1:]
                        continue
                elif index + 1 == len(steps) or self._broad[steps[index - 1]]:
                    return 0.0, 0.0  # things of the topic's own kind are never asked for without such a word
            if free:
                lowest = free & -free
                used |= lowest
                covered |= asked.of_step[step]
                known.append(lowest.bit_length() - 1)
            else:
                missed_steps += 1
        if not known:
            return 0.0, 0.0
        missed = (asked.strong & ~covered).bit_count() + _MISSED_AGAIN * (not again)
        disorder = sum(a > b for i, a in enumerate(known) for b in known[i + 1 :])
        explained = len(known) + covered.bit_count() + (again and asked.again >= 0)
        share = explained / (explained + missed_steps + missed + _MARGIN)
        score = len(known) - _MISSED_STEP * missed_steps - _MISSED_CUE * missed
        return score - _DISORDER * disorder - _STEP * len(steps), share


def _inside_han(text: str, mention: Mention) -> bool:
    """Whether Chinese characters stand right before or after a mention of one of them."""
    around = text[max(0, mention.start - 1) : mention.start] + text[mention.end : mention.end + 1]
    return is_han(text[mention.start]) and any(map(is_han, around))


def _distance(at: int, topic: int, words: Sequence[str]) -> int:
    """How loosely the cue ``words[at]`` belongs to the topic at ``words[topic]``.

    English says whose things are meant before the name and what about them after it, unless right after it ("Alien
    directors", but not "when was Alien released"); Chinese the other way round (「X的导演」).
    """
    if words[topic + 1 : topic + 2] == ("的",):
        far = at < topic
    else:
        verb = at + 1 == len(words) and not words[at].endswith(("or", "ors", "er", "ers"))
        far = at > topic + 1 or (at > topic and verb)
    return abs(at - topic) + (_FAR if far else 0)


def _label_meanings(id_: str, labels: dict[str, str]) -> frozenset[str]:
    return frozenset().union(meanings(spoken(id_)), *map(meanings, labels.values()))


def _has_word(text: str, word: str) -> bool:
    return bool(re.search(rf"\b{re.escape(word)}\b", text)) if word.isascii() else word in text
