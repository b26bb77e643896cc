"""Puts cleaned rows into a graph: who is the same person, which genre is meant, what a new row replaces.

People come as names. Two names are one person when the English names agree, or the Chinese ones do, unless both are
given and they clash in a way that a transliteration would not (two Li Nas who are written 李娜 and 李纳).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.graph import Entity, Fact, Graph, Relation
from knowledge.records import FACET_FIELDS, PEOPLE_FIELDS, names, slug
from knowledge.text import fold
from knowledge.vocabulary import Vocabulary

__all__ = ["GraphBuilder"]


class GraphBuilder:
    """Builds ``graph`` from records and triples; a later row about the same id replaces the earlier one."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.graph: Graph = vocabulary.graph()
        self._people: dict[str, list[str]] = {}  # folded name → person ids
        self._titles: dict[str, list[str]] = {}  # folded title → work ids
        self._facets: dict[tuple[str, str], str] = {}  # (type, folded name) → id
        self._relations: dict[str, str] = {}  # folded name → relation id
        for facet in vocabulary.facets:
            self._name_facet(facet)
        for relation in vocabulary.relations.values():
            self._name_relation(relation)

    # --- records -----------------------------------------------------------------------------------------------------

    def add_record(self, record: Mapping[str, Any], source: str = "editorial") -> bool:
        """Adds one cleaned record; True when it replaced a row with the same id.

        A fact's source is what the record says under ``sources`` for that field, else ``source``.
        """
        if record["type"] == "person":
            return self._add_person_record(record)
        graph = self.graph
        work = Entity(record["id"], record["type"], dict(record["title"]), tuple(record["aliases"]))
        known = work.id in graph
        if known:
            graph.remove_facts(work.id)
        graph.add_entity(work)
        for name in (*work.labels.values(), *work.aliases):
            ids = self._titles.setdefault(fold(name), [])
            if work.id not in ids:
                ids.append(work.id)

        def add(relation: str, target: str | int, field: str) -> None:
            graph.add_fact(Fact(work.id, relation, target, record["sources"].get(field, source)))

        for field in ("year", "runtime", "episodes"):
            if record[field] is not None:
                add(field, record[field], field)
        for field, relation in PEOPLE_FIELDS.items():
            for name in record[field]:
                add(relation, self.person(names(name)), field)
        for field, relation in FACET_FIELDS.items():
            for name in record[field]:
                add(relation, self.facet(relation, name), field)
        for lang, line in record["line"].items():
            add(f"line_{lang}", line, "line")
        return known

    def _add_person_record(self, record: Mapping[str, Any]) -> bool:
        known = record["id"] in self.graph
        person = self.graph.entity(record["id"]) if known else Entity(record["id"], "person", {})
        aliases = tuple(dict.fromkeys((*person.aliases, *record["aliases"])))
        person = Entity(person.id, "person", {**person.labels, **record["title"]}, aliases)
        self.graph.add_entity(person)
        self._name_person(person)
        return known

    def add_aliases(self, entity_id: str, aliases: Iterable[str]) -> bool:
        """Other names for a work or person that is already there; False when it is not."""
        if entity_id not in self.graph:
            return False
        entity = self.graph.entity(entity_id)
        known = {fold(name) for name in (*entity.labels.values(), *entity.aliases)}
        new = tuple(name for name in aliases if fold(name) not in known)
        self.graph.add_entity(Entity(entity.id, entity.type, entity.labels, (*entity.aliases, *new)))
        if entity.type == "person":
            self._name_person(self.graph.entity(entity_id))
        return True

    # --- who and what is meant ---------------------------------------------------------------------------------------

    def person(self, labels: dict[str, str]) -> str:
        """The id of the person called so, added when new."""
        folded = {lang: fold(name) for lang, name in labels.items()}
        for name in folded.values():
            for person_id in self._people.get(name, ()):
                person = self.graph.entity(person_id)
                if not _clash(person.labels, labels):
                    return self._learn(person, labels)
        stem = slug(labels.get("en", "")) or slug(labels.get("zh", "")) or "unnamed"
        person_id = f"person/{stem}"
        if person_id in self.graph:
            person_id += f"-{slug(labels.get('zh', '')) or len(self.graph)}"
        person = Entity(person_id, "person", labels)
        self.graph.add_entity(person)
        self._name_person(person)
        return person_id

    def _learn(self, person: Entity, labels: dict[str, str]) -> str:
        """A known person, perhaps under a name not seen before: the first label stays, others become aliases."""
        extra = [name for lang, name in labels.items() if person.labels.get(lang, name) != name]
        added = {lang: name for lang, name in labels.items() if lang not in person.labels}
        new = tuple(name for name in extra if name not in person.aliases)
        if added or new:
            person = Entity(person.id, "person", {**person.labels, **added}, (*person.aliases, *new))
            self.graph.add_entity(person)
            self._name_person(person)
        return person.id

    def _name_person(self, person: Entity) -> None:
        for name in (*person.labels.values(), *person.aliases):
            ids = self._people.setdefault(fold(name), [])
            if person.id not in ids:
                ids.append(person.id)

    def facet(self, type_: str, name: str) -> str:
        """The id of a genre, mood, country, language or award given by its id, name or alias; added when new."""
        if f"{type_}/{name}" in self.graph:
            return f"{type_}/{name}"
        labels = names(name)
        for label in labels.values():
            known = self._facets.get((type_, fold(label)))
            if known:
                return known
        stem = slug(labels.get("en", "")) or slug(labels.get("zh", "")) or slug(name) or "other"
        facet = Entity(f"{type_}/{stem}", type_, labels or {"en": name})
        self.graph.add_entity(facet)
        self._name_facet(facet)
        return facet.id

    def _name_facet(self, facet: Entity) -> None:
        for name in (*facet.labels.values(), *facet.aliases):
            self._facets.setdefault((facet.type, fold(name)), facet.id)

    # --- triples -----------------------------------------------------------------------------------------------------

    def add_triple(self, row: Mapping[str, Any], source: str = "import") -> None:
        """Adds ``{"subject", "relation", "object"}`` given by name.

        The subject is the work of that title when the catalogue has exactly one, else a new one of ``row["type"]``.
        A relation nobody knows yet becomes one, and can be asked about by its name.
        """
        relation = self.relation(row["relation"], row["object"])
        subject = self._subject(row["subject"], row.get("type", "film"))
        target: str | int = row["object"]
        if relation.kind == "entity":
            target = self._object(relation, str(target))
        elif relation.kind == "integer":
            target = int(str(target)[:4] if relation.id == "year" else target)
        self.graph.add_fact(Fact(subject, relation.id, target, source))

    def relation(self, name: str, example: str | int = "") -> Relation:
        """The relation called so in either language; a new one (numbers make it ``integer``) when nobody knows it."""
        known = self._relations.get(fold(name))
        if known:
            return self.graph.relations[known]
        labels = {"zh" if not name.isascii() else "en": name.replace("_", " ")}
        kind = "integer" if str(example).isdigit() else "text"
        relation = Relation(slug(name).replace("-", "_"), labels, {}, kind)  # type: ignore[arg-type]
        self.graph.add_relation(relation)
        self._name_relation(relation)
        return relation

    def _name_relation(self, relation: Relation) -> None:
        for name in (relation.id, *relation.labels.values()):
            self._relations.setdefault(fold(name), relation.id)

    def _subject(self, title: str, type_: str) -> str:
        ids = [work for work in self._titles.get(fold(title), ()) if work in self.graph]
        if len(ids) == 1:
            return ids[0]
        work_id = f"{type_}/{slug(title) or 'untitled'}"
        if work_id not in self.graph:
            self.graph.add_entity(Entity(work_id, type_, names(title.replace("|", " "))))
            self._titles.setdefault(fold(title), []).append(work_id)
        return work_id

    def _object(self, relation: Relation, name: str) -> str:
        if relation.id in PEOPLE_FIELDS.values():
            return self.person(names(name))
        return self.facet(relation.id, name)


def _clash(known: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Whether two people share one name by chance: Chinese names that differ, and neither a transliteration."""
    a, b = fold(known.get("zh", "")), fold(new.get("zh", ""))
    if not a or not b or a == b:
        return False
    return "·" not in a + b and max(len(a), len(b)) <= 4
