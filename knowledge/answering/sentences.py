"""Facts as sentences that a person would say, in Chinese and in English.

Nothing here decides what is true or what to answer; it is given results and says them. Chinese titles stand in 《》,
English ones plain; a name that has no form in the language of the answer stands in the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.graph import Graph
from knowledge.questions.unkept import relation_name
from knowledge.records import PEOPLE_FIELDS
from knowledge.vocabulary import Vocabulary

__all__ = ["SHOWN", "Sentences", "plain", "without_echoes"]

SHOWN = 10
"""How many items a sentence names before it says "and more"."""

_ZH_RELATION = {
    "directed_by": "{t}是{o}导演的。",
    "cast": "{t}由{o}主演。",
    "written_by": "{t}的编剧是{o}。",
    "composed_by": "{t}的作曲是{o}。",
    "performed_by": "{t}由{o}演出。",
    "mood": "{t}的氛围是{o}。",
    "language": "{t}的语言是{o}。",
    "award": "{t}得过{o}。",
}
_EN_RELATION = {
    "directed_by": "{o} directed {t}.",
    "cast": "{t} stars {o}.",
    "written_by": "{t} was written by {o}.",
    "composed_by": "{o} composed the music for {t}.",
    "performed_by": "{t} is performed by {o}.",
    "mood": "The mood of {t} is {o}.",
    "language": "{t} is in {o}.",
    "award": "{t} won {o}.",
}
_ZH_ROLE = {"directed_by": "导演", "cast": "出演", "written_by": "编剧", "composed_by": "作曲", "performed_by": "演出"}
_EN_ROLE = {
    "directed_by": "directed",
    "cast": "appears in",
    "written_by": "wrote",
    "composed_by": "composed the music for",
    "performed_by": "performed",
}
_EN_ARTICLE = frozenset(
    {"country/us", "country/gb", "country/nl", "country/ae", "country/ph", "country/cz-sk", "country/cn"}
)
_ZH_KIND = {"film": "电影", "series": "剧", "album": "专辑", "show": "演出"}
_ZH_MEASURE = {"film": "部", "series": "部", "album": "张", "show": "部"}
_EN_KIND = {"film": "film", "series": "series", "album": "album", "show": "live show"}
_EN_KINDS = {"film": "films", "series": "series", "album": "albums", "show": "live shows"}


class Sentences:
    """Says things about one graph."""

    def __init__(self, graph: Graph, vocabulary: Vocabulary) -> None:
        self.graph = graph
        self.vocabulary = vocabulary

    # --- names -------------------------------------------------------------------------------------------------------

    def name(self, value: str | int, lang: str) -> str:
        """What an entity or a literal is called in a sentence."""
        if isinstance(value, int) or value not in self.graph:
            return str(value)
        entity = self.graph.entity(value)
        label = entity.label(lang)
        if lang == "zh":
            return f"《{label}》" if entity.type in _ZH_KIND else label
        if entity.type == "award":
            return label if label.lower().startswith("the ") else f"the {label}"
        if entity.type == "genre":
            return label if label.isupper() or label.split()[0] in _PROPER else label.lower()
        return f"the {label}" if value in _EN_ARTICLE else label

    def titled(self, work: str, lang: str) -> str:
        """A work's name with its year."""
        year = self.graph.value(work, "year")
        if year is None:
            return self.name(work, lang)
        return f"{self.name(work, lang)}（{year}）" if lang == "zh" else f"{self.name(work, lang)} ({year})"

    def join(self, items: Sequence[str], lang: str) -> str:
        """「甲、乙和丙」, "A, B and C"."""
        if len(items) < 2:
            return "".join(items)
        if lang == "zh":
            return "、".join(items[:-1]) + "和" + items[-1]
        return ", ".join(items[:-1]) + " and " + items[-1]

    def names(self, values: Sequence[str | int], lang: str) -> str:
        """Several names in a row; past :data:`SHOWN` the rest are counted."""
        shown = [self.name(value, lang) for value in values[:SHOWN]]
        return self._rest(shown, len(values), lang)

    def titles(self, works: Sequence[str], lang: str) -> str:
        """Several works with their years; past :data:`SHOWN` the rest are counted."""
        return self._rest([self.titled(work, lang) for work in works[:SHOWN]], len(works), lang)

    def _rest(self, shown: list[str], total: int, lang: str) -> str:
        if total <= len(shown):
            return "、".join(shown) if lang == "zh" and len(shown) > 2 else self.join(shown, lang)
        return "、".join(shown) + "等" if lang == "zh" else ", ".join(shown) + f" and {total - len(shown)} more"

    def kind(self, works: Sequence[str]) -> str:
        """The one type all ``works`` share, or ``""``."""
        types = {self.graph.entity(work).type for work in works}
        return types.pop() if len(types) == 1 else ""

    def counted(self, works: Sequence[str], lang: str) -> str:
        """「3部电影」, "3 films", "1 album"."""
        kind, count = self.kind(works), len(works)
        if lang == "zh":
            return f"{count}{_ZH_MEASURE.get(kind, '部')}{_ZH_KIND.get(kind, '作品')}"
        noun = _EN_KIND.get(kind, "title") if count == 1 else _EN_KINDS.get(kind, "titles")
        return f"{count} {noun}"

    # --- one relation of one work ------------------------------------------------------------------------------------

    def relation(self, topic: str, relation: str, objects: Sequence[str | int], lang: str) -> str:
        """What ``topic`` has by ``relation``, as one sentence."""
        title, kind = self.name(topic, lang), self.graph.entity(topic).type
        said = self._literal(title, kind, relation, objects, lang) if isinstance(objects[0], int) else ""
        if said:
            return said
        if relation == "performed_by" and kind == "album":
            who = self.names(objects, lang)
            return f"{title}是{who}的专辑。" if lang == "zh" else f"{title} is an album by {who}."
        if relation == "genre":
            return self._genre(title, kind, objects, lang)
        if relation == "country":
            return self._country(title, kind, objects, lang)
        if relation == "directed_by" and lang == "zh" and len(objects) > 1:
            return f"{title}由{self.names(objects, lang)}共同执导。"
        if relation == "mood" and lang == "en":
            return f"The mood of {title} is {self.join([self.name(o, lang).lower() for o in objects], lang)}."
        if relation == "language" and kind == "album":
            languages = self.names(objects, lang)
            return f"{title}主要用{languages}演唱。" if lang == "zh" else f"{title} is sung in {languages}."
        template = (_ZH_RELATION if lang == "zh" else _EN_RELATION).get(relation)
        who = self.names(objects, lang)
        if template is None:
            label = self.relation_name(relation, lang)  # an imported relation
            return f"{title}的{label}：{who}。" if lang == "zh" else f"{title} — {label}: {who}."
        return template.format(t=title, o=who)

    def joined(self, texts: Sequence[str], topic: str, lang: str) -> str:
        """Several sentences about one work, which names it once: 「《英雄》是2002年上映的，作曲是谭盾。」"""
        title = self.name(topic, lang)
        said = list(texts[:1])
        for text in texts[1:]:
            if lang == "zh" and text.startswith(title) and said[-1].startswith(title) and text.count("。") == 1:
                said[-1] = f"{said[-1].removesuffix('。')}，{text.removeprefix(title).removeprefix('的')}"
            elif lang == "en" and text.startswith(f"{title} "):
                said.append("It" + text.removeprefix(title))
            elif lang == "en" and text.endswith(f" {title}."):
                said.append(text.removesuffix(f"{title}.") + "it.")
            else:
                said.append(text)
        return ("" if lang == "zh" else " ").join(said)

    def relation_name(self, relation: str, lang: str) -> str:
        """What a relation is called, without its unit."""
        known = self.graph.relations.get(relation)
        return plain(relation_name(known, lang)) if known else relation

    def _literal(self, title: str, kind: str, relation: str, objects: Sequence[str | int], lang: str) -> str:
        value = objects[0]
        if relation == "year":
            zh = {
                "series": f"{title}是{value}年开播的。",
                "album": f"{title}是{value}年发行的。",
                "show": f"{title}首演于{value}年。",
            }
            en = {
                "series": f"{title} first aired in {value}.",
                "album": f"{title} was released in {value}.",
                "show": f"{title} premiered in {value}.",
            }
            return (
                zh.get(kind, f"{title}是{value}年上映的。")
                if lang == "zh"
                else en.get(kind, f"{title} came out in {value}.")
            )
        if relation == "runtime":
            length = self.minutes(int(value), lang)
            zh = {
                "series": f"{title}每集大约{length}。",
                "album": f"{title}全长大约{length}。",
                "show": f"{title}演出时长大约{length}。",
            }
            en = {"series": f"Episodes of {title} run about {length}.", "show": f"{title} runs about {length}."}
            return zh.get(kind, f"{title}片长{length}。") if lang == "zh" else en.get(kind, f"{title} runs {length}.")
        if relation == "episodes":
            noun = "episode" if value == 1 else "episodes"
            return f"{title}一共{value}集。" if lang == "zh" else f"{title} has {value} {noun}."
        return ""

    def _genre(self, title: str, kind: str, objects: Sequence[str | int], lang: str) -> str:
        if lang == "zh":
            labels = "、".join(self.name(value, lang) for value in objects)
            if kind == "album":
                return f"{title}的曲风是{labels}。"
            return f"{title}属于{labels}{'题材' if kind in ('film', 'series') else '类演出'}。"
        labels = self.join([self.name(value, lang) for value in objects], lang)
        article = "an" if labels[:1].lower() in "aeiou" else "a"
        noun = {"film": " film", "series": " series", "album": " album"}.get(kind, "")
        return f"{title} is {article} {labels}{noun}."

    def _country(self, title: str, kind: str, objects: Sequence[str | int], lang: str) -> str:
        places = self.join([self.name(value, lang) for value in objects], lang)
        if lang == "zh":
            shared = "合拍的" if len(objects) > 1 and kind in ("film", "series") else ""
            return f"{title}是{places}{shared}{_ZH_KIND[kind]}。"
        article = "a" if _EN_KIND[kind][0] not in "aeiou" else "an"
        return f"{title} is {article} {_EN_KIND[kind]} from {places}."

    def minutes(self, minutes: int, lang: str) -> str:
        """「169分钟（2小时49分钟）」, "169 minutes (2 h 49 min)"."""
        hours, rest = divmod(minutes, 60)
        if lang == "zh":
            long = f"{hours}小时{f'{rest}分钟' if rest else ''}"
            return f"{minutes}分钟（{long}）" if minutes > 90 else f"{minutes}分钟"
        long = f"{hours} h {rest} min" if rest else f"{hours} h"
        return f"{minutes} minutes ({long})" if minutes > 90 else f"{minutes} minutes"

    # --- what a person did -------------------------------------------------------------------------------------------

    def filmography(self, person: str, by_relation: dict[str, list[str]], lang: str, *, other: bool = False) -> str:
        """A person's works in this catalogue, role by role."""
        name = self.name(person, lang)
        if lang == "zh":
            parts = []
            for relation, works in by_relation.items():
                role = _ZH_ROLE[relation]
                albums = relation == "performed_by" and self.kind(works) == "album"
                verb = "发行的专辑" if albums else f"{role}过的作品" if not other else f"{role}的其他作品"
                if albums and other:
                    verb = "的其他专辑"
                parts.append(
                    f"{verb}有{len(works)}{_ZH_MEASURE.get(self.kind(works), '部')}：{self.titles(works, lang)}"
                )
            return f"片库里{name}{'；'.join(parts)}。"
        parts = []
        for relation, works in by_relation.items():
            albums = relation == "performed_by" and self.kind(works) == "album"
            verb = "released" if albums else _EN_ROLE[relation]
            parts.append(f"{'also ' if other and not parts else ''}{verb} {self.titles(works, lang)}")
        return f"In this catalogue, {name} {'; '.join(parts)}."

    # --- cards -------------------------------------------------------------------------------------------------------

    def card(self, work: str, lang: str) -> str:
        """A work in three sentences: what it is, who made it, what it is about."""
        graph = self.graph
        kind = graph.entity(work).type
        genres = [self.name(value, lang) for value in graph.objects(work, "genre")[:3]]
        countries = [self.name(value, lang) for value in graph.objects(work, "country")[:2]]
        line = self._line(work, lang)
        lead = graph.objects(work, "performed_by" if kind == "album" else "directed_by")[:2]
        company = graph.objects(work, "performed_by")[:2] if kind == "show" else ()
        cast = graph.objects(work, "cast")[:4]
        length = self._length(work, kind, lang)
        if lang == "zh":
            what = "".join(countries[:1]) + "、".join(genres) + _ZH_KIND[kind]
            text = f"{self.titled(work, lang)}，{what}"
            if lead:
                text += (
                    f"，{self.join([self.name(p, lang) for p in lead], lang)}{'的专辑' if kind == 'album' else '导演'}"
                )
                text = text.replace(f"{_ZH_KIND[kind]}，", f"{'' if kind == 'album' else _ZH_KIND[kind]}，", 1)
            if company:
                text += f"，{self.join([self.name(p, lang) for p in company], lang)}演出"
            if cast:
                text += f"，{'、'.join(self.name(p, lang) for p in cast)}主演"
            text += f"，{length}。" if length else "。"
            return text + line
        what = " ".join(part for part in ("/".join(genres), _EN_KIND[kind]) if part)
        article = "an" if what[:1].lower() in "aeiou" else "a"
        text = f"{self.titled(work, lang)} is {article} {what}"
        if countries:
            text += f" from {self.join(countries, lang)}"
        if lead:
            text += (
                f"{' by' if kind == 'album' else ', directed by'} {self.join([self.name(p, lang) for p in lead], lang)}"
            )
        if company:
            text += f", performed by {self.join([self.name(p, lang) for p in company], lang)}"
        if cast:
            text += f", starring {self.join([self.name(p, lang) for p in cast], lang)}"
        text += f"; {length}." if length else "."
        return f"{text} {line}".strip()

    def _length(self, work: str, kind: str, lang: str) -> str:
        runtime, episodes = self.graph.value(work, "runtime"), self.graph.value(work, "episodes")
        if kind == "series":
            return "" if episodes is None else f"共{episodes}集" if lang == "zh" else f"{episodes} episodes"
        if runtime is None or kind == "album":
            return ""
        return f"{runtime}分钟" if lang == "zh" else f"{runtime} minutes"

    def _line(self, work: str, lang: str) -> str:
        line = self.graph.value(work, f"line_{lang}") or self.graph.value(
            work, f"line_{'en' if lang == 'zh' else 'zh'}"
        )
        return str(line) if line else ""

    def person_card(self, person: str, lang: str) -> str:
        """Who someone is, as far as this catalogue shows."""
        graph = self.graph
        by_relation = {
            relation: sorted(graph.subjects(person, relation), key=lambda work: -int(graph.value(work, "year") or 0))
            for relation in PEOPLE_FIELDS.values()
            if graph.subjects(person, relation)
        }
        by_relation = without_echoes(by_relation)
        if not by_relation:
            name = self.name(person, lang)
            return f"片库里没有{name}的作品。" if lang == "zh" else f"There is nothing by {name} in this catalogue."
        return self.filmography(person, by_relation, lang)


def without_echoes(by_relation: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leaves out writing and composing where it adds no work: a singer's own songs, a director's own scripts."""
    kept: dict[str, list[str]] = {}
    seen: set[str] = set()
    for relation, works in by_relation.items():
        if relation in ("directed_by", "performed_by", "cast") or set(works) - seen:
            kept[relation] = works
        seen.update(works)
    order = ("directed_by", "performed_by", "cast", "written_by", "composed_by")
    return {relation: kept[relation] for relation in order if relation in kept}


def plain(label: str) -> str:
    """A relation's name without its unit: 「片长（分钟）」 → 「片长」."""
    return re.sub(r"\s*[(（].*[)）]$", "", label)


_PROPER = frozenset({"Chinese", "R&B", "Western"})
