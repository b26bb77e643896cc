"""Relations that an operator imported and no rule has heard of, asked for by their own names.

    盗梦空间|票房|8.29亿美元        →  「盗梦空间票房多少」, "what did Inception gross"
    Interstellar|filming location|Iceland  →  "which films have Iceland as filming location", 「冰岛取景的电影」

Such facts come as plain text. Here they become a graph once more, with a node for each value (the work itself where a
value is the title of one), and :class:`~knowledge.kbqa.PathQA` reads questions about it from the labels alone: forward,
backward and over two hops. A label that came in one language gets the other's where the relation is a usual one
(:mod:`knowledge.questions.unkept`). Nothing is built for a catalogue that has no such relations.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from knowledge.answering.answers import Answer
from knowledge.answering.followups import cited
from knowledge.answering.sentences import Sentences
from knowledge.graph import WORK_TYPES, Entity, Fact, Graph, Relation
from knowledge.questions.unkept import TOPICS, topic_of
from knowledge.text import Language, fold, is_han
from knowledge.vocabulary import Vocabulary

if TYPE_CHECKING:
    from knowledge.kbqa import PathQA, Result

__all__ = ["Imported"]

_LEAST = 0.45  # confidence of a reading by labels that is answered
_SAID = 4  # facts that are said one by one; more are summed up
_MAX = 60
_ASKED_WORDS = re.compile(r"[a-z]{3,}|[\u3400-\u9fff]{2,}")
_SMALL = frozenset(["the", "for", "and", "with", "from", "has", "was", "been", "its"])


class Imported:
    """Answers questions about the relations of ``graph`` that are not in ``vocabulary``."""

    def __init__(self, graph: Graph, vocabulary: Vocabulary, sentences: Sentences) -> None:
        self.graph = graph
        self.say = sentences
        self._own = {id_: rel for id_, rel in graph.relations.items() if id_ not in vocabulary.relations}
        self._lock = threading.Lock()

    def answer(self, question: str, lang: Language) -> Answer | None:
        """An answer over at least one imported relation, or ``None``."""
        if not self._own or self._words is None or not self._words.search(fold(question)):
            return None
        with self._lock:
            reader = self._reader
        qa, objects = reader
        result = qa.answer(self._canonical(question), limit=_MAX)
        steps = [step.removeprefix("^") for step in result.path]
        if result.kind not in ("entities", "count") or result.confidence < _LEAST or not self._own.keys() & set(steps):
            return None
        facts = self._facts(result, objects)
        if not facts:
            return None
        return self._said(result, facts, objects, lang)

    # --- built when first needed -------------------------------------------------------------------------------------

    @cached_property
    def _words(self) -> re.Pattern[str] | None:
        """Words that an imported relation is called by, or asked for in: a question without them is none of ours."""
        parts: set[str] = set()
        for relation in self._own.values():
            topic = TOPICS.get(topic_of(relation))
            if topic:
                parts.add(topic.pattern.pattern)
            for label in (relation.id.replace("_", " "), *relation.labels.values(), *relation.inverse.values()):
                words = [word for word in _ASKED_WORDS.findall(fold(label)) if word not in _SMALL]
                parts.update(
                    re.escape(w) if is_han(w[0]) else rf"\b{re.escape(w[: max(4, len(w) - 3)])}" for w in words
                )
        return re.compile("|".join(sorted(parts))) if parts else None

    @cached_property
    def _reader(self) -> tuple[PathQA, dict[str, str]]:
        """The reader, and what the value of each node was called in the import."""
        from knowledge.kbqa import Adjacency, PathQA

        nodes = list(self.graph.entities())
        row = {entity.id: number for number, entity in enumerate(nodes)}
        named: dict[str, str] = {}
        for entity in sorted(nodes, key=lambda entity: entity.type not in (*WORK_TYPES, "person")):
            for name in (*entity.labels.values(), *entity.aliases):
                named.setdefault(fold(name), entity.id)
        said = {fact.object for entity in nodes for fact in self.graph.facts(entity.id) if fact.relation in self._own}
        objects = {key: named.get(fold(str(key)), f"value/{fold(str(key))}") for key in said if key not in self.graph}
        relations = [
            _bilingual(relation, self._own) for relation in self.graph.relations.values() if self._walked(relation)
        ]
        rank = {relation.id: number for number, relation in enumerate(relations)}
        triples = []
        for entity in nodes[:]:
            for fact in self.graph.facts(entity.id):
                if fact.relation in rank:
                    target = objects.get(fact.object, str(fact.object)) if fact.relation in self._own else fact.object
                    if target not in row:
                        row[str(target)] = len(nodes)
                        text = str(fact.object)
                        type_ = "literal" if isinstance(fact.object, int) else "value"
                        nodes.append(Entity(str(target), type_, {_language(text): text}))
                    triples.append((row[entity.id], rank[fact.relation], row[str(target)]))
        meant = {node: str(text) for text, node in objects.items()}
        return PathQA(Adjacency(nodes, relations, np.array(triples, np.int32))), meant

    def _walked(self, relation: Relation) -> bool:
        return relation.id in self._own or relation.kind != "text"

    def _canonical(self, question: str) -> str:
        """The question with a usual way of asking put as the relation's own name: "shot in" as "filming location"."""
        folded = fold(question)
        for relation in self._own.values():
            topic = TOPICS.get(topic_of(relation))
            match = topic.pattern.search(folded) if topic else None
            if topic and match:
                name = topic.zh if any(map(is_han, match.group())) else f" {topic.en} "
                kept = match.group()
                # "which films were shot in": the kind of thing asked for stays.
                kind = re.search(r"\b(?:films?|movies?|series|shows?|albums?)\b", kept)
                return f"{question[: match.start()]}{kind.group() + ' ' if kind else ''}{name}{question[match.end() :]}"
        return question

    # --- saying it ---------------------------------------------------------------------------------------------------

    def _facts(self, result: Result, objects: dict[str, str]) -> list[Fact]:
        """The facts walked, as the catalogue holds them."""
        found = []
        for subject, relation, target in result.facts:
            value: str | int = objects.get(target, target) if relation in self._own else target
            if self.graph.relations[relation].kind == "integer":
                value = int(value)
            fact = self.graph.fact(subject, relation, value)
            if fact is not None:
                found.append(fact)
        return found

    def _said(self, result: Result, facts: Sequence[Fact], meant: Mapping[str, str], lang: Language) -> Answer:
        nodes: dict[str | int, str] = {text: node for node, text in meant.items() if node in self.graph}
        entities = tuple(found.key for found in result.answers if found.key in self.graph)
        linked = [nodes[fact.object] for fact in facts if fact.relation in self._own and fact.object in nodes]
        topic = [result.topic] if result.topic is not None and result.topic in self.graph else []
        text = self._text(result, facts, entities, nodes, lang)
        about = tuple(dict.fromkeys([*topic, *linked]))
        return Answer(text, lang, "path", result.confidence, cited(facts), result.path, entities, about)

    def _text(
        self,
        result: Result,
        facts: Sequence[Fact],
        entities: Sequence[str],
        nodes: Mapping[str | int, str],
        lang: Language,
    ) -> str:
        say, first = self.say, result.path[0]
        if len(result.path) == 1 and first.startswith("^") and entities:
            value = say.name(nodes.get(facts[0].object, facts[0].object), lang)
            label = say.relation_name(first[1:], lang)
            works = say.titles(entities, lang)
            return (
                f"{label}是{value}的有{works}。"
                if lang == "zh"
                else f"{label[:1].upper()}{label[1:]} {value}: {works}."
            )
        if len(facts) <= _SAID or not entities:
            grouped: dict[tuple[str, str], list[str | int]] = {}
            for fact in facts:
                said = nodes.get(fact.object, fact.object) if fact.relation in self._own else fact.object
                grouped.setdefault((fact.subject, fact.relation), []).append(said)
            lines = [say.relation(subject, relation, values, lang) for (subject, relation), values in grouped.items()]
            return "".join(lines) if lang == "zh" else " ".join(lines)
        label = say.relation_name(result.path[-1].removeprefix("^"), lang)
        return f"{label}：{say.names(entities, lang)}。" if lang == "zh" else f"{label}: {say.names(entities, lang)}."


def _bilingual(relation: Relation, own: Mapping[str, Relation]) -> Relation:
    """With the usual name in the language it was not imported in, unless another relation has that name."""
    if relation.id not in own:
        return relation
    topic = TOPICS.get(topic_of(relation))
    labels = dict(relation.labels)
    if topic:
        twins = [other for other in own.values() if other is not relation and topic_of(other) == topic_of(relation)]
        taken = {lang for twin in twins for lang in twin.labels}
        labels = {lang: name for lang, name in (("zh", topic.zh), ("en", topic.en)) if lang not in taken} | labels
    return Relation(relation.id, labels, relation.inverse or labels, "entity")


def _language(text: str) -> str:
    return "zh" if any(map(is_han, text)) else "en"
