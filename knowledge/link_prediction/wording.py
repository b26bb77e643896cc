"""How a guess is said, in Chinese and in English: what is not recorded, what it is guessed from, and that it is a guess.

Every text of this module ends in 「（推测）」 or "(a guess)". The facts it names on the way are recorded ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.graph import WORK_TYPES, Graph
from knowledge.link_prediction.explain import Path

__all__ = ["MARK", "missing_text", "related_text"]

MARK = {"zh": "（推测）", "en": "(a guess)"}
"""What marks a text as a guess."""

COUNTED = 4
"""From this many others on, a path is said as a count instead of one example."""

_ZH = {  # what is said of a subject; {o} is the object
    "directed_by": "是{o}导演的",
    "cast": "有{o}出演",
    "written_by": "是{o}编剧的",
    "composed_by": "由{o}作曲",
    "performed_by": "由{o}演出",
    "genre": "属于{o}类",
    "mood": "氛围{o}",
    "country": "来自{o}",
    "language": "使用{o}",
    "award": "得过{o}",
}
_EN = {  # singular, plural
    "directed_by": ("was directed by {o}", "were directed by {o}"),
    "cast": ("features {o}", "feature {o}"),
    "written_by": ("was written by {o}", "were written by {o}"),
    "composed_by": ("has music by {o}", "have music by {o}"),
    "performed_by": ("is performed by {o}", "are performed by {o}"),
    "genre": ("is filed under {o}", "are filed under {o}"),
    "mood": ("has the mood “{o}”", "have the mood “{o}”"),
    "country": ("comes from {o}", "come from {o}"),
    "language": ("is in {o}", "are in {o}"),
    "award": ("won {o}", "won {o}"),
}
_EN_NOUN = {"cast": "cast member", "country": "country", "language": "language", "award": "award"}
_ZH_NOUN = {"cast": "演员", "country": "国家或地区", "award": "奖项"}
_EN_THE = ("United ", "Chinese mainland", "Netherlands", "Philippines", "Czech")


def missing_text(
    graph: Graph, subject: str, relation: str, target: str, path: Path | None, *, empty: bool, lang: str
) -> str:
    """Says that ``(subject, relation, target)`` is not recorded but may be so.

    Args:
        path: what speaks for it, if anything does that can be said.
        empty: nothing at all is recorded for ``subject`` along ``relation``, and it was asked about.
    """
    title, name = _name(graph, subject, lang), _name(graph, target, lang)
    label = graph.relations[relation].label(lang)
    because = _because(graph, path, subject, lang)
    if lang == "zh":
        noun = _ZH_NOUN.get(relation, label)
        reason = f"从{because}来看" if because else "从与它相近的条目来看"
        if empty:
            return f"片库里没有记录{title}的{noun}；{reason}，可能是{name}{MARK['zh']}。"
        return f"片库里没有记录{name}是{title}的{noun}；{reason}，有这个可能{MARK['zh']}。"
    noun = _EN_NOUN.get(relation, label)
    reason = because or "judging by similar entries"
    if empty:
        return f"The catalogue does not record the {noun} of {title}; {reason}, so it may be {name} {MARK['en']}."
    article = "an" if noun[0] in "aeiou" else "a"
    return (
        f"The catalogue does not record {name} as {article} {noun} of {title}; {reason}, so it may be so {MARK['en']}."
    )


def related_text(graph: Graph, one: str, other: str, path: Path | None, lang: str) -> str:
    """Says that two entities may have something to do with each other."""
    first, second = _name(graph, one, lang), _name(graph, other, lang)
    alike = graph.entity(one).type in WORK_TYPES and graph.entity(other).type in WORK_TYPES
    because = _because(graph, path, "", lang)
    if lang == "zh":
        reason = f"从{because}来看，" if because else "从它们在片库里的关联来看，"
        return f"{reason}{first}和{second}可能{'比较相近' if alike else '有关联'}{MARK['zh']}。"
    reason = because or "judging by what surrounds them in the catalogue"
    closing = f"{first} and {second} may be {'alike' if alike else 'connected'} {MARK['en']}."
    return f"{reason[0].upper()}{reason[1:]}, so {closing}"


def _name(graph: Graph, entity_id: str, lang: str) -> str:
    entity = graph.entity(entity_id)
    label = entity.label(lang)
    if lang == "zh":
        return f"《{label}》" if entity.type in WORK_TYPES else label
    named = entity.type == "award" and not label.lower().startswith("the ")
    return f"the {label}" if named or (entity.type == "country" and label.startswith(_EN_THE)) else label


def _because(graph: Graph, path: Path | None, asked: str, lang: str) -> str:
    """What a path says, as clauses; a path through something common is said as a count."""
    if path is None:
        return ""
    if path.among >= COUNTED:
        return _counted(graph, path, asked, lang)
    clauses: list[tuple[list[str], str, list[str]]] = []  # subjects, relation, objects
    for subject, relation, target in path.facts:
        if clauses and clauses[-1][1] == relation:
            subjects, _, targets = clauses[-1]
            if targets == [target]:  # both were directed by V
                subjects.extend([subject] if subject not in subjects else [])
                continue
            if subjects == [subject]:  # it features V and W
                targets.append(target)
                continue
        clauses.append(([subject], relation, [target]))
    said = [_clause(graph, *clause, lang=lang) for clause in clauses]
    if lang == "zh":
        return "、".join(said[:-1]) + ("，而" if len(said) > 1 else "") + said[-1]
    return ", ".join(said[:-1]) + (", and " if len(said) > 1 else "") + said[-1]


def _counted(graph: Graph, path: Path, asked: str, lang: str) -> str:
    """「《A》属于动画类，而另外31部属于动画类的作品中有12部是温暖的氛围」."""
    (subject, relation, via), (_, same, _), (_, wanted, target) = path.facts
    title = ("它" if lang == "zh" else "it") if subject == asked else _name(graph, subject, lang)
    if lang == "zh":
        likewise = _says_zh(graph, same, [via]).removesuffix("的")
        return (
            f"{title}{_says_zh(graph, relation, [via])}，而另外{path.among}部{likewise}的作品中有{path.count}部"
            f"{_says_zh(graph, wanted, [target])}"
        )
    others = f"{path.count} of the {path.among} other titles that {_says_en(graph, same, [via], many=True)}"
    last = _says_en(graph, wanted, [target], many=path.count > 1)
    return f"{title} {_says_en(graph, relation, [via], many=False)}, and {others} {last}"


def _clause(graph: Graph, subjects: Sequence[str], relation: str, targets: Sequence[str], *, lang: str) -> str:
    names = [_name(graph, subject, lang) for subject in subjects]
    many = len(names) > 1
    if lang == "zh":
        return f"{'和'.join(names)}{'都' if many else ''}{_says_zh(graph, relation, targets)}"
    return f"{'both ' if many else ''}{' and '.join(names)} {_says_en(graph, relation, targets, many=many)}"


def _says_zh(graph: Graph, relation: str, targets: Sequence[str]) -> str:
    template = _ZH.get(relation, "的" + graph.relations[relation].label("zh") + "是{o}")
    return template.format(o="和".join(_name(graph, target, "zh") for target in targets))


def _says_en(graph: Graph, relation: str, targets: Sequence[str], *, many: bool) -> str:
    label = graph.relations[relation].label("en")
    templates = _EN.get(relation, (f"has the {label} {{o}}", f"have the {label} {{o}}"))
    return templates[many].format(o=" and ".join(_name(graph, target, "en") for target in targets))
